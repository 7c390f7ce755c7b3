/** Lists what a repository would run. */
import React from 'react';
import type { Trust } from '../api/schema';
import { GitText } from '../components/GitText';

/** Shows each program, and where it is named. */
export function Programs(props: { readonly trust: Trust }): React.JSX.Element {
  return (
    <ul className="jp-mlgit-List jp-mlgit-Programs">
      {props.trust.wouldRun.map((program, index) => (
        <li key={index}>
          <code>
            <GitText text={program.what} />
          </code>{' '}
          <span className="jp-mlgit-soft">
            <GitText text={program.where} />
          </span>
        </li>
      ))}
    </ul>
  );
}
