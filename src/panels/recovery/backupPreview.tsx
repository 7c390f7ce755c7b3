/** Says what bringing files back from a backup does to index and working files, and does it when that is wanted. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import type { BackupRestored } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { AffectedRow } from '../../components/Layers';
import { PreviewState } from '../../components/PreviewState';
import { useOneAtATime } from '../../components/useOneAtATime';
import { visibleText } from '../../components/visibleText';
import { Answer } from '../../repository/answer';
import { usePreview } from '../../repository/usePreview';
import type { BackupModel, IBackupChoice, Outcome } from './backupModel';
import { restoreWords } from './backupWords';

/** Brings files back, having shown what that does; tells of it where it is done. */
export type OnRestoreFiles = (
  choice: IBackupChoice,
  seen: BackupRestored
) => Promise<Outcome>;

/** How many files are rendered. */
const MOST = 50;

/** Shows the preview. */
export function BackupPreview(props: {
  readonly trans: TranslationBundle;
  readonly model: BackupModel;
  readonly id: string;
  /** All of the backup when there are none. */
  readonly paths: readonly string[];
  /** Whether the backup holds what was staged. */
  readonly staged: boolean;
  readonly onRestore: OnRestoreFiles;
  readonly onClose: () => void;
}): React.JSX.Element {
  const { trans, model, id, paths, onClose } = props;
  const [filesOnly, setFilesOnly] = React.useState(false);
  const [again, setAgain] = React.useState(false);
  const [refusal, setRefusal] = React.useState<Trouble | null>(null);
  const [busy, run] = useOneAtATime();
  const choice = React.useMemo(
    () => ({ id, paths, filesOnly }),
    [id, paths, filesOnly]
  );
  const answer = React.useMemo(
    () => new Answer(() => model.preview(choice)),
    [model, choice]
  );
  const { value, trouble } = usePreview(model.repository, answer);
  const group = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const before = document.activeElement;
    group.current?.focus();
    return () => {
      if (before instanceof HTMLElement) {
        before.focus();
      }
    };
  }, []);

  const restore = async (seen: BackupRestored): Promise<void> => {
    setRefusal(null);
    try {
      const outcome = await props.onRestore(choice, seen);
      setAgain(outcome === 'outdated');
      if (outcome === 'outdated') {
        await answer.refresh();
      } else if (outcome !== null) {
        onClose();
      }
    } catch (error) {
      setRefusal(troubleOf(error));
    }
  };

  const nothing =
    value !== null && value.files.length === 0 && value.index.length === 0;
  return (
    <div
      ref={group}
      tabIndex={-1}
      className="jp-mlgit-BackupPreview"
      role="group"
      aria-label={trans.__('What restoring does')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <PreviewState
        trans={trans}
        again={
          again
            ? {
                tone: 'warn',
                message: trans.__(
                  'The files have changed since. Nothing was restored.'
                ),
                hint: trans.__('This is what restoring would do now.')
              }
            : null
        }
        trouble={refusal ?? trouble}
        waiting={value === null}
      />
      {nothing && (
        <p>{trans.__('Nothing to do: it is as in the backup already.')}</p>
      )}
      {value !== null && <Effects trans={trans} preview={value} />}
      {paths.length === 0 && props.staged && (
        <label className="jp-mlgit-Check">
          <input
            type="checkbox"
            checked={filesOnly}
            onChange={event => {
              setFilesOnly(event.target.checked);
            }}
          />
          {trans.__('Leave the index as it is')}
        </label>
      )}
      <div className="jp-mlgit-Backup-foot">
        {!nothing && (
          <Button
            kind="accept"
            disabled={value === null}
            // Switched off it would lose the focus, and the dialog that asks would not give it back.
            unavailable={busy}
            onClick={() => {
              if (value !== null) {
                void run(() => restore(value));
              }
            }}
          >
            {acceptWords(trans, value)}
          </Button>
        )}
        <Button onClick={onClose}>
          {nothing ? trans.__('Close') : trans.__('Cancel')}
        </Button>
      </div>
    </div>
  );
}

function Effects(props: {
  readonly trans: TranslationBundle;
  readonly preview: BackupRestored;
}): React.JSX.Element {
  const { trans, preview } = props;
  const { files, index, refused } = preview;
  return (
    <>
      <ul className="jp-mlgit-List" aria-label={trans.__('Files')}>
        {files.slice(0, MOST).map(file => (
          <AffectedRow
            key={file.path}
            file={file}
            words={restoreWords(trans, file.effect)}
          />
        ))}
      </ul>
      {files.length > MOST && (
        <p className="jp-mlgit-soft">
          {trans._n(
            'and %1 more file',
            'and %1 more files',
            files.length - MOST
          )}
        </p>
      )}
      {index.length > 0 && (
        <p className="jp-mlgit-soft">
          {trans._n(
            '%1 entry of the index becomes as it was then.',
            '%1 entries of the index become as they were then.',
            index.length
          )}
        </p>
      )}
      {refused.map(({ path, reason }) => (
        <p key={path} className="jp-mlgit-soft">
          <GitText text={path} />: {visibleText(reason)}
        </p>
      ))}
    </>
  );
}

function acceptWords(
  trans: TranslationBundle,
  value: BackupRestored | null
): string {
  const count = value?.files.length ?? 0;
  return count === 0
    ? trans.__('Restore')
    : trans._n('Restore %1 file', 'Restore %1 files', count);
}
