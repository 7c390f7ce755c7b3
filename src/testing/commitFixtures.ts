/** Commits and resets as the server sends them, with what a test doesn't care about filled in. */
import type { LogCommit, Reset } from '../api/schema';

/** Gives a whole id that begins with these digits. */
export function idOf(digits: string): string {
  return digits.padEnd(40, '0');
}

export function aCommit(change: Partial<LogCommit> = {}): LogCommit {
  return {
    id: idOf('a1b2c3d'),
    parents: [],
    subject: 'Simplify the ResNet block',
    body: '',
    author: 'Ada',
    authored: '2026-03-10T10:00:00+00:00',
    committed: '2026-03-10T10:00:00+00:00',
    refs: [],
    pushed: false,
    ...change
  };
}

/** What a reset from `fff` to `a1b2c3d` does that touches nothing but HEAD. */
export function aReset(change: Partial<Reset> = {}): Reset {
  return {
    mode: 'mixed',
    head: { from: idOf('fff'), to: idOf('a1b2c3d') },
    commitsLeft: [],
    moreLeft: 0,
    pushedLeft: 0,
    instead: null,
    index: [],
    files: [],
    givesUp: null,
    backup: null,
    operation: null,
    ...change
  };
}
