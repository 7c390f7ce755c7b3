/** Shows what a repository's own settings would run, and lets the person allow it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../api/problem';
import type { Trust } from '../api/schema';
import { Button } from '../components/Button';
import { GitText } from '../components/GitText';
import { Notice } from '../components/Notice';
import type { IRepository } from '../tokens';

/** Asks only after the person has seen the list. */
export function TrustQuestion(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly onTrusted?: (() => void) | undefined;
}): React.JSX.Element {
  const { trans, repository } = props;
  const [trust, setTrust] = React.useState<Trust | null>(null);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const tell = (error: unknown): void => {
    setTrouble(troubleOf(error));
  };
  if (trouble !== null) {
    return (
      <Notice tone="error" message={trouble.message} hint={trouble.hint} />
    );
  }
  if (trust === null) {
    return (
      <Button
        onClick={() => {
          repository.client.trust(repository.state.at).then(setTrust, tell);
        }}
      >
        {trans.__('Show what it would run')}
      </Button>
    );
  }
  if (trust.wouldRun.length === 0) {
    return (
      <span className="jp-mlgit-soft">
        {trans.__('It names no program of its own.')}
      </span>
    );
  }
  return (
    <>
      <ul className="jp-mlgit-List">
        {trust.wouldRun.map((program, index) => (
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
      <Button
        kind="accept"
        onClick={() => {
          repository
            .act(at => repository.client.setTrust(at, { withdraw: false }))
            .then(() => {
              props.onTrusted?.();
            }, tell);
        }}
      >
        {trans.__('Trust this repository')}
      </Button>
    </>
  );
}
