import { RepositoryModel } from '../../repository/model';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aDeletedBranch, anEntry } from '../../testing/fixtures';
import { RecoveryModel } from './model';

let client: IFakeClient;
let repository: RepositoryModel;
let model: RecoveryModel;

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

async function open(): Promise<void> {
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
}

beforeEach(() => {
  client = fakeClient();
  repository = new RepositoryModel(client, null);
  model = new RecoveryModel(repository);
});

afterEach(() => {
  model.dispose();
  repository.dispose();
});

it('asks when the panel opens, and for everything once', async () => {
  await open();
  expect(client.count('deleted')).toBe(1);
  expect(client.count('timeline')).toBe(1);
  expect(client.count('retention')).toBe(1);
});

it('asks nothing for what is folded, and catches up', async () => {
  model.setOpen('timeline', false);
  await open();
  expect(client.count('timeline')).toBe(0);
  model.setOpen('timeline', true);
  await settle();
  expect(client.count('timeline')).toBe(1);
});

it('asks nothing where there is no repository', async () => {
  client.answer({ status: () => Promise.reject(refusal('not-a-repository')) });
  await open();
  expect(client.count('deleted')).toBe(0);
});

it('asks for lost commits only when it is told to', async () => {
  await open();
  model.setAll(true);
  await settle();
  const asked = client.asked.filter(({ verb }) => verb === 'deleted');
  expect(asked.map(({ args }) => args)).toEqual([
    ['project', false, 60],
    ['project', true, 60]
  ]);
});

it('asks for more than sixty only when somebody wants to see them', async () => {
  const sixty = Array.from({ length: 60 }, (_, index) =>
    aDeletedBranch({ id: String(index) })
  );
  client.answer({
    deleted: () => Promise.resolve({ branches: sixty, more: 30, skipped: 0 })
  });
  await open();
  model.showMore();
  model.showMore();
  await settle();
  expect(client.count('deleted')).toBe(1);
  model.showMore();
  await settle();
  expect(client.asked.at(-1)?.args).toEqual(['project', false, 80]);
});

it('puts the next page after the first, and refreshes both', async () => {
  client.answer({
    timeline: (_at, _ref, _n, after) =>
      Promise.resolve({
        entries: [anEntry({ message: after ?? 'first' })],
        skipped: 0,
        next: after === null ? 'page-2' : null
      })
  });
  await open();
  await model.timeline.more();
  expect(model.timeline.entries.map(entry => entry.message)).toEqual([
    'first',
    'page-2'
  ]);
  expect(model.timeline.answer.state.value?.next).toBeNull();
});

it('pins what is listed: with what has no name only where that is shown', async () => {
  client.answer({
    pin: () => Promise.resolve({ pinned: [], days: 90, operation: null })
  });
  await open();
  await model.pinAll();
  model.setAll(true);
  await model.pinAll();
  const asked = client.asked.filter(({ verb }) => verb === 'pin');
  expect(asked.map(({ args }) => args[1])).toEqual([
    { branch: null, all: true, lost: false, dryRun: false },
    { branch: null, all: true, lost: true, dryRun: false }
  ]);
});

it('begins with HEAD again in another repository', async () => {
  await open();
  model.timeline.setRef('exp/a');
  await settle();
  client.answer({ status: () => Promise.reject(refusal('not-a-repository')) });
  repository.setFolder('elsewhere');
  await settle();
  expect(model.timeline.ref).toBe('HEAD');
  expect(model.deleted.state.value).toBeNull();
});
