/** Warns at the top of the panel where the repository goes with the container. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import React from 'react';
import { ProblemError } from '../../api/problem';
import type { RepositoryVolume } from '../../api/schema';
import { Button } from '../../components/Button';
import { Notice } from '../../components/Notice';
import { useStore } from '../../components/useStore';
import type { IChange, IRepository } from '../../tokens';
import { Mend } from './mend';

/** What remembers, until the browser's tab is closed, that a person has read it. */
type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** Under which name it is remembered; the repository's folder follows. */
const READ = 'jupyter-mlgit:volume-read:';

/** Learns where the repository lies. */
export class VolumeModel {
  /**
   * @param _repository - the repository that is shown.
   * @param _memory - remembers what was read.
   */
  constructor(
    private readonly _repository: IRepository,
    private readonly _memory: Memory
  ) {
    _repository.changed.connect(this._onChanged, this);
  }

  readonly changed = new Signal<this, void>(this);

  /** What there is to warn of; null where there is nothing, or it was read. */
  get warning(): RepositoryVolume['finding'] {
    return this._warning;
  }

  /** Takes the warning away until the browser's tab is closed. */
  dismiss(): void {
    this._memory.setItem(this._key(), 'read');
    this._set(null);
  }

  private _onChanged(_: unknown, change: IChange): void {
    if (change.moved) {
      this._set(null);
      if (this._repository.state.status !== null) {
        void this._ask();
      }
    }
  }

  private async _ask(): Promise<void> {
    const key = this._key();
    if (this._memory.getItem(key) !== null) {
      return;
    }
    try {
      const { client, state } = this._repository;
      const { finding } = await client.volume(state.at);
      if (key === this._key()) {
        this._set(finding);
      }
    } catch (error) {
      // Nobody has asked for this; what else is wrong says so itself.
      if (!(error instanceof ProblemError)) {
        throw error;
      }
    }
  }

  private _key(): string {
    return `${READ}${this._repository.state.status?.root ?? ''}`;
  }

  private _set(warning: RepositoryVolume['finding']): void {
    this._warning = warning;
    this.changed.emit();
  }

  private _warning: RepositoryVolume['finding'] = null;
}

/** The widget around it. */
export class VolumeBanner extends ReactWidget {
  /**
   * @param _trans - the words.
   * @param _model - what there is to warn of.
   */
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _model: VolumeModel
  ) {
    super();
  }

  protected override render(): React.JSX.Element {
    return <VolumeNotice trans={this._trans} model={this._model} />;
  }
}

/** Shows the warning. */
export function VolumeNotice(props: {
  readonly trans: TranslationBundle;
  readonly model: VolumeModel;
}): React.JSX.Element | null {
  const { trans, model } = props;
  const warning = useStore(model.changed, () => model.warning);
  if (warning === null) {
    return null;
  }
  return (
    <Notice
      tone="warn"
      message={warning.message}
      hint={warning.evidence.join(' · ')}
    >
      <Mend trans={trans} what={warning} />
      <Button
        onClick={() => {
          model.dismiss();
        }}
      >
        {trans.__('Dismiss')}
      </Button>
    </Notice>
  );
}
