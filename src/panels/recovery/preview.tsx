/** Shows, inside the card, what a restore would bring back: the commits, and the files they differ in. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { troubleOf, type Trouble } from '../../api/problem';
import type { BranchPreview, PreviewFile } from '../../api/schema';
import { GitText, ObjectId } from '../../components/GitText';
import { Moment } from '../../components/Moment';
import { Notice } from '../../components/Notice';
import type { IRepository } from '../../tokens';

const LETTERS: Readonly<Record<string, string>> = {
  added: 'A',
  deleted: 'D',
  modified: 'M',
  renamed: 'R'
};

/** Asks for the preview and shows it. */
export function Preview(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly branch: string;
  readonly tip: string | null;
}): React.JSX.Element {
  const { trans, repository, branch, tip } = props;
  const [preview, setPreview] = React.useState<BranchPreview | null>(null);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  React.useEffect(() => {
    let wanted = true;
    repository.client.preview(repository.state.at, branch, tip).then(
      found => {
        if (wanted) {
          setPreview(found);
        }
      },
      (error: unknown) => {
        if (wanted) {
          setTrouble(troubleOf(error));
        }
      }
    );
    return () => {
      wanted = false;
    };
  }, [repository, branch, tip]);

  if (trouble !== null) {
    return (
      <Notice tone="error" message={trouble.message} hint={trouble.hint} />
    );
  }
  if (preview === null) {
    return (
      <div className="jp-mlgit-Preview jp-mlgit-soft" role="status">
        {trans.__('Reading the commits…')}
      </div>
    );
  }
  return (
    <div className="jp-mlgit-Preview">
      <PreviewCommits trans={trans} preview={preview} />
      <PreviewFiles trans={trans} preview={preview} />
    </div>
  );
}

function PreviewCommits(props: {
  readonly trans: TranslationBundle;
  readonly preview: BranchPreview;
}): React.JSX.Element {
  const { trans, preview } = props;
  const { commits, moreCommits: more } = preview;
  const count = commits.length + more;
  return (
    <>
      <h4>
        {count === 0
          ? trans.__('No commit that is not found elsewhere')
          : trans._n('%1 commit', '%1 commits', count)}
      </h4>
      <ul className="jp-mlgit-List" aria-label={trans.__('Commits')}>
        {commits.map(commit => (
          <li key={commit.id} className="jp-mlgit-Line">
            <ObjectId id={commit.id} />
            <GitText text={commit.subject} className="jp-mlgit-Line-text" />
            <Moment trans={trans} when={commit.authored} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <div className="jp-mlgit-soft">
          {trans._n('and %1 older commit', 'and %1 older commits', more)}
        </div>
      )}
    </>
  );
}

function PreviewFiles(props: {
  readonly trans: TranslationBundle;
  readonly preview: BranchPreview;
}): React.JSX.Element {
  const { trans, preview } = props;
  const { files, moreFiles } = preview;
  return (
    <>
      <h4>
        {trans._n(
          '%1 file changed there',
          '%1 files changed there',
          files.length + moreFiles
        )}
      </h4>
      <ul className="jp-mlgit-List" aria-label={trans.__('Files')}>
        {files.map(file => (
          <li key={`${file.change} ${file.path}`} className="jp-mlgit-Line">
            <span
              className={`jp-mlgit-Letter jp-mod-${file.change}`}
              title={changeWords(trans, file.change)}
              aria-label={changeWords(trans, file.change)}
              role="img"
            >
              {LETTERS[file.change] ?? '?'}
            </span>
            <GitText text={file.path} className="jp-mlgit-Line-text" />
          </li>
        ))}
      </ul>
      {moreFiles > 0 && (
        <div className="jp-mlgit-soft">
          {trans._n('and %1 more file', 'and %1 more files', moreFiles)}
        </div>
      )}
    </>
  );
}

function changeWords(
  trans: TranslationBundle,
  change: PreviewFile['change']
): string {
  switch (change) {
    case 'added':
      return trans.__('added');
    case 'deleted':
      return trans.__('deleted');
    case 'modified':
      return trans.__('modified');
    case 'renamed':
      return trans.__('renamed');
    default:
      return change;
  }
}
