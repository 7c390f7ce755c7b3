/**
 * Runs a component's acts one at a time, and says whether one is under way.
 *
 * The surprise: what is drawn comes a moment after what is so. A dialog of JupyterLab's gives the focus back before
 * React has drawn the buttons anew, and a key that is pressed then has to count; hence the drawn state only shows that
 * an act is under way, and does not decide it.
 */
import React from 'react';

/** Begins an act unless one is under way; resolves when it is over, and never rejects but with what the act did. */
export type RunOne = (act: () => Promise<void>) => Promise<void>;

/** Gives whether an act is under way, for the buttons, and the function that begins one. */
export function useOneAtATime(): readonly [boolean, RunOne] {
  const [busy, setBusy] = React.useState(false);
  const underWay = React.useRef(false);
  const run = React.useCallback<RunOne>(async act => {
    if (underWay.current) {
      return;
    }
    underWay.current = true;
    setBusy(true);
    try {
      await act();
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }, []);
  return [busy, run];
}
