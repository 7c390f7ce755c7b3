/** Shows a moment, with the whole date as its title. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { ago, inFull, timeOfDay } from './moments';

/** Shows how long ago something was, or, for a row under its day, at what time. */
export function Moment(props: {
  readonly trans: TranslationBundle;
  readonly when: string;
  readonly form?: 'ago' | 'time';
}): React.JSX.Element {
  const { trans, when, form = 'ago' } = props;
  return (
    <time className="jp-mlgit-Moment" dateTime={when} title={inFull(when)}>
      {form === 'ago' ? ago(trans, when, Date.now()) : timeOfDay(when)}
    </time>
  );
}
