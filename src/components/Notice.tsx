/** Words in the panel that a person should read: what happened, what to do, and the buttons to do it. */
import React from 'react';
import { GitText } from './GitText';

/** Shows a notice. A failure is announced by screen readers at once, anything else when there is time. */
export function Notice(props: {
  readonly tone: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <div
      className={`jp-mlgit-Notice jp-mod-${props.tone}`}
      role={props.tone === 'error' ? 'alert' : 'status'}
    >
      <div className="jp-mlgit-Notice-message">
        <GitText text={props.message} />
      </div>
      {props.hint !== undefined && props.hint !== '' && (
        <div className="jp-mlgit-Notice-hint">
          <GitText text={props.hint} />
        </div>
      )}
      {React.Children.count(props.children) > 0 && (
        <div className="jp-mlgit-Actions">{props.children}</div>
      )}
    </div>
  );
}
