/** Shows in a dialog what a repository would run and whether it may, and lets the person change their mind. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Trust } from '../api/schema';
import { ask } from '../components/dialog';
import { toast } from '../components/toast';
import type { IRepository } from '../tokens';
import { NotRunHere, Programs } from './Programs';

/**
 * Asks, and does what the person chose.
 *
 * @throws ProblemError when the server refused.
 */
export async function reviewTrust(
  trans: TranslationBundle,
  repository: IRepository
): Promise<void> {
  const trust = await repository.client.trust(repository.state.at);
  const { trusted, wouldRun } = trust;
  const words = trusted
    ? trans.__('Withdraw the trust')
    : trans.__('Trust this repository');
  const accepted = await ask({
    title: trans.__('Trust of this repository'),
    body: <Question trans={trans} trust={trust} />,
    cancel: trans.__('Close'),
    accept: wouldRun.length > 0 || trusted ? words : null
  });
  if (accepted) {
    await setTrust(trans, repository, !trusted);
  }
}

/**
 * Trusts a repository or no longer, and says so.
 *
 * @throws ProblemError when the server refused.
 */
export async function setTrust(
  trans: TranslationBundle,
  repository: IRepository,
  trusted: boolean
): Promise<void> {
  const { client } = repository;
  await repository.act(at => client.setTrust(at, { withdraw: !trusted }));
  // Not an answer to an act: it stays beside what the act has to say.
  toast(
    'info',
    trusted
      ? trans.__('This repository is trusted now')
      : trans.__('This repository is no longer trusted'),
    trusted
      ? [
          {
            label: trans.__('Withdraw'),
            caption: trans.__('Trust this repository no longer'),
            run: () => {
              void setTrust(trans, repository, false);
            }
          }
        ]
      : []
  );
}

function Question(props: {
  readonly trans: TranslationBundle;
  readonly trust: Trust;
}): React.JSX.Element {
  const { trans, trust } = props;
  return (
    <div>
      {trust.wouldRun.length > 0 && (
        <>
          <p>
            {trust.trusted
              ? trans.__('You trust this repository. Acts may run these:')
              : trans.__(
                  'You do not trust this repository, so nothing that it names is run. Trusted, acts may run these:'
                )}
          </p>
          <Programs programs={trust.wouldRun} />
        </>
      )}
      <NotRunHere trans={trans} trust={trust} />
    </div>
  );
}
