import { nullTranslator } from '@jupyterlab/translation';
import { anEntry, anOperation, NOON } from '../../testing/fixtures';
import { byDay, happeningOf, timelineItems } from './timelineItems';

const trans = nullTranslator.load('jupyter_mlgit');

describe('timelineItems', () => {
  it('puts an act that no line stands for at its time', () => {
    const items = timelineItems(
      trans,
      [
        anEntry({ when: '2026-03-10T11:00:00Z', message: 'commit: new' }),
        anEntry({ when: '2026-03-10T09:00:00Z', message: 'commit: old' })
      ],
      [anOperation({ when: '2026-03-10T10:00:00Z' })],
      'HEAD',
      true
    );
    expect(items.map(item => item.title)).toEqual([
      'commit: new',
      'Delete branch exp/lr-3e4',
      'commit: old'
    ]);
  });

  it('puts an act on its line and not beside it', () => {
    const items = timelineItems(
      trans,
      [anEntry({ operation: 'op-1' })],
      [anOperation({ id: 'op-1' })],
      'HEAD',
      true
    );
    expect(items).toHaveLength(1);
    expect(items[0]?.operation?.id).toBe('op-1');
  });

  it('names an act of ours as everywhere, and one of the terminal by its words', () => {
    const entry = anEntry({
      operation: 'op-1',
      message: 'reset: moving to v1'
    });
    const title = (source: 'panel' | 'terminal'): string | undefined =>
      timelineItems(
        trans,
        [entry],
        [anOperation({ id: 'op-1', title: 'Hard reset to abc1234', source })],
        'HEAD',
        true
      )[0]?.title;
    expect(title('panel')).toBe('Hard reset to abc1234');
    expect(title('terminal')).toBe('reset to v1');
  });

  it('names a stash by the words of its list', () => {
    const [item] = timelineItems(
      trans,
      [anEntry({ operation: 'op-1', action: 'stash', message: 'On main: m' })],
      [anOperation({ id: 'op-1', kind: 'stash-push', source: 'terminal' })],
      'HEAD',
      true
    );
    expect(item).toMatchObject({
      title: 'stashed changes: On main: m',
      happening: 'stash'
    });
  });

  it('keeps the order of the log when a clock went wrong', () => {
    const items = timelineItems(
      trans,
      [
        anEntry({ when: '2020-01-01T00:00:00Z', message: 'commit: later' }),
        anEntry({ when: '2026-03-10T09:00:00Z', message: 'commit: earlier' })
      ],
      [],
      'HEAD',
      true
    );
    expect(items.map(item => item.title)).toEqual([
      'commit: later',
      'commit: earlier'
    ]);
  });

  it('leaves older acts for the next page', () => {
    const old = anOperation({ when: '2026-01-01T00:00:00Z' });
    const count = (complete: boolean): number =>
      timelineItems(trans, [anEntry()], [old], 'HEAD', complete).length;
    expect(count(false)).toBe(1);
    expect(count(true)).toBe(2);
  });

  it('shows on a branch only what concerns it', () => {
    const change = { name: 'refs/heads/exp/a', old: null, new: null };
    const acts = [
      anOperation({ id: 'mine', refs: [change] }),
      anOperation({ id: 'other', refs: [{ ...change, name: 'refs/heads/b' }] })
    ];
    const items = timelineItems(trans, [], acts, 'exp/a', true);
    expect(items.map(item => item.key)).toEqual(['mine']);
  });

  it('gives each line a key of its own, which stays when lines are added', () => {
    const lines = [anEntry(), anEntry()];
    const keys = timelineItems(trans, lines, [], 'HEAD', true).map(
      item => item.key
    );
    expect(new Set(keys).size).toBe(2);
    const more = timelineItems(
      trans,
      [anEntry({ when: NOON.toString() }), ...lines],
      [],
      'HEAD',
      true
    );
    expect(more.slice(1).map(item => item.key)).toEqual(keys);
  });
});

describe('titles', () => {
  it.each([
    ['checkout: moving from exp/a to main', 'switched to main, from exp/a'],
    [
      'checkout: moving from main to def5678def5678def5678def5678def5678def56',
      'switched to def5678, from main'
    ],
    ['reset: moving to HEAD~3', 'reset to HEAD~3'],
    ['mlgit: Undo: reset on main', 'Undo: reset on main'],
    ['rebase (finish): returning to refs/heads/exp/a', 'rebased exp/a'],
    ['commit (amend): better words', 'amended: better words'],
    ['commit: simplify', 'commit: simplify'],
    ['', 'moved, without a word in the log']
  ])('reads %j as %j', (message, title) => {
    const [item] = timelineItems(
      trans,
      [anEntry({ message })],
      [],
      'HEAD',
      true
    );
    expect(item?.title).toBe(title);
  });
});

describe('byDay', () => {
  it('groups by local day, in order', () => {
    const items = timelineItems(
      trans,
      [
        anEntry({ when: new Date(NOON).toISOString() }),
        anEntry({ when: new Date(NOON - 60_000).toISOString() }),
        anEntry({ when: new Date(NOON - 24 * 3600_000).toISOString() })
      ],
      [],
      'HEAD',
      true
    );
    const days = byDay(trans, items, NOON);
    expect(days.map(day => [day.name, day.items.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1]
    ]);
  });
});

describe('happeningOf', () => {
  it.each([
    ['branch-delete', 'delete'],
    ['branch-rename', 'rename'],
    ['restore', 'restore'],
    ['undo', 'undo'],
    ['checkout', 'checkout'],
    ['cherry-pick', 'pick'],
    ['commit', 'commit'],
    ['reset', 'reset'],
    ['backup', 'backup'],
    ['stash-push', 'stash'],
    ['stash-pop', 'stash'],
    ['stash-drop', 'delete'],
    ['backup-restore', 'restore'],
    ['update', 'other']
  ])('has for %s the icon %s', (action, icon) => {
    expect(happeningOf(action)).toBe(icon);
  });
});
