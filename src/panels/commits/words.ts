/** The words of a reset that its dialog, its toast and its commands share. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Reset } from '../../api/schema';
import { shortId } from '../../components/visibleText';
import type { IRepository } from '../../tokens';
import type { Mode } from './model';

/** Names what a reset moves: the branch, or HEAD where none is checked out. */
export function currentName(
  trans: TranslationBundle,
  repository: IRepository
): string {
  return repository.state.status?.branch ?? trans.__('HEAD');
}

/** Names the act, as it stands on the accept button. */
export function acceptWords(
  trans: TranslationBundle,
  mode: Mode,
  to: string
): string {
  switch (mode) {
    case 'soft':
      return trans.__('Reset soft to %1', shortId(to));
    case 'mixed':
      return trans.__('Reset mixed to %1', shortId(to));
    case 'hard':
      return trans.__('Reset hard to %1', shortId(to));
  }
}

/** Names the act inside a sentence. */
export function titleOf(trans: TranslationBundle, done: Reset): string {
  const to = shortId(done.head.to);
  switch (done.mode) {
    case 'soft':
      return trans.__('soft reset to %1', to);
    case 'mixed':
      return trans.__('mixed reset to %1', to);
    case 'hard':
      return trans.__('hard reset to %1', to);
  }
}

/** Gives the name of a mode and what it moves. */
export function modeWords(
  trans: TranslationBundle,
  mode: Mode
): { readonly name: string; readonly what: string } {
  switch (mode) {
    case 'soft':
      return {
        name: trans.__('Soft'),
        what: trans.__('moves HEAD only')
      };
    case 'mixed':
      return {
        name: trans.__('Mixed'),
        what: trans.__('moves HEAD and the index')
      };
    case 'hard':
      return {
        name: trans.__('Hard'),
        what: trans.__('moves HEAD, the index and the working files')
      };
  }
}
