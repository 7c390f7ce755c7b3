/** Shows a figure of a machine, or why there is none. */
import React from 'react';
import type { IFigure } from '../../environment/words';

/** Shows a figure; what is not known says why, to the eye and to the ear. */
export function Figure(props: { readonly figure: IFigure }): React.JSX.Element {
  const { words, reason } = props.figure;
  return reason === null ? (
    <>{words}</>
  ) : (
    <span className="jp-mlgit-Unknown" title={reason}>
      {words}
      <span className="jp-mlgit-unseen">: {reason}</span>
    </span>
  );
}
