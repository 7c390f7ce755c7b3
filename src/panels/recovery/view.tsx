/** The section: deleted branches, how long they are kept, and the timeline under them. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import type { DeletedBranch } from '../../api/schema';
import { Section } from '../../components/Section';
import { useStore } from '../../components/useStore';
import type { IRestoreChoice } from './cardActions';
import { DeletedBranches } from './deletedBranches';
import { BackupButton } from './backupButton';
import type { BackupModel } from './backupModel';
import type { OnRestoreFiles } from './backupPreview';
import type { RecoveryModel } from './model';
import { RetentionLine } from './retention';
import { TimelineView } from './timeline';

/** What the section needs of its plugin. */
export interface IRecoveryProps {
  readonly trans: TranslationBundle;
  readonly model: RecoveryModel;
  readonly onRestore: (
    branch: DeletedBranch,
    choice: IRestoreChoice
  ) => Promise<void>;
  readonly onPin: (branch: DeletedBranch) => Promise<void>;
  readonly onUnpin: (branch: DeletedBranch) => Promise<void>;
  readonly onCompare: (branch: DeletedBranch) => void;
  readonly onPinAll: () => Promise<void>;
  readonly onUndo: (id: string) => void;
  readonly onGoBack: (id: string) => void;
  readonly onRetention: (operations: readonly string[]) => void;
  readonly backups: BackupModel;
  readonly onBackUp: () => Promise<void>;
  readonly onRestoreFiles: OnRestoreFiles;
}

/** The widget around it. */
export class RecoveryWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IRecoveryProps) {
    super();
    this.addClass('jp-mlgit-Recovery');
  }

  protected override render(): React.JSX.Element {
    return <Recovery {...this._props} />;
  }

  /** Puts the focus on the newest card's way back. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._props.model.setOpen('branches', true);
    requestAnimationFrame(() => {
      const first =
        this.node.querySelector<HTMLElement>('.jp-mlgit-Restore') ??
        this.node.querySelector<HTMLElement>('button');
      first?.focus();
    });
  }
}

/** Shows the section. */
export function Recovery(props: IRecoveryProps): React.JSX.Element {
  const { trans, model } = props;
  const { open } = useStore(model.viewChanged, () => model.view);
  const { value } = useStore(model.deleted.changed, () => model.deleted.state);
  const count = value === null ? 0 : value.branches.length + value.more;
  return (
    <>
      <Section
        title={trans.__('Recovery')}
        summary={
          value === null
            ? ''
            : count === 0
              ? trans.__('nothing missing')
              : trans._n('%1 found', '%1 found', count)
        }
        open={open.branches}
        onToggle={unfolded => {
          model.setOpen('branches', unfolded);
        }}
      >
        <DeletedBranches
          trans={trans}
          model={model}
          onRestore={props.onRestore}
          onPin={props.onPin}
          onUnpin={props.onUnpin}
          onCompare={props.onCompare}
          onPinAll={props.onPinAll}
        />
        <RetentionLine
          trans={trans}
          model={model}
          onChanged={props.onRetention}
        />
      </Section>
      <Section
        title={trans.__('Timeline')}
        actions={
          <BackupButton
            trans={trans}
            model={props.backups}
            onBackUp={props.onBackUp}
          />
        }
        open={open.timeline}
        onToggle={unfolded => {
          model.setOpen('timeline', unfolded);
        }}
      >
        <TimelineView
          trans={trans}
          repository={model.repository}
          model={model.timeline}
          backups={props.backups}
          onRestoreFiles={props.onRestoreFiles}
          onUndo={props.onUndo}
          onGoBack={props.onGoBack}
        />
      </Section>
    </>
  );
}
