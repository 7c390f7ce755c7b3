/** The button that backs up now, in the heading of the timeline. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from '../../components/Button';
import { useOneAtATime } from '../../components/useOneAtATime';
import { useStore } from '../../components/useStore';
import { isBarred } from '../../repository/useBarred';
import type { BackupModel } from './backupModel';

/** Shows the button; not where there are no files, or nothing may be written. */
export function BackupButton(props: {
  readonly trans: TranslationBundle;
  readonly model: BackupModel;
  readonly onBackUp: () => Promise<void>;
}): React.JSX.Element {
  const { trans, model } = props;
  const { repository } = model;
  const possible = useStore(repository.stateChanged, () => {
    const { status } = repository.state;
    return status !== null && !status.bare && !isBarred(repository.state);
  });
  const [busy, run] = useOneAtATime();
  return (
    <Button
      kind="link"
      label={trans.__('Back up everything that is not committed')}
      disabled={!possible}
      // Switched off it would lose the focus.
      unavailable={busy}
      onClick={() => {
        void run(props.onBackUp);
      }}
    >
      {trans.__('Back up now')}
    </Button>
  );
}
