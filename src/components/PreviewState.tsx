/** Says of a preview what is not in it: why it is shown again, why there is none, or that it is on its way. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Notice } from './Notice';

/** Why a question is asked again. */
export interface IAgain {
  readonly tone: 'warn' | 'error';
  readonly message: string;
  readonly hint: string;
}

/** Shows the words. */
export function PreviewState(props: {
  readonly trans: TranslationBundle;
  readonly again: IAgain | null;
  /** Why there is no preview. */
  readonly trouble: { readonly message: string; readonly hint: string } | null;
  readonly waiting: boolean;
}): React.JSX.Element {
  const { trans, again, trouble } = props;
  return (
    <>
      {again !== null && <Notice {...again} />}
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
      {trouble === null && props.waiting && (
        <p className="jp-mlgit-soft" role="status">
          {trans.__('Looking at what it would do…')}
        </p>
      )}
    </>
  );
}
