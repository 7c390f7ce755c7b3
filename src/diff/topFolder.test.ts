import { Signal } from '@lumino/signaling';
import { aStatusChange } from '../testing/diffFixtures';
import { fakeClient, refusal } from '../testing/fakeClient';
import { aStatus } from '../testing/fixtures';
import type { IRepository, IRepositoryState } from '../tokens';
import { pathBelow, TopFolder } from './topFolder';

const changes = ['train.py', 'lib/net.py', 'runs/'].map(path =>
  aStatusChange({ path })
);

async function follow(at: string): Promise<TopFolder> {
  const client = fakeClient({
    status: folder =>
      folder === ''
        ? Promise.reject(refusal('not-a-repository'))
        : Promise.resolve(aStatus())
  });
  const state = { at, status: aStatus({ changes }) } as IRepositoryState;
  const repository = { client, state } as unknown as IRepository;
  Object.assign(repository, { stateChanged: new Signal(repository) });
  const top = new TopFolder(repository);
  await new Promise(resolve => setTimeout(resolve));
  return top;
}

it.each([
  ['project', 'project/train.py', true],
  ['project/lib', 'project/train.py', true],
  ['project/lib', 'project/lib/net.py', true],
  ['project', 'project/runs/1/log.json', true],
  ['project', 'project/other.py', false],
  ['project', 'train.py', false],
  ['project', 'project2/train.py', false]
])('from %s it knows whether %s differs: %s', async (at, path, differs) => {
  expect((await follow(at)).differs(path)).toBe(differs);
});

it('gives a path from a folder on', () => {
  expect(pathBelow('', 'a/b')).toBe('a/b');
  expect(pathBelow('a', 'a/b')).toBe('b');
  expect(pathBelow('a', 'ab/b')).toBeNull();
});
