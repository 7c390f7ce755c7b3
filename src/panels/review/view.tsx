/** The section that shows what differs, before it is committed. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { Notice } from '../../components/Notice';
import { Section } from '../../components/Section';
import { useStore } from '../../components/useStore';
import { CheckpointsLine } from '../../repository/CheckpointsLine';
import type { IFileItem } from './items';
import { FileList } from './list';
import type { OpenFileMenu } from './menu';
import type { ReviewModel } from './model';

interface IReviewProps {
  readonly trans: TranslationBundle;
  readonly model: ReviewModel;
  readonly onOpen: (item: IFileItem) => void;
  readonly onMenu: OpenFileMenu;
  readonly onCommand: (command: string, item: IFileItem) => void;
}

/** The widget around it. */
export class ReviewWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IReviewProps) {
    super();
    this.addClass('jp-mlgit-ReviewSection');
  }

  protected override render(): React.JSX.Element {
    return <Review {...this._props} />;
  }

  /** Puts the focus on the list. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._props.model.setView({ open: true });
    requestAnimationFrame(() => {
      const list = this.node.querySelector<HTMLElement>('.jp-mlgit-Changes');
      (list ?? this.node.querySelector('button'))?.focus();
    });
  }
}

/** Shows the section. */
export function Review(props: IReviewProps): React.JSX.Element {
  const { trans, model } = props;
  const { open, checkpoints } = useStore(model.changed, () => model.view);
  const left = useStore(model.changed, () => model.checkpoints);
  const items = useStore(model.changed, () => model.items);
  const status = useStore(
    model.repository.stateChanged,
    () => model.repository.state.status
  );
  const count = (status?.changes.length ?? 0) - (checkpoints ? 0 : left);
  return (
    <Section
      title={trans.__('Review')}
      summary={
        status === null ? '' : trans._n('%1 change', '%1 changes', count)
      }
      open={open}
      onToggle={unfolded => {
        model.setView({ open: unfolded });
      }}
    >
      {status !== null && status.changesUnknown !== null && (
        <Notice tone="warn" message={status.changesUnknown} />
      )}
      {status?.changesUnknown === null && items.length === 0 && (
        <p className="jp-mlgit-Hint">
          {status.bare
            ? trans.__('A bare repository has no working files.')
            : trans.__('Nothing has changed since the last commit.')}
        </p>
      )}
      {items.length > 0 && <FileList {...props} />}
      <CheckpointsLine
        trans={trans}
        count={left}
        shown={checkpoints}
        onShow={shown => {
          model.setView({ checkpoints: shown });
        }}
      />
    </Section>
  );
}
