/** The body of a dialog that asks about an act: what it would do, or why that is not known, and the way back. */
import React from 'react';
import { PreviewState } from './PreviewState';

/** Shows what it is given between what is to be said before and after it. */
export function PreviewQuestion(
  props: React.ComponentProps<typeof PreviewState> & {
    /** What brings everything back. */
    readonly wayBack?: string;
    readonly children: React.ReactNode;
  }
): React.JSX.Element {
  const { children, wayBack, ...state } = props;
  return (
    // The dialog's keys work from the first moment, when there is nothing in it yet.
    <div className="jp-mlgit-Question" tabIndex={-1}>
      <PreviewState {...state} />
      {children}
      {wayBack !== undefined && <p className="jp-mlgit-soft">{wayBack}</p>}
    </div>
  );
}
