/** The widget in the main area that shows which files differ. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';
import type { Trouble } from '../api/problem';
import { Button } from '../components/Button';
import { Notice } from '../components/Notice';
import { useLater } from '../components/useLater';
import { useStore } from '../components/useStore';
import { CheckpointsLine } from '../repository/CheckpointsLine';
import { Head, type IComparisonActs } from './head';
import { ComparedFiles } from './list';
import type { ComparisonModel } from './model';
import { newsInWords, nothingInWords } from './words';

interface IComparisonProps {
  readonly trans: TranslationBundle;
  readonly model: ComparisonModel;
  readonly acts: IComparisonActs;
  /** The repository's top folder, relative to the server's root; null where that can't be known. */
  readonly top: Promise<string | null>;
}

/** The widget. */
export class ComparisonWidget extends ReactWidget {
  /** @param _props - what the component needs. */
  constructor(private readonly _props: IComparisonProps) {
    super();
    this.addClass('jp-mlgit-Comparison');
    this.node.tabIndex = -1;
  }

  get model(): ComparisonModel {
    return this._props.model;
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return <Comparison {...this._props} />;
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
    const list = this.node.querySelector<HTMLElement>('.jp-mlgit-Compared');
    (list ?? this.node).focus();
    if (list === null) {
      this._focusLater();
    }
  }

  /** The files are on their way: whoever stays here is taken along to them. */
  private _focusLater(): void {
    const { changed } = this.model;
    const slot = (): void => {
      requestAnimationFrame(() => {
        const list = this.node.querySelector<HTMLElement>('.jp-mlgit-Compared');
        if (list !== null) {
          changed.disconnect(slot);
          if (document.activeElement === this.node) {
            list.focus();
          }
        }
      });
    };
    changed.connect(slot);
  }
}

/** Shows the comparison, or why there is none. */
export function Comparison(props: IComparisonProps): React.JSX.Element {
  const { trans, model, acts } = props;
  const { value, trouble, loading } = useStore(
    model.overview.changed,
    () => model.overview.state
  );
  const repository = useLater(props.top, '') ?? '';
  const files = useStore(model.changed, () => model.files);
  const view = useStore(model.changed, () => model.view);
  const totals = useStore(model.changed, () => model.totals);
  React.useEffect(() => {
    void model.overview.refresh();
  }, [model]);
  return (
    <>
      <Head trans={trans} model={model} acts={acts} repository={repository} />
      {value !== null && view.news !== null && (
        <Notice
          tone="warn"
          message={newsInWords(trans, model.subject, value, view.news)}
          hint={
            view.news.kind === 'gone'
              ? trans.__('A deleted branch can be brought back in Recovery.')
              : undefined
          }
        >
          {view.news.kind === 'moved' ? (
            <Button
              kind="accept"
              onClick={() => {
                void model.reload();
              }}
            >
              {trans.__('Refresh')}
            </Button>
          ) : (
            <Button onClick={acts.recover}>
              {trans.__('Look in Recovery')}
            </Button>
          )}
        </Notice>
      )}
      {trouble !== null && (
        <Refusal trans={trans} model={model} acts={acts} trouble={trouble} />
      )}
      {value === null && loading && (
        <p className="jp-mlgit-Hint" role="status">
          {trans.__('Comparing…')}
        </p>
      )}
      {value !== null && totals.files === 0 && (
        <p className="jp-mlgit-Hint" role="status">
          {nothingInWords(trans, model.subject, view.since, value)}
        </p>
      )}
      {value !== null && (
        <CheckpointsLine
          trans={trans}
          count={model.checkpoints}
          shown={view.checkpoints}
          onShow={checkpoints => {
            model.setView({ checkpoints });
          }}
        />
      )}
      {totals.files > 0 && files.length === 0 && (
        <p className="jp-mlgit-Hint" role="status">
          {trans.__('No file that differs has this name.')}
        </p>
      )}
      {files.length > 0 && (
        <ComparedFiles trans={trans} model={model} onOpen={acts.open} />
      )}
    </>
  );
}

/** Says why nothing can be compared, and leads on. */
function Refusal(
  props: Omit<IComparisonProps, 'top'> & { readonly trouble: Trouble }
): React.JSX.Element {
  const { trans, model, acts, trouble } = props;
  const unrelated = trouble.code === 'no-common-commit';
  const unknown = trouble.code === 'bad-revision';
  return (
    <Notice
      tone="error"
      message={trouble.message}
      hint={
        unrelated
          ? trans.__('All differences between them can be shown all the same.')
          : unknown
            ? trans.__(
                'A deleted branch can be brought back in Recovery; or compare others.'
              )
            : trouble.hint
      }
    >
      {unrelated ? (
        <Button
          kind="accept"
          onClick={() => {
            model.setView({ since: false });
          }}
        >
          {trans.__('Show all differences')}
        </Button>
      ) : (
        <Button
          onClick={() => {
            void model.reload();
          }}
        >
          {trans.__('Try again')}
        </Button>
      )}
      {unknown && (
        <Button onClick={acts.recover}>{trans.__('Look in Recovery')}</Button>
      )}
      {unknown && (
        <Button onClick={acts.choose}>{trans.__('Compare others…')}</Button>
      )}
    </Notice>
  );
}
