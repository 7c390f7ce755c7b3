/** Puts a line of git's log into the words of the timeline. What isn't known stays in git's own. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { TimelineEntry } from '../../api/schema';

type Words = (trans: TranslationBundle, parts: readonly string[]) => string;

const PATTERNS: readonly (readonly [RegExp, Words])[] = [
  [
    /^checkout: moving from (\S+) to (\S+)$/,
    (trans, [from = '', to = '']) =>
      trans.__('switched to %2, from %1', shortened(from), shortened(to))
  ],
  [
    /^reset: moving to (.+)$/,
    (trans, [to = '']) => trans.__('reset to %1', shortened(to))
  ],
  [
    /^(?:rebase|pull)\b[^:]*\(finish\): returning to refs\/heads\/(.+)$/,
    (trans, [branch = '']) => trans.__('rebased %1', branch)
  ],
  [
    /^rebase\b[^:]*\(finish\): refs\/heads\/(.+) onto (\S+)$/,
    (trans, [branch = '', onto = '']) =>
      trans.__('rebased %1 onto %2', branch, shortened(onto))
  ],
  [/^rebase\b[^:]*\(abort\)/, trans => trans.__('gave a rebase up')],
  [
    /^commit \(amend\): (.*)$/,
    (trans, [subject = '']) => trans.__('amended: %1', subject)
  ],
  [
    /^commit \((?:initial|merge)\): (.*)$/,
    (trans, [subject = '']) => trans.__('commit: %1', subject)
  ],
  [
    /^Branch: renamed refs\/heads\/(\S+) to refs\/heads\/(\S+)$/,
    (trans, [from = '', to = '']) => trans.__('renamed %1 to %2', from, to)
  ],
  // What we did, by the name of the act.
  [/^mlgit: (.+)$/, (_, [title = '']) => title],
  [
    /^branch: Created from (.+)$/,
    (trans, [from = '']) => trans.__('created from %1', shortened(from))
  ]
];

/** Names what happened. */
export function titleOf(
  trans: TranslationBundle,
  entry: Pick<TimelineEntry, 'message' | 'action'>
): string {
  if (entry.action === 'stash') {
    return trans.__('stashed changes: %1', entry.message);
  }
  for (const [pattern, words] of PATTERNS) {
    const match = pattern.exec(entry.message);
    if (match !== null) {
      return words(trans, match.slice(1));
    }
  }
  return entry.message === ''
    ? trans.__('moved, without a word in the log')
    : entry.message;
}

/** Shortens an object id; leaves a name as it is. */
function shortened(name: string): string {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name.slice(0, 7) : name;
}
