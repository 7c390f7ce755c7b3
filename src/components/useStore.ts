/** Lets a component follow something that has a `state` and a signal for its changes. */
import type { ISignal } from '@lumino/signaling';
import React from 'react';

/**
 * Gives the state and renders again when the signal says that there is another.
 *
 * @param changed - the signal.
 * @param read - reads the state; the same object as long as nothing changed.
 */
export function useStore<S, T>(changed: ISignal<S, unknown>, read: () => T): T {
  const subscribe = React.useCallback(
    (notify: () => void) => {
      const slot = (): void => {
        notify();
      };
      changed.connect(slot);
      return () => {
        changed.disconnect(slot);
      };
    },
    [changed]
  );
  return React.useSyncExternalStore(subscribe, read);
}
