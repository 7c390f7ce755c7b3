/** Knows whether any act is possible at all; the banner at the top says why not. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useStore } from '../components/useStore';
import { lowerFirst, visibleText } from '../components/visibleText';
import type { IRepository, IRepositoryState } from '../tokens';

/** Tells whether the repository can only be read, or waits for an interrupted act to be settled. */
export function isBarred(state: IRepositoryState): boolean {
  const { status } = state;
  return (
    status !== null &&
    (status.readOnly !== null || status.unfinished?.kind === 'interrupted')
  );
}

/** Says why no act is possible, and what to do; null where one is. */
export function whyBarred(
  trans: TranslationBundle,
  { status }: IRepositoryState
): string | null {
  if (status === null) {
    return null;
  }
  if (status.readOnly !== null) {
    return trans.__(
      'This repository can only be read. %1',
      visibleText(status.readOnly)
    );
  }
  return status.unfinished?.kind === 'interrupted'
    ? trans.__(
        'An earlier act was interrupted. Finish it or roll it back first.'
      )
    : null;
}

/** Says the same in few words, for an entry of a menu. */
export function shortlyBarred(
  trans: TranslationBundle,
  state: IRepositoryState
): string | null {
  if (!isBarred(state)) {
    return null;
  }
  return state.status?.readOnly === null
    ? trans.__('an interrupted act has to be settled first')
    : trans.__('this repository can only be read');
}

/** Gives the words of a menu's entry, and why it can't be chosen: a menu has no other room for that. */
export function withReason(
  trans: TranslationBundle,
  words: string,
  reason: string | null
): string {
  return reason === null
    ? words
    : trans.__('%1 — %2', words, lowerFirst(reason));
}

/** Follows that. */
export function useBarred(repository: IRepository): boolean {
  return useStore(repository.stateChanged, () => isBarred(repository.state));
}
