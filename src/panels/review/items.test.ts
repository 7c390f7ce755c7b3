import { aStatusChange } from '../../testing/diffFixtures';
import { aStatus } from '../../testing/fixtures';
import { checkpointsIn, itemsOf } from './items';

it('groups files in the order to read them, with how many', () => {
  const items = itemsOf(
    aStatus({
      changes: [
        aStatusChange({ path: 'a', worktree: 'untracked' }),
        aStatusChange({ path: 'b', index: 'added', worktree: null }),
        aStatusChange({ path: 'c', index: 'modified', worktree: 'modified' }),
        aStatusChange({ path: 'd', worktree: 'deleted' }),
        aStatusChange({ path: 'e', worktree: null, conflict: 'both-modified' })
      ]
    })
  );
  expect(
    items.map(one =>
      one.type === 'group'
        ? `${one.group} ${one.count}`
        : `${one.letter} ${one.path}`
    )
  ).toEqual([
    'conflict 1',
    'C e',
    'staged 2',
    'A b',
    'M c',
    'changed 2',
    'M c',
    'D d',
    'untracked 1',
    'U a'
  ]);
  expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
});

it('has no lines where nothing is known or nothing differs', () => {
  expect(itemsOf(null)).toEqual([]);
  expect(itemsOf(aStatus())).toEqual([]);
});

it('knows the checkpoints among what is untracked, and no others', () => {
  const untracked = { worktree: 'untracked' } as const;
  const status = aStatus({
    changes: [
      aStatusChange({ path: '.ipynb_checkpoints/a.ipynb', ...untracked }),
      aStatusChange({ path: 'nb/.ipynb_checkpoints/', ...untracked }),
      aStatusChange({ path: 'nb/my.ipynb_checkpoints', ...untracked }),
      aStatusChange({ path: '.ipynb_checkpoints/tracked.ipynb' }),
      aStatusChange({
        path: '.ipynb_checkpoints/staged.ipynb',
        index: 'added',
        worktree: null
      })
    ]
  });
  const left = checkpointsIn(status);
  expect(left.map(({ path }) => path)).toEqual([
    '.ipynb_checkpoints/a.ipynb',
    'nb/.ipynb_checkpoints/'
  ]);
  expect(itemsOf(status, left).map(({ key }) => key)).toEqual([
    'group:staged',
    'staged:.ipynb_checkpoints/staged.ipynb',
    'group:changed',
    'changed:.ipynb_checkpoints/tracked.ipynb',
    'group:untracked',
    'untracked:nb/my.ipynb_checkpoints'
  ]);
});
