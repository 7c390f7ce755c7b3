/** Offers the two ends of an act that was interrupted: finish it, or roll it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../api/problem';
import { Button } from '../components/Button';
import { Notice } from '../components/Notice';
import { toast } from '../components/toast';
import { shortened, visibleText } from '../components/visibleText';
import type { IRepository } from '../tokens';

/** How much of the files' names fits into a toast. */
const NAMES = 70;

/** Shows the two buttons. */
export function ResolveButtons(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
}): React.JSX.Element {
  const { trans, repository } = props;
  const [busy, setBusy] = React.useState(false);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const resolve = (body: { finish: boolean; rollBack: boolean }): void => {
    setBusy(true);
    setTrouble(null);
    repository
      .changingFiles(trans.__('Save and go on'), () =>
        repository.act(at => repository.client.recover(at, body))
      )
      .then(settled => {
        const files = settled?.files ?? [];
        if (files.length > 0) {
          toast(
            'warning',
            trans.__(
              'Changed meanwhile, and left as it is: %1. What it held before is in the backups.',
              shortened(files.map(visibleText).join(', '), NAMES)
            )
          );
        }
      })
      .catch((error: unknown) => {
        setTrouble(troubleOf(error));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <>
      <Button
        kind="accept"
        disabled={busy}
        onClick={() => {
          resolve({ finish: true, rollBack: false });
        }}
      >
        {trans.__('Finish')}
      </Button>
      <Button
        disabled={busy}
        onClick={() => {
          resolve({ finish: false, rollBack: true });
        }}
      >
        {trans.__('Roll back')}
      </Button>
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
    </>
  );
}
