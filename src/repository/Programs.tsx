/** Lists what a repository would run, and what of its own only git does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Trust } from '../api/schema';
import { GitText } from '../components/GitText';

/** Shows each program, and where it is named. */
export function Programs(props: {
  readonly programs: Trust['wouldRun'];
}): React.JSX.Element {
  return (
    <ul className="jp-mlgit-List jp-mlgit-Programs">
      {props.programs.map((program, index) => (
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

/** Says that nothing is run here, or what trust changes nothing about; nothing where there is neither to say. */
export function NotRunHere(props: {
  readonly trans: TranslationBundle;
  readonly trust: Trust;
}): React.JSX.Element | null {
  const { trans, trust } = props;
  const only = trust.onlyGit.length > 0;
  if (!only) {
    return trust.wouldRun.length > 0 ? null : (
      <p>{trans.__('It names no program of its own.')}</p>
    );
  }
  return (
    <>
      {trust.wouldRun.length === 0 && (
        <p>
          {trans.__(
            'It names nothing that is run here, so there is nothing to trust.'
          )}
        </p>
      )}
      <p>
        {trans.__(
          'These only git runs, trusted or not. Where files need a filter that is not known here, use git:'
        )}
      </p>
      <Programs programs={trust.onlyGit} />
    </>
  );
}
