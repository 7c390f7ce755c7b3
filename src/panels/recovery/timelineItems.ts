/**
 * Weaves what git's log says and what was done to branches into one list of days.
 *
 * git logs where a ref went; deleting another branch leaves no line there, so acts that no line stands for are
 * put in at their time. The order of the log is git's and is kept: clocks go wrong, logs don't.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Operation, TimelineEntry } from '../../api/schema';
import type { Happening } from '../../components/icons';
import { dayKey, dayName } from '../../components/moments';
import { titleOf } from './timelineWords';

/** One row of the timeline. */
export interface ITimelineItem {
  readonly key: string;
  readonly when: string;
  readonly title: string;
  readonly happening: Happening;
  /** The act that it was, where one is known. */
  readonly operation: Operation | null;
  /** The lines of the log, where there are several behind one row. */
  readonly steps: TimelineEntry['steps'];
}

/** The rows of one day. */
export interface ITimelineDay {
  readonly key: string;
  readonly name: string;
  readonly items: readonly ITimelineItem[];
}

/**
 * Gives the rows, newest first.
 *
 * @param entries - the log's entries, newest first.
 * @param operations - the acts that are known, newest first.
 * @param ref - whose timeline it is: `HEAD` or a branch's name.
 * @param complete - whether `entries` reaches the beginning of the log.
 */
export function timelineItems(
  trans: TranslationBundle,
  entries: readonly TimelineEntry[],
  operations: readonly Operation[],
  ref: string,
  complete: boolean
): readonly ITimelineItem[] {
  const byId = new Map(operations.map(one => [one.id, one]));
  const logged = new Set(entries.map(entry => entry.operation));
  const oldest = entries.at(-1);
  const others = operations.filter(
    one =>
      !logged.has(one.id) &&
      concerns(one, ref) &&
      (complete || oldest === undefined || !isBefore(one.when, oldest.when))
  );
  const items: ITimelineItem[] = [];
  let next = 0;
  entries.forEach((entry, index) => {
    if (
      entry.action === 'rename' &&
      entry.message === entries[index + 1]?.message
    ) {
      // git writes the renaming of the current branch twice, once with a zero id.
      return;
    }
    for (; next < others.length; next++) {
      const other = others[next];
      if (other === undefined || isBefore(other.when, entry.when)) {
        break;
      }
      items.push(fromOperation(other));
    }
    const operation = byId.get(entry.operation ?? '') ?? null;
    items.push({
      // A log only grows at its new end, so an entry is known by how far it is from the old one.
      key: `${entry.ref} ${entry.when} ${entry.new ?? ''} ${entries.length - index}`,
      when: entry.when,
      // Of the terminal's acts git's words tell more, of ours their own.
      title:
        operation === null || operation.source === 'terminal'
          ? titleOf(trans, entry)
          : operation.title,
      happening: happeningOf(entry.action),
      operation,
      steps: entry.steps
    });
  });
  return [...items, ...others.slice(next).map(fromOperation)];
}

/** Puts rows under their days. */
export function byDay(
  trans: TranslationBundle,
  items: readonly ITimelineItem[],
  now: number
): readonly ITimelineDay[] {
  const days: { key: string; name: string; items: ITimelineItem[] }[] = [];
  for (const item of items) {
    const day = dayKey(item.when);
    const last = days.at(-1);
    if (last?.key.startsWith(`${day} `) === true) {
      last.items.push(item);
    } else {
      // A log whose clock jumped comes by the same day twice.
      const key = `${day} ${days.length}`;
      days.push({ key, name: dayName(trans, item.when, now), items: [item] });
    }
  }
  return days;
}

const HAPPENINGS: readonly (readonly [RegExp, Happening])[] = [
  [/^undo/, 'undo'],
  [/^redo/, 'redo'],
  [/^backup$/, 'backup'],
  [/restore/, 'restore'],
  [/delete|drop/, 'delete'],
  [/rename/, 'rename'],
  [/rebase/, 'rebase'],
  [/cherry-pick/, 'pick'],
  [/revert/, 'revert'],
  [/reset/, 'reset'],
  [/merge/, 'merge'],
  [/stash/, 'stash'],
  [/pull|fetch|clone|push/, 'pull'],
  [/checkout|switch/, 'checkout'],
  [/commit|amend/, 'commit'],
  [/pin/, 'pin'],
  [/retention|setup|config/, 'settings'],
  [/branch|ref/, 'branch']
];

/** Picks the icon for an action of the log or a kind of act. */
export function happeningOf(action: string): Happening {
  const word = action.toLowerCase();
  return HAPPENINGS.find(([pattern]) => pattern.test(word))?.[1] ?? 'other';
}

function fromOperation(operation: Operation): ITimelineItem {
  return {
    key: operation.id,
    when: operation.when,
    title: operation.title,
    happening: happeningOf(operation.kind),
    operation,
    steps: []
  };
}

function concerns(operation: Operation, ref: string): boolean {
  return (
    ref === 'HEAD' ||
    operation.refs.some(change => change.name === `refs/heads/${ref}`)
  );
}

function isBefore(a: string, b: string): boolean {
  return Date.parse(a) < Date.parse(b);
}
