import type { BackedUp } from '../api/schema';
import { aBackedUp } from '../testing/backupFixtures';
import { refusal } from '../testing/fakeClient';
import { Snapshots, type IRunning } from './snapshots';

let folders: string[];
let told: string[];
let saved: string[];
let answers: (Error | null)[];
let release: (() => void)[];

function snapshots(): Snapshots {
  return new Snapshots(
    folder => {
      folders.push(folder);
      const answer = answers.shift() ?? null;
      return answer === null
        ? Promise.resolve(aBackedUp())
        : Promise.reject(answer);
    },
    message => {
      told.push(message);
    }
  );
}

function notebook(change: Partial<IRunning> = {}): IRunning {
  const path = change.path ?? 'project/notebooks/train.ipynb';
  return {
    path,
    dirty: false,
    save: () => {
      saved.push(path);
      return Promise.resolve();
    },
    ...change
  };
}

beforeEach(() => {
  folders = [];
  told = [];
  saved = [];
  answers = [];
  release = [];
});

it("backs up the repository of the notebook's folder", async () => {
  await snapshots().run(notebook());
  await snapshots().run(notebook({ path: 'top.ipynb' }));
  expect(folders).toEqual(['project/notebooks', '']);
  expect(saved).toEqual([]);
});

it('saves what is not saved first, and goes on where that fails', async () => {
  const warned = jest.spyOn(console, 'warn').mockImplementation();
  await snapshots().run(notebook({ dirty: true }));
  expect(saved).toEqual(['project/notebooks/train.ipynb']);
  await snapshots().run(
    notebook({ dirty: true, save: () => Promise.reject(new Error('full')) })
  );
  expect(folders).toHaveLength(2);
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});

it('begins no other while one is under way for the same notebook', async () => {
  const under = new Snapshots(
    folder =>
      new Promise<BackedUp>(resolve => {
        folders.push(folder);
        release.push(() => {
          resolve(aBackedUp());
        });
      }),
    () => undefined
  );
  const first = under.run(notebook());
  const second = under.run(notebook());
  const other = under.run(notebook({ path: 'other/a.ipynb' }));
  expect(folders).toEqual(['project/notebooks', 'other']);
  release.forEach(one => {
    one();
  });
  await Promise.all([first, second, other]);
  release = [];
  const next = under.run(notebook());
  expect(folders).toHaveLength(3);
  release.forEach(one => {
    one();
  });
  await next;
});

it('tells of a failure once, until a backup works again', async () => {
  const all = snapshots();
  answers = [refusal('read-only'), refusal('read-only'), null, refusal('busy')];
  for (let run = 0; run < 4; run++) {
    await all.run(notebook());
  }
  expect(told).toEqual(['Refused: read-only.', 'Refused: busy.']);
});

it('says nothing of a notebook that is in no repository', async () => {
  answers = [refusal('not-a-repository')];
  await snapshots().run(notebook());
  expect(told).toEqual([]);
});

it('never throws', async () => {
  const logged = jest.spyOn(console, 'error').mockImplementation();
  answers = [new Error('a fault')];
  await snapshots().run(notebook());
  expect(told).toEqual([]);
  expect(logged).toHaveBeenCalledTimes(1);
  logged.mockRestore();
});
