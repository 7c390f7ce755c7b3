/** Holds why an act was refused, as long as that may be true. */
import React from 'react';
import type { Trouble } from '../api/problem';
import type { IChange, IRepository } from '../tokens';

/**
 * Tells whether a refusal may be outdated by a change.
 *
 * Working files change all the time while a model trains. That the repository had changed stays true: the change that
 * comes then is the very one it speaks of.
 */
export function outdates(change: IChange, refusal: Trouble): boolean {
  return (
    change.moved ||
    (refusal.code !== 'state-changed' &&
      (['refs', 'head', 'operations'] as const).some(aspect =>
        change.what.has(aspect)
      ))
  );
}

/** Gives the refusal, and the function that sets it; it goes away when the repository changes. */
export function useRefusal(
  repository: IRepository
): readonly [Trouble | null, (refusal: Trouble | null) => void] {
  const [refusal, setRefusal] = React.useState<Trouble | null>(null);
  React.useEffect(() => {
    const slot = (_: IRepository, change: IChange): void => {
      setRefusal(now => (now !== null && outdates(change, now) ? null : now));
    };
    repository.changed.connect(slot);
    return () => {
      repository.changed.disconnect(slot);
    };
  }, [repository]);
  return [refusal, setRefusal];
}
