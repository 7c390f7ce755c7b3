/** Shows what happened, day by day, with Undo beside what can still be undone. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Operation } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText, ObjectId } from '../../components/GitText';
import { icons } from '../../components/icons';
import { inFull } from '../../components/moments';
import { Moment } from '../../components/Moment';
import { useStore } from '../../components/useStore';
import { visibleText } from '../../components/visibleText';
import { useBarred } from '../../repository/useBarred';
import { TroubleNotice } from '../../repository/TroubleNotice';
import type { IRepository } from '../../tokens';
import type { BackupModel } from './backupModel';
import type { OnRestoreFiles } from './backupPreview';
import { BackupFiles, BackupToggle } from './backups';
import { RefChoice } from './refChoice';
import { byDay, timelineItems, type ITimelineItem } from './timelineItems';
import { PAGE, type TimelineModel } from './timelineModel';

/** How many rows are shown at first, so that what stands below stays near. */
const FIRST = 12;

/** Shows the timeline. */
export function TimelineView(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly model: TimelineModel;
  readonly onUndo: (id: string) => void;
  readonly onGoBack: (id: string) => void;
  readonly backups: BackupModel;
  readonly onRestoreFiles: OnRestoreFiles;
}): React.JSX.Element {
  const { trans, repository, model } = props;
  const { value, trouble, loading } = useStore(
    model.answer.changed,
    () => model.answer.state
  );
  const ref = useStore(model.refChanged, () => model.ref);
  const { operations } = useStore(
    repository.stateChanged,
    () => repository.state
  );
  const barred = useBarred(repository);
  const [limit, setLimit] = React.useState(FIRST);
  const [days, rest] = React.useMemo(() => {
    const items = timelineItems(
      trans,
      value?.entries ?? [],
      operations?.operations ?? [],
      ref,
      value !== null && value.next === null
    );
    return [
      byDay(trans, items.slice(0, limit), Date.now()),
      items.length - limit
    ] as const;
  }, [trans, value, operations, ref, limit]);
  return (
    <div className="jp-mlgit-Timeline">
      <RefChoice trans={trans} repository={repository} model={model} />
      {trouble !== null && (
        <TroubleNotice
          trans={trans}
          repository={repository}
          trouble={trouble}
          onRetry={() => {
            void model.refresh();
          }}
        />
      )}
      {value !== null && days.length === 0 && (
        <p className="jp-mlgit-Hint">
          {trans.__('Nothing is written down for this ref yet.')}
        </p>
      )}
      {days.map(day => (
        <section key={day.key} aria-label={day.name}>
          <h3 className="jp-mlgit-Day">{day.name}</h3>
          <ul className="jp-mlgit-List">
            {day.items.map(item => (
              <Row
                key={item.key}
                trans={trans}
                item={item}
                barred={barred}
                goesBack={leadsBack(item.operation, operations?.operations)}
                onUndo={props.onUndo}
                onGoBack={props.onGoBack}
                backups={props.backups}
                onRestoreFiles={props.onRestoreFiles}
              />
            ))}
          </ul>
        </section>
      ))}
      {value !== null && (rest > 0 || value.next !== null) && (
        <div className="jp-mlgit-Footer">
          <Button
            disabled={loading}
            label={trans.__('Show older entries of the timeline')}
            onClick={() => {
              setLimit(limit + PAGE);
              if (rest < PAGE) {
                void model.more();
              }
            }}
          >
            {trans.__('More')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Row(props: {
  readonly trans: TranslationBundle;
  readonly item: ITimelineItem;
  readonly barred: boolean;
  /** Whether others were done since, so that going back takes more than this one. */
  readonly goesBack: boolean;
  readonly onUndo: (id: string) => void;
  readonly onGoBack: (id: string) => void;
  readonly backups: BackupModel;
  readonly onRestoreFiles: OnRestoreFiles;
}): React.JSX.Element {
  const { trans, item, onUndo, onGoBack } = props;
  const { operation, steps } = item;
  const [open, setOpen] = React.useState(false);
  const Icon = icons[item.happening];
  return (
    <li
      className="jp-mlgit-Happening"
      data-kind={item.happening}
      title={inFull(item.when)}
    >
      <div className="jp-mlgit-Line">
        <Icon.react tag="span" className="jp-mlgit-Icon" />
        <span
          className={
            operation?.undone === true
              ? 'jp-mlgit-Line-text jp-mod-undone'
              : 'jp-mlgit-Line-text'
          }
          title={visibleText(item.title)}
        >
          <GitText text={item.title} />
          {operation !== null && (
            <span className="jp-mlgit-soft">{remarks(trans, operation)}</span>
          )}
        </span>
        <Moment trans={trans} when={item.when} form="time" />
        <span className="jp-mlgit-Happening-acts">
          {steps.length > 0 && (
            <Button
              kind="link"
              expanded={open}
              onClick={() => {
                setOpen(!open);
              }}
            >
              {trans._n('%1 step', '%1 steps', steps.length)}
            </Button>
          )}
          {operation?.backup === true && (
            <BackupToggle
              trans={trans}
              model={props.backups}
              id={operation.id}
              title={item.title}
            />
          )}
          {operation?.undoable === true && (
            <Button
              kind="link"
              label={trans.__('Undo: %1', visibleText(item.title))}
              disabled={props.barred}
              onClick={() => {
                onUndo(operation.id);
              }}
            >
              {trans.__('Undo')}
            </Button>
          )}
          {operation !== null && props.goesBack && (
            <Button
              kind="link"
              label={trans.__(
                'Go back to before this: %1…',
                visibleText(item.title)
              )}
              disabled={props.barred}
              onClick={() => {
                onGoBack(operation.id);
              }}
            >
              {trans.__('Go back…')}
            </Button>
          )}
        </span>
      </div>
      {open && (
        <ol className="jp-mlgit-List jp-mlgit-Steps">
          {steps.map((step, index) => (
            <li key={index} className="jp-mlgit-Line">
              {step.new !== null && <ObjectId id={step.new} />}
              <GitText text={step.message} className="jp-mlgit-Line-text" />
            </li>
          ))}
        </ol>
      )}
      {operation?.backup === true && (
        <BackupFiles
          trans={trans}
          model={props.backups}
          id={operation.id}
          onRestore={props.onRestoreFiles}
        />
      )}
    </li>
  );
}

/** Tells whether an operation is done, and others that are were done after it. */
function leadsBack(
  operation: Operation | null,
  operations: readonly Operation[] | undefined
): boolean {
  const done = operations?.filter(isDone) ?? [];
  return (
    operation !== null && isDone(operation) && done[0]?.id !== operation.id
  );
}

function isDone({ kind, undone }: Operation): boolean {
  return !undone && !['undo', 'redo', 'backup'].includes(kind);
}

function remarks(trans: TranslationBundle, operation: Operation): string {
  const words = [
    operation.source === 'terminal' ? trans.__('terminal') : '',
    operation.undone ? trans.__('undone') : ''
  ].filter(word => word !== '');
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}
