/** The words of a switch that its toast, its question and its undo share. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Switched } from '../../api/schema';
import { shortened, shortId, visibleText } from '../../components/visibleText';

/**
 * Says what is checked out now, what came along and what stayed behind.
 *
 * @param length - how much of a name is shown.
 */
export function switchedWords(
  trans: TranslationBundle,
  done: Switched,
  length: number
): string {
  const to = goalWords(trans, done, length);
  const kept = done.files.filter(({ effect }) => effect === 'kept').length;
  const left = done.commitsLeft.length + done.moreLeft;
  const aside = done.setAside.length;
  const notes = [
    kept === 0
      ? null
      : trans._n('%1 edited file kept', '%1 edited files kept', kept),
    aside === 0 || done.backup === null
      ? null
      : trans._n(
          '%1 edited file in a backup',
          '%1 edited files in a backup',
          aside
        ),
    left === 0
      ? null
      : trans._n(
          '%1 commit left behind, in Recovery',
          '%1 commits left behind, in Recovery',
          left
        )
  ].filter(note => note !== null);
  return notes.length === 0
    ? to
    : trans.__('%1 (%2)', to, notes.join(trans.__(', ')));
}

/** Names the act inside a sentence. */
export function switchTitle(trans: TranslationBundle, done: Switched): string {
  if (done.branch === null) {
    return trans.__('check out %1', shortId(done.tip));
  }
  const name = visibleText(done.branch);
  return done.created
    ? trans.__('create branch %1 and switch to it', name)
    : trans.__('switch to %1', name);
}

function goalWords(
  trans: TranslationBundle,
  done: Switched,
  length: number
): string {
  if (done.branch === null) {
    return trans.__('Checked out %1, on no branch', shortId(done.tip));
  }
  const name = shortened(visibleText(done.branch), length);
  return done.created
    ? trans.__('Created %1 and switched to it', name)
    : trans.__('Switched to %1', name);
}
