import { Signal } from '@lumino/signaling';
import type { StatusChange } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import { aFileDiff, aStatusChange } from '../../testing/diffFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aStatus } from '../../testing/fixtures';
import type { IRepository, IRepositoryState } from '../../tokens';
import type { IFileItem } from './items';
import { ReviewModel } from './model';

let client: IFakeClient;
let state: IRepositoryState;
let stateChanged: Signal<object, void>;
let model: ReviewModel;

function start(changes: readonly StatusChange[]): void {
  jest.useFakeTimers();
  client = fakeClient({
    diffSummary: (_, __, paths) =>
      Promise.resolve({
        old: 'index',
        new: 'working files',
        files: paths.map(path => aFileDiff({ path }))
      })
  });
  const real = new RepositoryModel(client, null);
  stateChanged = new Signal<object, void>(real);
  state = { ...real.state, at: 'project', status: aStatus({ changes }) };
  model = new ReviewModel(
    Object.create(real, {
      state: { get: () => state },
      stateChanged: { value: stateChanged }
    }) as IRepository
  );
}

function files(): readonly IFileItem[] {
  return model.items.filter(one => one.type === 'file');
}

async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(1000);
}

function asked(): readonly (readonly string[])[] {
  return client.asked
    .filter(({ verb }) => verb === 'diffSummary')
    .map(({ args }) => args[2] as readonly string[]);
}

afterEach(() => {
  jest.useRealTimers();
});

const MANY = Array.from({ length: 100 }, (_, n) =>
  aStatusChange({ path: `f${n}` })
);

it('asks about nothing that nobody sees', async () => {
  start(MANY);
  await settle();
  expect(asked()).toEqual([]);
});

it('asks in batches, and once for each file', async () => {
  start(MANY);
  model.see(files().slice(0, 90));
  await settle();
  expect(asked().map(({ length }) => length)).toEqual([40, 40, 10]);
  expect(new Set(asked().flat()).size).toBe(90);
  model.see(files().slice(0, 90));
  await settle();
  expect(asked()).toHaveLength(3);
});

it('waits until the list stands still', async () => {
  start(MANY);
  for (let first = 0; first < 50; first += 10) {
    model.see(files().slice(first, first + 10));
    await jest.advanceTimersByTimeAsync(10);
  }
  await settle();
  expect(asked()).toEqual([
    files()
      .slice(40, 50)
      .map(({ path }) => path)
  ]);
});

it('asks about the index and the working file of the same file', async () => {
  start([aStatusChange({ index: 'modified' })]);
  model.see(files());
  await settle();
  const comparisons = client.asked
    .filter(({ verb }) => verb === 'diffSummary')
    .map(({ args }) => (args[1] as { staged: boolean }).staged);
  expect(comparisons).toEqual([false, true]);
  expect([...model.known.keys()].sort()).toEqual([
    'changed:train.py',
    'staged:train.py'
  ]);
});

it('keeps what it knew until it knows anew', async () => {
  start(MANY.slice(0, 1));
  model.see(files());
  await settle();
  const before = model.known.get('changed:f0');
  state = { ...state, status: aStatus({ changes: MANY.slice(0, 2) }) };
  stateChanged.emit();
  expect(model.known.get('changed:f0')).toBe(before);
  await settle();
  expect(asked()).toHaveLength(2);
  expect(model.known.get('changed:f0')).not.toBe(before);
});

it('forgets another repository', async () => {
  start(MANY.slice(0, 1));
  model.see(files());
  await settle();
  state = { ...state, at: 'other', status: aStatus({ root: '/srv/other' }) };
  stateChanged.emit();
  expect(model.known.size).toBe(0);
  expect(model.items).toEqual([]);
});

it('asks no more about what the server refuses to compare', async () => {
  start(MANY.slice(0, 1));
  client.answer({
    diffSummary: () => Promise.reject(refusal('repository-busy'))
  });
  model.see(files());
  await settle();
  expect(asked()).toHaveLength(1);
  expect(model.known.size).toBe(0);
});

it('leaves checkpoints of Jupyter out until somebody wants to see them', () => {
  const path = '.ipynb_checkpoints/a-checkpoint.ipynb';
  start([aStatusChange(), aStatusChange({ path, worktree: 'untracked' })]);
  expect(files().map(one => one.path)).toEqual(['train.py']);
  expect(model.checkpoints).toBe(1);
  model.setView({ checkpoints: true });
  expect(files().map(one => one.path)).toEqual(['train.py', path]);
});
