/** Shows what a repository's own settings would run, and lets the person allow it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../api/problem';
import type { Trust } from '../api/schema';
import { Button } from '../components/Button';
import { Notice } from '../components/Notice';
import type { IRepository } from '../tokens';
import { NotRunHere, Programs } from './Programs';
import { setTrust } from './trustDialog';

/** Asks only after the person has seen the list. */
export function TrustQuestion(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly onTrusted?: (() => void) | undefined;
}): React.JSX.Element {
  const { trans, repository } = props;
  const [trust, show] = React.useState<Trust | null>(null);
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
          repository.client.trust(repository.state.at).then(show, tell);
        }}
      >
        {trans.__('Show what it would run')}
      </Button>
    );
  }
  if (trust.wouldRun.length === 0) {
    return <NotRunHere trans={trans} trust={trust} />;
  }
  return (
    <>
      <Programs programs={trust.wouldRun} />
      <Button
        kind="accept"
        onClick={() => {
          setTrust(trans, repository, true).then(() => {
            props.onTrusted?.();
          }, tell);
        }}
      >
        {trans.__('Trust this repository')}
      </Button>
    </>
  );
}
