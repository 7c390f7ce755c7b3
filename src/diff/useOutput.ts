/** Asks for the content of an output while it is shown. */
import React from 'react';
import { troubleOf } from '../api/problem';
import type { Output, OutputContent } from '../api/schema';
import type { DiffModel } from './model';

/** What is known of it. */
export interface IOutputState {
  /** Null while it is on its way. */
  readonly found: OutputContent | null;
  /** Why it can not be had. */
  readonly trouble: string | null;
}

const WAITING: IOutputState = { found: null, trouble: null };

/** Asks. */
export function useOutput(
  model: DiffModel,
  side: 'old' | 'new',
  cell: number,
  { n, mime }: Output
): IOutputState {
  const [state, setState] = React.useState(WAITING);
  React.useEffect(() => {
    let current = true;
    const set = (next: Partial<IOutputState>): void => {
      if (current) {
        setState({ ...WAITING, ...next });
      }
    };
    model.output({ side, cell, n, mime }).then(
      found => {
        set({ found });
      },
      (error: unknown) => {
        set({ trouble: troubleOf(error).message });
      }
    );
    return () => {
      current = false;
    };
  }, [model, side, cell, n, mime]);
  return state;
}
