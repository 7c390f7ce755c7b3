/** The top of the panel, which stays in place while the sections scroll: header, undo line, banners. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import React from 'react';
import type { Trouble } from '../api/problem';
import type { Operation, Operations } from '../api/schema';
import { useStore } from '../components/useStore';
import { isBarred } from '../repository/useBarred';
import { TroubleNotice } from '../repository/TroubleNotice';
import type { IRepository } from '../tokens';
import { Banners, NoRepository } from './banners';
import { Header } from './header';
import { UndoLine } from './undoLine';

/** What the top shows besides the repository's own state. */
export interface IHeadState {
  /** A refusal that has no place of its own in a section. */
  readonly trouble: Trouble | null;
  /** Does again what was refused. */
  readonly retry: (() => void) | null;
  readonly busy: boolean;
}

/** Holds that state; the commands write it. */
export class HeadModel {
  readonly changed = new Signal<this, void>(this);

  get state(): IHeadState {
    return this._state;
  }

  /** Replaces what is given. */
  set(change: Partial<IHeadState>): void {
    this._state = { ...this._state, ...change };
    this.changed.emit();
  }

  private _state: IHeadState = { trouble: null, retry: null, busy: false };
}

interface IHeadProps {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly head: HeadModel;
  readonly onUndo: (id: string) => void;
  readonly onRedo: (id: string) => void;
  readonly onPreview: (id: string) => void;
  readonly onOpen: (folder: string) => void;
  readonly onSettings?: (() => void) | undefined;
}

/** The widget around it. */
export class HeadWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IHeadProps) {
    super();
    this.addClass('jp-mlgit-Head');
  }

  protected override render(): React.JSX.Element {
    return <Head {...this._props} />;
  }
}

/** Shows the top of the panel. */
export function Head(props: IHeadProps): React.JSX.Element {
  const { trans, repository, head } = props;
  const { status, operations, trouble, unanswered } = useStore(
    repository.stateChanged,
    () => repository.state
  );
  const own = useStore(head.changed, () => head.state);
  return (
    <>
      <Header
        trans={trans}
        status={status}
        onSettings={props.onSettings}
        onRefresh={() => {
          head.set({ trouble: null });
          void repository.refresh();
        }}
      />
      {status !== null && (
        <UndoLine
          trans={trans}
          undo={repository.operation(operations?.undo ?? null)}
          standing={
            operations?.undo === null ? newestStanding(operations) : null
          }
          redo={repository.operation(operations?.redo ?? null)}
          busy={own.busy || isBarred(repository.state)}
          onUndo={props.onUndo}
          onRedo={props.onRedo}
          onPreview={props.onPreview}
        />
      )}
      {unanswered !== null && (
        <TroubleNotice
          trans={trans}
          repository={repository}
          trouble={unanswered}
          onDismiss={() => {
            repository.dismissUnanswered();
          }}
        />
      )}
      {own.trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={repository}
          trouble={own.trouble}
          onRetry={own.retry ?? undefined}
          onDismiss={() => {
            head.set({ trouble: null });
          }}
        />
      )}
      {status !== null && (
        <Banners trans={trans} repository={repository} status={status} />
      )}
      {status === null && trouble !== null && (
        <NoRepository
          trans={trans}
          repository={repository}
          trouble={trouble}
          onOpen={props.onOpen}
        />
      )}
    </>
  );
}

function newestStanding({ operations }: Operations): Operation | null {
  return (
    operations.find(
      ({ kind, undone }) =>
        !undone && kind !== 'undo' && kind !== 'redo' && kind !== 'backup'
    ) ?? null
  );
}
