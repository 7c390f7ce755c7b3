/** Keeps a preview true while the repository changes. */
import React from 'react';
import { useStore } from '../components/useStore';
import type { IChange, IRepository } from '../tokens';
import type { Answer, IAnswer } from './answer';

/**
 * Asks at first, and again when the repository changes.
 *
 * @param answer - the preview; another one begins anew.
 * @param concerns - tells which changes it has to do with; the same function as long as the answer is the same.
 */
export function usePreview<T>(
  repository: IRepository,
  answer: Answer<T>,
  concerns: (change: IChange) => boolean = everything
): IAnswer<T> {
  React.useEffect(() => {
    const slot = (_: IRepository, change: IChange): void => {
      if (concerns(change)) {
        void answer.refresh();
      }
    };
    void answer.refresh();
    repository.changed.connect(slot);
    return () => {
      repository.changed.disconnect(slot);
    };
  }, [repository, answer, concerns]);
  return useStore(answer.changed, () => answer.state);
}

function everything(): boolean {
  return true;
}
