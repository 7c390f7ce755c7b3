/** Takes a refusal away once what it speaks of may be another. */
import React from 'react';
import type { IChange, IRepository } from '../tokens';

/** Tells whether a refusal may be outdated by a change. Working files change all the time while a model trains. */
export function outdates(change: IChange): boolean {
  return (
    change.moved ||
    (['refs', 'head', 'operations'] as const).some(aspect =>
      change.what.has(aspect)
    )
  );
}

/**
 * Calls back when the repository changed.
 *
 * @param repository - the repository that is shown.
 * @param forget - takes the refusal away; the same function as long as the component lives.
 */
export function useOutdated(repository: IRepository, forget: () => void): void {
  React.useEffect(() => {
    const slot = (_: IRepository, change: IChange): void => {
      if (outdates(change)) {
        forget();
      }
    };
    repository.changed.connect(slot);
    return () => {
      repository.changed.disconnect(slot);
    };
  }, [repository, forget]);
}
