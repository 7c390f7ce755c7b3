import { aStatusChange } from '../../testing/diffFixtures';
import { aStatus } from '../../testing/fixtures';
import { itemsOf } from './items';

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
