/** Shows, under its row of the timeline, what a backup holds, and brings files back after saying what that does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Backup, BackupFile } from '../../api/schema';
import { Button } from '../../components/Button';
import { GitText } from '../../components/GitText';
import { onDate } from '../../components/moments';
import { Notice } from '../../components/Notice';
import { useStore } from '../../components/useStore';
import { visibleText } from '../../components/visibleText';
import { Answer } from '../../repository/answer';
import { useBarred } from '../../repository/useBarred';
import type { BackupModel } from './backupModel';
import { BackupPreview, type OnRestoreFiles } from './backupPreview';
import { kindWords, LETTERS, sizeWords } from './backupWords';

/** How many files are rendered. */
const MOST = 200;

interface IBackupProps {
  readonly trans: TranslationBundle;
  readonly model: BackupModel;
  /** The id of the operation, which is the backup's. */
  readonly id: string;
  readonly onRestore: OnRestoreFiles;
}

/** The link that unfolds the files. */
export function BackupToggle(props: {
  readonly trans: TranslationBundle;
  readonly model: BackupModel;
  readonly id: string;
  readonly title: string;
}): React.JSX.Element {
  const { trans, model, id } = props;
  const open = useStore(model.openChanged, () => model.open.has(id));
  return (
    <Button
      kind="link"
      expanded={open}
      label={trans.__('Backed-up files: %1', visibleText(props.title))}
      onClick={() => {
        model.setOpen(id, !open);
      }}
    >
      {trans.__('Files…')}
    </Button>
  );
}

/** The files, while they are unfolded. */
export function BackupFiles(props: IBackupProps): React.JSX.Element | null {
  const { model, id } = props;
  const open = useStore(model.openChanged, () => model.open.has(id));
  return open ? <Unfolded {...props} /> : null;
}

function Unfolded(props: IBackupProps): React.JSX.Element {
  const { trans, model, id } = props;
  const answer = React.useMemo(
    () => new Answer(() => model.files(id)),
    [model, id]
  );
  const { value, trouble } = useStore(answer.changed, () => answer.state);
  React.useEffect(() => {
    void answer.refresh();
  }, [answer]);
  if (trouble !== null) {
    return (
      <Notice tone="error" message={trouble.message} hint={trouble.hint} />
    );
  }
  if (value === null) {
    return (
      <div className="jp-mlgit-Backup jp-mlgit-soft" role="status">
        {trans.__('Reading the backup…')}
      </div>
    );
  }
  if (value.damaged !== null) {
    return (
      <Notice
        tone="warn"
        message={value.damaged}
        hint={trans.__('Run "git fsck" in a terminal.')}
      />
    );
  }
  return <Files {...props} backup={value} />;
}

function Files(
  props: IBackupProps & { readonly backup: Backup }
): React.JSX.Element {
  const { trans, model, backup } = props;
  const barred = useBarred(model.repository);
  /** What is previewed: some files, all of them when there are none named, or nothing. */
  const [wanted, setWanted] = React.useState<readonly string[] | null>(null);
  const hidden = backup.files.length - MOST + backup.moreFiles;
  return (
    <div
      className="jp-mlgit-Backup"
      role="group"
      aria-label={trans.__('Backed-up files')}
    >
      <ul className="jp-mlgit-List">
        {backup.files.slice(0, MOST).map(file => (
          <FileRow
            key={file.path}
            trans={trans}
            file={file}
            barred={barred}
            onRestore={() => {
              setWanted([file.path]);
            }}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <div className="jp-mlgit-soft">
          {trans._n('and %1 more file', 'and %1 more files', hidden)}
        </div>
      )}
      <div className="jp-mlgit-Backup-foot">
        <span className="jp-mlgit-soft">{keptWords(trans, backup)}</span>
        <Button
          kind="link"
          label={trans.__('Restore everything in this backup')}
          disabled={barred}
          onClick={() => {
            setWanted([]);
          }}
        >
          {trans.__('Restore all')}
        </Button>
      </div>
      {wanted !== null && (
        <BackupPreview
          key={wanted.join('\0')}
          trans={trans}
          model={model}
          id={backup.id}
          paths={wanted}
          staged={holdsStaged(backup)}
          onRestore={props.onRestore}
          onClose={() => {
            setWanted(null);
          }}
        />
      )}
    </div>
  );
}

function FileRow(props: {
  readonly trans: TranslationBundle;
  readonly file: BackupFile;
  readonly barred: boolean;
  readonly onRestore: () => void;
}): React.JSX.Element {
  const { trans, file } = props;
  const words = kindWords(trans, file);
  // Only the whole backup deletes files again, or stages what was staged.
  const alone = file.kind !== 'deleted' && file.kind !== 'staged';
  return (
    <li className="jp-mlgit-Line" data-path={visibleText(file.path)}>
      <span
        className={`jp-mlgit-Letter jp-mod-${file.kind}`}
        title={words}
        aria-label={words}
        role="img"
      >
        {LETTERS[file.kind]}
      </span>
      <GitText text={file.path} className="jp-mlgit-Line-text" />
      {file.size !== null && (
        <span className="jp-mlgit-soft">{sizeWords(trans, file.size)}</span>
      )}
      {alone && (
        <Button
          kind="link"
          label={trans.__('Restore %1', visibleText(file.path))}
          disabled={props.barred}
          onClick={props.onRestore}
        >
          {trans.__('Restore')}
        </Button>
      )}
    </li>
  );
}

function holdsStaged({ files }: Backup): boolean {
  return files.some(({ kind, staged }) => staged || kind === 'conflicted');
}

function keptWords(trans: TranslationBundle, backup: Backup): string {
  return backup.keptUntil === null
    ? trans.__('Kept for ever')
    : trans.__('Kept until %1', onDate(backup.keptUntil));
}
