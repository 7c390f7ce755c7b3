/** Puts what differs into an order to read: conflicts, staged, changed, untracked files. */
import type { Status, StatusChange } from '../../api/schema';
import { isCheckpoint } from '../../repository/checkpoints';

/** Where a file stands. A file that is staged and was changed again stands twice. */
export type Group = 'conflict' | 'staged' | 'changed' | 'untracked';

/** One line of the list. */
export interface IFileItem {
  readonly type: 'file';
  /** Tells the line from all others. */
  readonly key: string;
  readonly group: Group;
  readonly path: string;
  readonly oldPath: string | null;
  /** As git abbreviates it. */
  readonly letter: string;
  readonly kind: StatusChange['kind'];
}

/** A heading of the list. */
export interface IGroupItem {
  readonly type: 'group';
  readonly key: string;
  readonly group: Group;
  readonly count: number;
}

/** What the list shows. */
export type Item = IFileItem | IGroupItem;

const ORDER: readonly Group[] = ['conflict', 'staged', 'changed', 'untracked'];

const LETTERS = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  renamed: 'R',
  typechanged: 'T',
  untracked: 'U'
} as const;

/** Gives the checkpoints among what is untracked. */
export function checkpointsIn(status: Status | null): readonly StatusChange[] {
  return (status?.changes ?? []).filter(
    ({ worktree, path }) => worktree === 'untracked' && isCheckpoint(path)
  );
}

/** Gives the lines of the list; without some changes. */
export function itemsOf(
  status: Status | null,
  without: readonly StatusChange[] = []
): readonly Item[] {
  const left = new Set(without);
  const files = (status?.changes ?? [])
    .filter(one => !left.has(one))
    .flatMap(filesOf);
  return ORDER.flatMap(group => {
    const found = files.filter(one => one.group === group);
    const heading: Item = {
      type: 'group',
      key: `group:${group}`,
      group,
      count: found.length
    };
    return found.length === 0 ? [] : [heading, ...found];
  });
}

function filesOf(change: StatusChange): readonly IFileItem[] {
  const item = (group: Group, letter: string): IFileItem => ({
    type: 'file',
    key: `${group}:${change.path}`,
    group,
    path: change.path,
    oldPath: change.oldPath,
    letter,
    kind: change.kind
  });
  if (change.conflict !== null) {
    return [item('conflict', 'C')];
  }
  const found: IFileItem[] = [];
  if (change.index !== null) {
    found.push(item('staged', LETTERS[change.index]));
  }
  if (change.worktree === 'untracked') {
    found.push(item('untracked', LETTERS.untracked));
  } else if (change.worktree !== null) {
    found.push(item('changed', LETTERS[change.worktree]));
  }
  return found;
}
