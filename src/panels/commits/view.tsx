/** The section around the list of commits. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import { GitText } from '../../components/GitText';
import { Section } from '../../components/Section';
import { useStore } from '../../components/useStore';
import { CommitList } from './commitList';
import type { CommitsModel } from './model';
import { currentName } from './words';

interface ICommitsProps {
  readonly trans: TranslationBundle;
  readonly model: CommitsModel;
  /** Opens the preview of a reset. */
  readonly onReset: (rev: string) => void;
  /** Shows what a commit changed. */
  readonly onShow: (rev: string) => void;
  /** Opens the menu of a commit. */
  readonly onMenu: (rev: string, x: number, y: number) => void;
}

/** The widget around it. */
export class CommitsWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: ICommitsProps) {
    super();
    this.addClass('jp-mlgit-CommitsSection');
  }

  protected override render(): React.JSX.Element {
    return <Commits {...this._props} />;
  }

  /** Puts the focus on the list. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._props.model.setView({ open: true });
    requestAnimationFrame(() => {
      this._focus();
    });
  }

  private _focus(): void {
    const { log } = this._props.model;
    const find = (selector: string): HTMLElement | null =>
      this.node.querySelector<HTMLElement>(selector);
    const row = '.jp-mlgit-Commit[tabindex="0"]';
    const heading = find('button');
    (find(row) ?? heading)?.focus();
    if (log.state.value !== null || log.state.trouble !== null) {
      return;
    }
    // The commits are on their way: whoever stays here is taken along to them.
    const slot = (): void => {
      if (!log.state.loading) {
        log.changed.disconnect(slot);
        requestAnimationFrame(() => {
          if (document.activeElement === heading) {
            find(row)?.focus();
          }
        });
      }
    };
    log.changed.connect(slot);
  }
}

/** Shows the section. */
export function Commits(props: ICommitsProps): React.JSX.Element {
  const { trans, model } = props;
  const { open } = useStore(model.viewChanged, () => model.view);
  const current = useStore(model.repository.stateChanged, () =>
    currentName(trans, model.repository)
  );
  return (
    <Section
      title={trans.__('Commits')}
      summary={<GitText text={current} />}
      open={open}
      onToggle={unfolded => {
        model.setView({ open: unfolded });
      }}
    >
      <CommitList
        trans={trans}
        model={model}
        onReset={props.onReset}
        onShow={props.onShow}
        onMenu={props.onMenu}
      />
    </Section>
  );
}
