/** The section around the list of branches. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { IconButton } from '../../components/Button';
import { Section } from '../../components/Section';
import { useStore } from '../../components/useStore';
import { useBarred } from '../../repository/useBarred';
import type { IBranchActs } from './acts';
import { BranchList, type OpenMenu } from './branches';
import type { HistoryModel } from './model';

interface IHistoryProps {
  readonly trans: TranslationBundle;
  readonly model: HistoryModel;
  readonly acts: IBranchActs;
  readonly onMenu: OpenMenu;
  readonly onShowChanges: (path: string) => void;
}

/** The widget around it. */
export class HistoryWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IHistoryProps) {
    super();
    this.addClass('jp-mlgit-History');
  }

  protected override render(): React.JSX.Element {
    return <History {...this._props} />;
  }

  /** Puts the focus on the form if one is open, else on the list. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._props.model.setView({ open: true });
    requestAnimationFrame(() => {
      const target =
        this.node.querySelector<HTMLElement>('.jp-mlgit-NameForm input') ??
        this.node.querySelector<HTMLElement>(
          '.jp-mlgit-Branch[tabindex="0"]'
        ) ??
        this.node.querySelector<HTMLElement>('button');
      target?.focus();
    });
  }
}

/** Shows the section. */
export function History(props: IHistoryProps): React.JSX.Element {
  const { trans, model, acts, onMenu, onShowChanges } = props;
  const barred = useBarred(model.repository);
  const { open, creating } = useStore(model.viewChanged, () => model.view);
  const { value } = useStore(
    model.branches.changed,
    () => model.branches.state
  );
  return (
    <Section
      title={trans.__('Branches')}
      summary={value === null ? '' : String(value.branches.length)}
      actions={
        <IconButton
          icon={addIcon}
          label={trans.__('Create a branch here')}
          disabled={barred}
          onClick={() => {
            model.setView({
              open: true,
              creating: !creating || !open,
              start: null
            });
          }}
        />
      }
      open={open}
      onToggle={unfolded => {
        model.setView({ open: unfolded });
      }}
    >
      <BranchList
        trans={trans}
        model={model}
        acts={acts}
        onMenu={onMenu}
        onShowChanges={onShowChanges}
      />
    </Section>
  );
}
