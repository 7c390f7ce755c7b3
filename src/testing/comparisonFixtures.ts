/** Comparisons as the server sends them, with what a test doesn't care about filled in. */
import type { ChangedFile, Overview, OverviewSide } from '../api/schema';
import { idOf } from './commitFixtures';

export function aChangedFile(change: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path: 'train.py',
    oldPath: null,
    change: 'modified',
    kind: 'text',
    oldMode: 0o100644,
    newMode: 0o100644,
    likeness: null,
    conflict: false,
    content: 'content-1',
    ...change
  };
}

export function anOverviewSide(
  change: Partial<OverviewSide> = {}
): OverviewSide {
  return {
    name: 'main',
    id: idOf('aaa1111'),
    subject: 'Train',
    author: 'Ada',
    when: '2026-03-10T10:00:00+00:00',
    parents: 1,
    ...change
  };
}

/** What `feature` did in two commits since it left `main`, which has one more. */
export function anOverview(change: Partial<Overview> = {}): Overview {
  const files = change.files ?? [aChangedFile()];
  return {
    old: anOverviewSide(),
    new: anOverviewSide({ name: 'feature', id: idOf('bbb2222') }),
    base: idOf('ccc3333'),
    ahead: 2,
    behind: 1,
    exact: [idOf('ccc3333'), idOf('bbb2222')],
    stamp: 'stamp-1',
    count: files.length,
    files,
    ...change
  };
}
