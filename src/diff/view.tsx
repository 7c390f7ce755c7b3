/** The widget in the main area that shows one file's difference. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import type { FileSides } from '../api/schema';
import { Button } from '../components/Button';
import { Notice } from '../components/Notice';
import { useLater } from '../components/useLater';
import { useStore } from '../components/useStore';
import { Pictures, TextFile } from './file';
import type { Languages } from './language';
import type { DiffModel } from './model';
import { Notebook } from './notebook';
import type { GoToCell } from './notebooks';
import { Parts } from './parts';
import { goToChange } from './places';
import { Reader } from './reader';
import { isSameText, remarksOn } from './remarks';
import { Toolbar } from './toolbar';
import { Warnings } from './warnings';

interface IDiffProps {
  readonly trans: TranslationBundle;
  readonly model: DiffModel;
  readonly languages: Languages;
  /** Null where there are no notebooks to open. */
  readonly goToCell: GoToCell | null;
  /** The repository's top folder, relative to the server's root; null where that can't be known. */
  readonly top: Promise<string | null>;
}

/** The widget. */
export class DiffWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IDiffProps) {
    super();
    this.addClass('jp-mlgit-Diff');
    this.node.tabIndex = -1;
    const reader = new Reader(this.node);
    this.model.reader = () => reader.look(this.model.view.unfolded);
    this.model.reloaded.connect(() => {
      reader.forget();
    });
  }

  /** What it is made of, as far as it is drawn. */
  readonly parts = new Parts();

  get model(): DiffModel {
    return this._props.model;
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  /** Goes to the next change, or the one before. */
  go(step: 1 | -1): void {
    goToChange(this.node, this.parts, step);
  }

  protected override render(): React.JSX.Element {
    return (
      <Diff
        {...this._props}
        parts={this.parts}
        onGo={step => {
          this.go(step);
        }}
      />
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.setInSight(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.model.setInSight(false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }
}

/** Shows the difference, or why there is none to show. */
export function Diff(
  props: IDiffProps & {
    readonly parts: Parts;
    readonly onGo: (step: 1 | -1) => void;
  }
): React.JSX.Element {
  const { trans, model, languages, goToCell, parts, onGo } = props;
  const { value, trouble, loading } = useStore(
    model.sides.changed,
    () => model.sides.state
  );
  const view = useStore(model.viewChanged, () => model.view);
  const repository = useLater(props.top, '');
  const folded = React.useCallback(
    () => trans.__('$ unchanged lines'),
    [trans]
  );
  React.useEffect(() => {
    languages.prepare(model.place.path);
    void model.sides.refresh();
  }, [model, languages]);
  const reload = (
    <Button
      onClick={() => {
        void model.reload();
      }}
    >
      {trans.__('Show it as it is now')}
    </Button>
  );
  return (
    <>
      <Toolbar
        trans={trans}
        model={model}
        repository={repository ?? ''}
        sides={value}
        view={view}
        onGo={onGo}
      />
      {view.unsaved && (
        <Notice
          tone="info"
          message={trans.__(
            'The file is open with edits that are not saved; they are not compared.'
          )}
        >
          <Button
            kind="accept"
            onClick={() => {
              void model.save();
            }}
          >
            {trans.__('Save')}
          </Button>
        </Notice>
      )}
      {view.stale && (
        <Notice
          tone="warn"
          message={trans.__('The file has changed since this was compared.')}
        >
          {reload}
        </Notice>
      )}
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint}>
          {reload}
        </Notice>
      )}
      <div className="jp-mlgit-Diff-body" aria-busy={loading}>
        {value === null && loading && (
          <p className="jp-mlgit-Hint" role="status">
            {trans.__('Comparing…')}
          </p>
        )}
        {value !== null && (
          <Content
            trans={trans}
            model={model}
            sides={value}
            view={view}
            languages={languages}
            goToCell={goToCell}
            parts={parts}
            folded={folded}
          />
        )}
      </div>
    </>
  );
}

function Content(
  props: Omit<React.ComponentProps<typeof Notebook>, 'sides'> & {
    readonly sides: FileSides;
  }
): React.JSX.Element {
  const { trans, sides } = props;
  const { diff } = sides;
  if (diff === null) {
    return (
      <p className="jp-mlgit-Hint" role="status">
        {trans.__('Nothing differs any more.')}
      </p>
    );
  }
  if (diff.truncated !== null) {
    return (
      <>
        <Notice tone="info" message={diff.truncated} />
        <Warnings trans={trans} warnings={diff.warnings} />
      </>
    );
  }
  return (
    <>
      {diff.note !== null && <Notice tone="info" message={diff.note} />}
      {diff.pair !== null && <Notice tone="info" message={diff.pair} />}
      {remarksOn(trans, diff).map(words => (
        <p key={words} className="jp-mlgit-Diff-remark">
          {words}
        </p>
      ))}
      {diff.counts === null && (
        <Warnings trans={trans} warnings={diff.warnings} />
      )}
      {diff.counts !== null ? (
        <Notebook {...props} />
      ) : diff.kind === 'image' && diff.added === null ? (
        <Pictures {...props} />
      ) : diff.added === null ? (
        <p className="jp-mlgit-Hint">
          {trans.__(
            'A binary file, %1 → %2 bytes.',
            diff.oldSize ?? trans.__('n/a'),
            diff.newSize ?? trans.__('n/a')
          )}
        </p>
      ) : (
        !isSameText(diff) && <TextFile {...props} />
      )}
    </>
  );
}
