/** Bodies as the server sends them, with what a test doesn't care about filled in. */
import type {
  AffectedFile,
  Branch,
  DeletedBranch,
  Operation,
  RemoteBranch,
  Retention,
  Status,
  Switched,
  TimelineEntry,
  Undone
} from '../api/schema';

/** Noon of the day on which the fixtures play. */
export const NOON = Date.parse('2026-03-10T12:00:00+00:00');

export function aStatus(change: Partial<Status> = {}): Status {
  return {
    root: '/srv/project',
    branch: 'main',
    head: '1111111111111111111111111111111111111111',
    upstream: null,
    ahead: null,
    behind: null,
    unfinished: null,
    bare: false,
    shallow: false,
    readOnly: null,
    changes: [],
    changesUnknown: null,
    stateToken: 'token-1',
    ...change
  };
}

export function aDeletedBranch(
  change: Partial<DeletedBranch> = {}
): DeletedBranch {
  return {
    id: 'deleted-1',
    kind: 'deleted',
    name: 'exp/torch-compile-opt',
    tip: 'def5678def5678def5678def5678def5678def56',
    subject: 'Tune learning rate scheduler',
    author: 'Ada',
    lastSeen: '2026-03-10T10:00:00+00:00',
    evidence: 'left',
    why: 'HEAD left it',
    state: 'recoverable',
    pinned: true,
    commits: 6,
    uniqueCommits: 4,
    notebooks: ['notebooks/train.ipynb'],
    pushed: false,
    upstream: null,
    earlier: [],
    inUse: null,
    ...change
  };
}

export function anOperation(change: Partial<Operation> = {}): Operation {
  return {
    id: 'op-1',
    when: '2026-03-10T10:00:00+00:00',
    title: 'Delete branch exp/lr-3e4',
    kind: 'branch-delete',
    source: 'panel',
    undoable: true,
    reason: null,
    undone: false,
    movesFiles: false,
    refs: [],
    backup: false,
    ...change
  };
}

/** A working file that an act changes, with no other half and nobody's edits. */
export function aFile(
  path: string,
  effect: AffectedFile['effect'],
  pair: readonly string[] = []
): AffectedFile {
  return { path, effect, edited: false, pair };
}

export function anUndone(change: Partial<Undone> = {}): Undone {
  return {
    operations: [],
    refs: [],
    index: [],
    files: [],
    operation: null,
    ...change
  };
}

export function anEntry(change: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    when: '2026-03-10T09:00:00+00:00',
    ref: 'HEAD',
    old: '1111111111111111111111111111111111111111',
    new: '2222222222222222222222222222222222222222',
    action: 'commit',
    message: 'commit: simplify resnet block',
    operation: null,
    steps: [],
    ...change
  };
}

export function aRemoteBranch(
  change: Partial<RemoteBranch> = {}
): RemoteBranch {
  return {
    name: 'origin/exp/a',
    tip: '53b5280aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    subject: 'Try it',
    when: null,
    branch: 'exp/a',
    local: false,
    ...change
  };
}

export function aSwitch(change: Partial<Switched> = {}): Switched {
  return {
    branch: 'exp/a',
    tip: '53b5280aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    created: false,
    movedFrom: null,
    upstream: null,
    files: [],
    setAside: [],
    backup: null,
    commitsLeft: [],
    moreLeft: 0,
    hook: null,
    operation: 'op-3',
    ...change
  };
}

export function aBranch(change: Partial<Branch> = {}): Branch {
  return {
    name: 'exp/a',
    tip: '53b5280aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    upstream: null,
    ahead: null,
    behind: null,
    subject: 'Try it',
    when: null,
    current: false,
    worktree: null,
    protected: false,
    ...change
  };
}

export function aRetention(change: Partial<Retention> = {}): Retention {
  return {
    reflogExpire: '90.days.ago',
    reflogExpireUnreachable: '30.days.ago',
    pruneExpire: '2.weeks.ago',
    pinDays: 90,
    pins: 3,
    pinBytes: 1_200_000,
    backups: 0,
    backupBytes: 0,
    hook: 'absent',
    operation: null,
    ...change
  };
}
