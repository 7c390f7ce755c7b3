/** Knows whether any act is possible at all; the banner at the top says why not. */
import { useStore } from '../components/useStore';
import type { IRepository, IRepositoryState } from '../tokens';

/** Tells whether the repository can only be read, or waits for an interrupted act to be settled. */
export function isBarred(state: IRepositoryState): boolean {
  const { status } = state;
  return (
    status !== null &&
    (status.readOnly !== null || status.unfinished?.kind === 'interrupted')
  );
}

/** Follows that. */
export function useBarred(repository: IRepository): boolean {
  return useStore(repository.stateChanged, () => isBarred(repository.state));
}
