/** Shows what going back would undo, and what becomes of refs, index and working files. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Trouble } from '../api/problem';
import type { Operation, RefChange, Undone } from '../api/schema';
import { Button } from '../components/Button';
import { choose, type IOffer } from '../components/choiceDialog';
import { GitText, ObjectId } from '../components/GitText';
import { icons } from '../components/icons';
import {
  IndexEntries,
  Layer,
  Layers,
  WorkingFiles
} from '../components/Layers';
import { Moment } from '../components/Moment';
import { Notice } from '../components/Notice';
import { PreviewQuestion } from '../components/PreviewQuestion';
import type { IAgain } from '../components/PreviewState';
import { lowerFirst, shortened, visibleText } from '../components/visibleText';
import { Answer } from '../repository/answer';
import { usePreview } from '../repository/usePreview';
import type { IRepository } from '../tokens';
import {
  foresee,
  type AskWayBack,
  type IWayBack,
  type Target
} from './goingBack';

/** How much of a title stands on the dialog. */
const TITLE = 60;

/** Makes the question. */
export function goingBackDialog(
  trans: TranslationBundle,
  repository: IRepository
): AskWayBack {
  return (target, again) =>
    choose<IWayBack>({
      title: titleOf(trans, repository, target),
      className: 'jp-mlgit-ResetDialog',
      cancel: trans.__('Cancel'),
      accept: trans.__('Undo'),
      body: offer => (
        <GoingBackQuestion
          trans={trans}
          repository={repository}
          target={target}
          again={again}
          onOffer={offer}
        />
      )
    });
}

/** Shows the acts and what becomes of everything. */
export function GoingBackQuestion(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly target: Target;
  readonly again: IAgain | null;
  readonly onOffer: (offer: IOffer<IWayBack>) => void;
}): React.JSX.Element {
  const { trans, repository, onOffer } = props;
  const [target, setTarget] = React.useState(props.target);
  const answer = React.useMemo(
    () => new Answer(() => foresee(repository, target)),
    [repository, target]
  );
  const { value, trouble } = usePreview(repository, answer);
  const count = value?.operations.length ?? 0;

  React.useEffect(() => {
    onOffer({
      words: trans._n(
        'Undo %1 operation',
        'Undo %1 operations',
        Math.max(count, 1)
      ),
      value: value !== null && count > 0 ? { target, seen: value } : null
    });
  }, [trans, onOffer, target, value, count]);

  return (
    <PreviewQuestion
      trans={trans}
      again={props.again}
      trouble={null}
      waiting={trouble === null && value === null}
      wayBack={trans.__('Nothing is lost: Redo does all of it again.')}
    >
      {trouble !== null && (
        <Refusal
          trans={trans}
          repository={repository}
          trouble={trouble}
          onTarget={setTarget}
        />
      )}
      {value !== null && count === 0 && (
        <p>{trans.__('Nothing was done since that could be undone.')}</p>
      )}
      {value !== null && count > 0 && (
        <>
          <Acts trans={trans} operations={value.operations} />
          <Columns trans={trans} undone={value} />
        </>
      )}
    </PreviewQuestion>
  );
}

function Acts(props: {
  readonly trans: TranslationBundle;
  readonly operations: readonly Operation[];
}): React.JSX.Element {
  const { trans, operations } = props;
  return (
    <>
      <p>
        {trans._n(
          '%1 operation is undone:',
          '%1 operations are undone, the newest first:',
          operations.length
        )}
      </p>
      <ol
        className="jp-mlgit-List jp-mlgit-Acts"
        aria-label={trans.__('Operations that are undone')}
        tabIndex={0}
      >
        {operations.map(one => (
          <li key={one.id} className="jp-mlgit-Line">
            <icons.undo.react tag="span" className="jp-mlgit-Icon" />
            <GitText text={one.title} className="jp-mlgit-Line-text" />
            {one.source === 'terminal' && (
              <span className="jp-mlgit-soft">{trans.__('terminal')}</span>
            )}
            <Moment trans={trans} when={one.when} form="ago" />
          </li>
        ))}
      </ol>
    </>
  );
}

function Columns(props: {
  readonly trans: TranslationBundle;
  readonly undone: Undone;
}): React.JSX.Element {
  const { trans, undone } = props;
  const { refs, index, files } = undone;
  return (
    <Layers>
      <Layer title={trans.__('Branches')}>
        {refs.length === 0 ? (
          <p>{trans.__('Stay where they are.')}</p>
        ) : (
          <ul
            className="jp-mlgit-List"
            aria-label={trans.__('Branches that move')}
          >
            {refs.map(one => (
              <li key={one.name}>
                <RefMove trans={trans} change={one} />
              </li>
            ))}
          </ul>
        )}
      </Layer>
      <Layer title={trans.__('Index')}>
        {index.length === 0 ? (
          <p>{trans.__('Nothing changes.')}</p>
        ) : (
          <>
            <p>
              {trans._n(
                '%1 entry goes back:',
                '%1 entries go back:',
                index.length
              )}
            </p>
            <IndexEntries trans={trans} paths={index} />
          </>
        )}
      </Layer>
      <Layer title={trans.__('Working files')}>
        <WorkingFiles trans={trans} files={files} />
      </Layer>
    </Layers>
  );
}

function RefMove(props: {
  readonly trans: TranslationBundle;
  readonly change: RefChange;
}): React.JSX.Element {
  const { trans, change } = props;
  const { name, old, new: next } = change;
  return (
    <>
      <GitText text={name.replace(/^refs\/(heads\/)?/, '')} />{' '}
      {old === null ? (
        <span className="jp-mlgit-soft">{trans.__('comes back at')}</span>
      ) : (
        <ObjectId id={old} />
      )}{' '}
      {next === null ? (
        <span className="jp-mlgit-soft">{trans.__('goes away')}</span>
      ) : (
        <>
          {old !== null && '→ '}
          <ObjectId id={next} />
        </>
      )}
    </>
  );
}

function Refusal(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly trouble: Trouble;
  readonly onTarget: (target: Target) => void;
}): React.JSX.Element {
  const { trans, repository, trouble } = props;
  const details = trouble as Readonly<Record<string, unknown>>;
  const files = Array.isArray(details.files) ? details.files : [];
  const stop = typeof details.operation === 'string' ? details.operation : null;
  const title = repository.operation(stop)?.title ?? '';
  return (
    <>
      <Notice tone="error" message={trouble.message} hint={trouble.hint}>
        {stop !== null && (
          <Button
            onClick={() => {
              props.onTarget({ to: stop });
            }}
          >
            {title === ''
              ? trans.__('Go back only as far as that')
              : trans.__(
                  'Go back only to after: %1',
                  lowerFirst(shortened(visibleText(title), TITLE))
                )}
          </Button>
        )}
      </Notice>
      {files.length > 0 && (
        <ul className="jp-mlgit-List" aria-label={trans.__('Files in the way')}>
          {files.map(path => (
            <li key={String(path)}>
              <GitText text={String(path)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function titleOf(
  trans: TranslationBundle,
  repository: IRepository,
  target: Target
): string {
  const id =
    'id' in target ? target.id : 'before' in target ? target.before : target.to;
  const title = lowerFirst(
    shortened(visibleText(repository.operation(id)?.title ?? id), TITLE)
  );
  return 'id' in target
    ? trans.__('Undo: %1', title)
    : 'before' in target
      ? trans.__('Go back to before: %1', title)
      : trans.__('Go back to after: %1', title);
}
