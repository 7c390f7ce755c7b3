import type { Diff } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import { EVERYTHING } from '../repository/events';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { aFileDiff, someSides } from '../testing/diffFixtures';
import type { IChange, IRepository } from '../tokens';
import { Signal } from '@lumino/signaling';
import { DiffModel } from './model';
import type { IOpenFile } from './openFile';

const WORKING = { revisions: [], staged: false, untracked: true };

let client: IFakeClient;
let repository: IRepository;
let changed: Signal<IRepository, IChange>;
let model: DiffModel;

beforeEach(async () => {
  client = fakeClient({ fileSides: () => Promise.resolve(someSides()) });
  const real = new RepositoryModel(client, null);
  changed = new Signal<IRepository, IChange>(real);
  repository = Object.create(real, {
    changed: { value: changed }
  }) as IRepository;
  model = new DiffModel(repository, 'project', {
    path: 'train.py',
    comparison: WORKING
  });
  await model.sides.refresh();
});

function nowIs(content: string | null): void {
  const files =
    content === null ? [] : [aFileDiff({ path: 'train.py', content })];
  const answer: Diff = { old: 'index', new: 'working files', files };
  client.answer({ diffSummary: () => Promise.resolve(answer) });
}

async function change(...what: readonly string[]): Promise<void> {
  changed.emit({
    moved: false,
    what: new Set([...EVERYTHING].filter(one => what.includes(one)))
  });
  await new Promise(resolve => setTimeout(resolve));
}

it('stays as it is while the file changes, and says so', async () => {
  const shown = model.sides.state.value;
  nowIs('content-2');
  await change('files');
  expect(model.view.stale).toBe(true);
  expect(model.sides.state.value).toBe(shown);
  expect(client.count('fileSides')).toBe(1);
});

it('says nothing where the file is the same, or is the same again', async () => {
  nowIs('content-1');
  await change('files');
  expect(model.view.stale).toBe(false);
  nowIs('content-2');
  await change('index');
  expect(model.view.stale).toBe(true);
  nowIs('content-1');
  await change('files');
  expect(model.view.stale).toBe(false);
});

it('finds out what happened while nobody looked, once it is in sight', async () => {
  const attention = jest.spyOn(repository, 'setAttention');
  nowIs('content-2');
  model.setInSight(true);
  await new Promise(resolve => setTimeout(resolve));
  expect(model.view.stale).toBe(true);
  model.dispose();
  expect(attention.mock.calls).toEqual([
    [model, true],
    [model, false]
  ]);
});

it('finds out that nothing differs any more', async () => {
  nowIs(null);
  await change('head');
  expect(model.view.stale).toBe(true);
});

it('asks nothing where only something else changed', async () => {
  await change('config', 'operations');
  expect(client.count('diffSummary')).toBe(0);
});

it('asks for no warnings only to find out whether something changed', async () => {
  await change('files');
  const asked = client.asked.find(({ verb }) => verb === 'diffSummary');
  expect(asked?.args).toEqual(['project', WORKING, ['train.py'], false]);
});

it('shows it as it is now when it is told to', async () => {
  nowIs('content-2');
  await change('files');
  const next = someSides({ diff: aFileDiff({ content: 'content-2' }) });
  client.answer({ fileSides: () => Promise.resolve(next) });
  await model.reload();
  expect(model.view.stale).toBe(false);
  expect(model.sides.state.value).toBe(next);
});

it('stands what can not be found out', async () => {
  client.answer({
    diffSummary: () => Promise.reject(refusal('repository-busy'))
  });
  await change('files');
  expect(model.view.stale).toBe(false);
});

it('asks once more for what changes while it asks', async () => {
  let release: (() => void) | undefined;
  const answer: Diff = { old: 'index', new: 'working files', files: [] };
  client.answer({
    diffSummary: () =>
      new Promise(resolve => {
        release = () => {
          resolve(answer);
        };
      })
  });
  await change('files');
  await change('files');
  await change('files');
  expect(client.count('diffSummary')).toBe(1);
  release?.();
  await new Promise(resolve => setTimeout(resolve));
  release?.();
  await new Promise(resolve => setTimeout(resolve));
  expect(client.count('diffSummary')).toBe(2);
});

describe('a file that is open', () => {
  let open: IOpenFile;
  let opened: { isDirty: boolean; save: jest.Mock<Promise<void>, []> };

  /** Shows it with an editor that has edits. */
  async function edited(): Promise<void> {
    const signal = new Signal<IOpenFile, void>({} as IOpenFile);
    opened = {
      isDirty: false,
      save: jest.fn(() => {
        opened.isDirty = false;
        nowIs('content-2');
        signal.emit();
        // The server tells of the file before the application knows that it is saved.
        changed.emit({ moved: false, what: new Set(['files']) });
        return Promise.resolve();
      })
    };
    open = Object.assign(opened, {
      changed: signal,
      look: () => undefined,
      isDisposed: false,
      dispose: () => undefined
    });
    const place = { path: 'train.py', comparison: WORKING };
    model = new DiffModel(repository, 'project', place, open);
    await model.sides.refresh();
    opened.isDirty = true;
    signal.emit();
  }

  it('has edits that are not compared, and is compared anew when they are saved', async () => {
    await edited();
    expect(model.view.unsaved).toBe(true);
    const stale: boolean[] = [];
    model.viewChanged.connect(() => stale.push(model.view.stale));
    const next = someSides({ diff: aFileDiff({ content: 'content-2' }) });
    client.answer({ fileSides: () => Promise.resolve(next) });
    await model.save();
    expect(model.sides.state.value).toBe(next);
    expect(model.view).toMatchObject({ unsaved: false, stale: false });
    expect(stale).not.toContain(true);
  });

  describe('when they are saved in its editor', () => {
    const next = someSides({ diff: aFileDiff({ content: 'content-2' }) });
    const saved = async (): Promise<void> => {
      client.answer({ fileSides: () => Promise.resolve(next) });
      await opened.save();
      await new Promise(resolve => setTimeout(resolve));
    };

    it('is compared anew where the reader loses nothing', async () => {
      await edited();
      await saved();
      expect(model.sides.state.value).toBe(next);
      expect(model.view.stale).toBe(false);
      // What others write later is only told.
      nowIs('content-3');
      await change('files');
      expect(model.view.stale).toBe(true);
      expect(model.sides.state.value).toBe(next);
    });

    it('says that it is no longer true where the reader is at work', async () => {
      await edited();
      model.reader = () => ({ isAtWork: true, rows: new Set() });
      const shown = model.sides.state.value;
      await saved();
      expect(model.view.stale).toBe(true);
      expect(model.sides.state.value).toBe(shown);
    });

    it('follows once it is seen again', async () => {
      await edited();
      model.setInSight(false);
      const shown = model.sides.state.value;
      await saved();
      expect([model.sides.state.value, model.view.stale]).toEqual([
        shown,
        false
      ]);
      model.setInSight(true);
      await new Promise(resolve => setTimeout(resolve));
      expect([model.sides.state.value, model.view.stale]).toEqual([
        next,
        false
      ]);
    });
  });

  it('stays as it is where they can not be saved', async () => {
    await edited();
    opened.save.mockImplementation(() => Promise.reject(new Error('full')));
    const shown = model.sides.state.value;
    await model.save();
    expect(model.view.unsaved).toBe(true);
    expect(model.sides.state.value).toBe(shown);
  });
});

it('asks for another form, not for another layout', async () => {
  model.setView({ layout: 'unified' });
  expect(client.count('fileSides')).toBe(1);
  model.setView({ form: 'text' });
  await new Promise(resolve => setTimeout(resolve));
  expect(client.asked.at(-1)?.args).toEqual([
    'project',
    WORKING,
    'train.py',
    'text'
  ]);
});
