/** Offers the two ends of an act that was interrupted, with what each does: finish it, or roll it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../api/problem';
import type { Unfinished } from '../api/schema';
import { Button } from '../components/Button';
import { Notice } from '../components/Notice';
import { toast } from '../components/toast';
import { useOneAtATime } from '../components/useOneAtATime';
import { lowerFirst, shortened, visibleText } from '../components/visibleText';
import type { IRepository } from '../tokens';

/** How much of a title or of names fits into a toast. */
const NAMES = 70;

/** Shows the two buttons. */
export function ResolveButtons(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
}): React.JSX.Element {
  const { trans, repository } = props;
  const [busy, run] = useOneAtATime();
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const resolve = async (body: {
    finish: boolean;
    rollBack: boolean;
  }): Promise<void> => {
    setTrouble(null);
    try {
      const settled = await repository.changingFiles(
        trans.__('Save and go on'),
        () => repository.act(at => repository.client.recover(at, body))
      );
      if (settled !== null) {
        announce(trans, settled, body.finish);
      }
    } catch (error) {
      const refusal = troubleOf(error);
      setTrouble(refusal);
      if (refusal.code === 'state-changed') {
        // Somebody else has settled it, and the banner goes away.
        toast('info', trans.__('%1 %2', refusal.message, refusal.hint));
      }
    }
  };
  return (
    <>
      <Way
        act={trans.__('Finish')}
        words={trans.__('Do what is left of it.')}
        kind="accept"
        busy={busy}
        onClick={() => {
          void run(() => resolve({ finish: true, rollBack: false }));
        }}
      />
      <Way
        act={trans.__('Roll back')}
        words={trans.__('Take back what it had done: all is as before it.')}
        kind="plain"
        busy={busy}
        onClick={() => {
          void run(() => resolve({ finish: false, rollBack: true }));
        }}
      />
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
    </>
  );
}

/** A button, and what it does. */
function Way(props: {
  readonly act: string;
  readonly words: string;
  readonly kind: 'accept' | 'plain';
  readonly busy: boolean;
  readonly onClick: () => void;
}): React.JSX.Element {
  return (
    <div className="jp-mlgit-Way">
      <Button
        kind={props.kind}
        // One that is switched off would lose the focus, and the dialog that asks would not give it back.
        unavailable={props.busy}
        onClick={props.onClick}
      >
        {props.act}
      </Button>
      <span>{props.words}</span>
    </div>
  );
}

function announce(
  trans: TranslationBundle,
  settled: Unfinished,
  finished: boolean
): void {
  const title = lowerFirst(shortened(visibleText(settled.title ?? ''), NAMES));
  toast(
    'success',
    finished
      ? trans.__('Finished: %1', title)
      : trans.__('Rolled back: %1', title)
  );
  const { missing, files } = settled;
  const names = shortened(
    [...missing, ...files].map(visibleText).join(', '),
    NAMES
  );
  if (files.length > 0) {
    toast(
      'warning',
      trans.__(
        'Changed meanwhile, and left as it is: %1. What it held before is in the backups.',
        names
      )
    );
  } else if (missing.length > 0) {
    toast(
      'warning',
      trans.__('Changed meanwhile, and left as it is: %1.', names)
    );
  }
}
