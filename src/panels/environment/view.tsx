/** The section about the machine: its GPUs, who holds their memory, what torch sees in each kernel. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { ISignal } from '@lumino/signaling';
import React from 'react';
import { Button } from '../../components/Button';
import { Notice } from '../../components/Notice';
import { Section } from '../../components/Section';
import { useStore } from '../../components/useStore';
import { briefWords } from '../../environment/words';
import type { IEnvironment } from '../../tokens';
import { Holders } from './holders';
import type { IKernelActs } from './kernelActs';
import type { IKernelEntry } from './kernelEntries';
import { Kernels } from './kernels';
import { Machine } from './machine';
import type { EnvironmentViewModel } from './model';

/** The kernels that are installed. */
export interface IInstalledKernels {
  readonly changed: ISignal<unknown, unknown>;
  /** The list; the same object as long as nothing changed. */
  read(): readonly IKernelEntry[];
}

interface IEnvironmentProps {
  readonly trans: TranslationBundle;
  readonly environment: IEnvironment;
  readonly model: EnvironmentViewModel;
  readonly installed: IInstalledKernels;
  readonly acts: IKernelActs;
}

/** The widget around it, which also says whether somebody looks. */
export class EnvironmentWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IEnvironmentProps) {
    super();
    this.addClass('jp-mlgit-EnvironmentSection');
    _props.model.changed.connect(this._follow, this);
    this._sight =
      typeof IntersectionObserver === 'undefined'
        ? null
        : new IntersectionObserver(entries => {
            this._inSight = entries.at(-1)?.isIntersecting ?? true;
            this._follow();
          });
    this._sight?.observe(this.node);
  }

  override dispose(): void {
    this._sight?.disconnect();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return <Environment {...this._props} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._follow();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._follow();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._follow();
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this._props.environment.setAttention('panel', false);
  }

  /** Puts the focus on the section, and as much of it into view as there is room for. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const { environment, model } = this._props;
    model.setView({ open: true });
    requestAnimationFrame(() => {
      this.node.querySelector('button')?.focus();
      this._bringUp();
    });
    if (environment.live.value !== null) {
      return;
    }
    // It is short as long as nothing is known.
    const slot = (): void => {
      if (!environment.live.loading) {
        environment.changed.disconnect(slot);
        requestAnimationFrame(() => {
          this._bringUp();
        });
      }
    };
    environment.changed.connect(slot);
  }

  private _bringUp(): void {
    if (this.isVisible) {
      this.node.scrollIntoView({ block: 'start' });
    }
  }

  /** Below the edge of the panel, or folded, nobody sees the figures. */
  private _follow(): void {
    const { environment, model } = this._props;
    environment.setAttention(
      'panel',
      this.isVisible && this._inSight && model.view.open
    );
  }

  private readonly _sight: IntersectionObserver | null;
  private _inSight = true;
}

/** Shows the section. */
export function Environment(props: IEnvironmentProps): React.JSX.Element {
  const { trans, environment, model, installed, acts } = props;
  const { open } = useStore(model.changed, () => model.view);
  const live = useStore(environment.changed, () => environment.live.value);
  const trouble = useStore(environment.changed, () => environment.live.trouble);
  const running = useStore(
    environment.changed,
    () => environment.running.value
  );
  useStore(environment.changed, () => environment.checks.all);
  const entries = useStore(installed.changed, () => installed.read());
  const gpus = live?.machine ?? null;
  return (
    <Section
      title={trans.__('Environment')}
      summary={
        gpus === null
          ? ''
          : gpus.reason === null
            ? briefWords(
                trans,
                gpus.gpus.filter(({ slices }) => slices !== true)
              )
            : trans.__('no GPU')
      }
      open={open}
      onToggle={unfolded => {
        model.setView({ open: unfolded });
      }}
    >
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint}>
          <Button
            kind="accept"
            onClick={() => {
              void environment.refresh();
            }}
          >
            {trans.__('Try again')}
          </Button>
        </Notice>
      )}
      {gpus !== null && (
        <>
          <Machine trans={trans} gpus={gpus} courses={environment.courses} />
          <Holders
            trans={trans}
            gpus={gpus}
            running={running?.kernels ?? null}
            acts={acts}
          />
        </>
      )}
      <Kernels
        trans={trans}
        entries={entries}
        checks={environment.checks}
        gpus={gpus}
      />
    </Section>
  );
}
