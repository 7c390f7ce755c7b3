import { RepositoryModel } from '../../repository/model';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aBranch, aSwitch, aStatus } from '../../testing/fixtures';
import { HistoryModel } from './model';

let client: IFakeClient;
let repository: RepositoryModel;
let model: HistoryModel;

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

const deleted = {
  branch: 'exp/a',
  tip: '53b5280aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  uniqueCommits: 2,
  commits: [],
  operation: 'op-9'
};

const noRemotes = { remotes: [], remoteCount: 0, main: 'main' };

beforeEach(async () => {
  let token = 1;
  client = fakeClient({
    status: () => Promise.resolve(aStatus({ stateToken: `token-${token++}` })),
    branches: () => Promise.resolve({ branches: [aBranch()], ...noRemotes })
  });
  repository = new RepositoryModel(client, null);
  model = new HistoryModel(repository);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
});

afterEach(() => {
  model.dispose();
  repository.dispose();
});

it('names the state that the person saw', async () => {
  client.answer({ deleteBranch: () => Promise.resolve(deleted) });
  await model.remove('exp/a');
  const [asked] = client.asked.filter(({ verb }) => verb === 'deleteBranch');
  expect(asked?.args[2]).toEqual({ stateToken: 'token-1' });
});

it('goes through when something else changed meanwhile', async () => {
  let refused = false;
  client.answer({
    deleteBranch: () => {
      const answer = refused
        ? Promise.resolve(deleted)
        : Promise.reject(refusal('state-changed'));
      refused = true;
      return answer;
    }
  });
  await expect(model.remove('exp/a')).resolves.toBe(deleted);
  const asked = client.asked.filter(({ verb }) => verb === 'deleteBranch');
  expect(asked).toHaveLength(2);
  expect(asked[1]?.args[2]).not.toEqual(asked[0]?.args[2]);
});

it('does not touch a branch that is no longer the one that was seen', async () => {
  client.answer({
    deleteBranch: () => Promise.reject(refusal('state-changed')),
    branches: () =>
      Promise.resolve({
        branches: [
          aBranch({ tip: 'ffffffffffffffffffffffffffffffffffffffff' })
        ],
        ...noRemotes
      })
  });
  await expect(model.remove('exp/a')).rejects.toThrow('state-changed');
  expect(client.count('deleteBranch')).toBe(1);
});

it('passes other refusals on at once', async () => {
  client.answer({
    switchBranch: () => Promise.reject(refusal('would-overwrite'))
  });
  await expect(
    model.switchTo({ name: 'exp/a' }, 'Save and switch')
  ).rejects.toThrow('would-overwrite');
  expect(client.count('switchBranch')).toBe(1);
});

it('asks for the branches of remotes once they are shown', async () => {
  const asked = (): unknown[] =>
    client.asked
      .filter(({ verb }) => verb === 'branches')
      .map(({ args }) => args[1]);
  expect(asked()).toEqual([false]);
  model.setView({ remotes: true });
  await settle();
  expect(asked()).toEqual([false, true]);
  model.setView({ remotes: false });
  model.setView({ filter: 'exp' });
  await settle();
  expect(asked()).toEqual([false, true]);
});

it('previews without changing anything', async () => {
  client.answer({ switchBranch: () => Promise.resolve(aSwitch()) });
  await model.preview({ name: 'abc', detach: true });
  const [asked] = client.asked.filter(({ verb }) => verb === 'switchBranch');
  expect(asked?.args[1]).toEqual({
    name: 'abc',
    create: null,
    forceCreate: null,
    detach: true,
    track: false,
    backUp: false,
    inTheWay: null,
    dryRun: true
  });
});
