/** Shows in three columns what a reset does to HEAD, the index and the working files. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AffectedFile } from '../../api/schema';
import { GitText, ObjectId } from '../../components/GitText';
import { warningIcon } from '../../components/icons';
import { visibleText } from '../../components/visibleText';
import type { IPreview } from './model';
import { effectWords } from './words';

/** How many rows of a column are rendered. */
const MOST = 200;

interface IColumnsProps {
  readonly trans: TranslationBundle;
  /** What a reset moves: the branch, or HEAD. */
  readonly name: string;
  readonly preview: IPreview;
}

/** Shows the columns. */
export function ResetColumns(props: IColumnsProps): React.JSX.Element {
  const { trans } = props;
  return (
    <div className="jp-mlgit-Layers">
      <Column title={trans.__('HEAD')}>
        <HeadColumn {...props} />
      </Column>
      <Column title={trans.__('Index')}>
        <IndexColumn {...props} />
      </Column>
      <Column title={trans.__('Working files')}>
        <FilesColumn {...props} />
      </Column>
    </div>
  );
}

function Column(props: {
  readonly title: string;
  readonly children: React.ReactNode;
}): React.JSX.Element {
  return (
    <section className="jp-mlgit-Layer" aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

function HeadColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, name, preview } = props;
  const { head, commitsLeft, moreLeft } = preview.reset;
  const left = commitsLeft.length + moreLeft;
  return (
    <>
      <p>
        <GitText text={name} /> <ObjectId id={head.from} />
        {' → '}
        <ObjectId id={head.to} />
      </p>
      <p>
        {left === 0
          ? trans.__('No commit is left behind.')
          : trans._n('%1 commit left behind:', '%1 commits left behind:', left)}
      </p>
      <ul className="jp-mlgit-List" aria-label={trans.__('Left behind')}>
        {commitsLeft.map(({ id, subject, pushed }) => (
          <li key={id}>
            <ObjectId id={id} /> <GitText text={subject} />
            {pushed && (
              <>
                {' '}
                <span className="jp-mlgit-Tag jp-mod-warn">
                  {trans.__('pushed')}
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
      {moreLeft > 0 && (
        <p>
          {trans._n('and %1 older commit', 'and %1 older commits', moreLeft)}
        </p>
      )}
    </>
  );
}

function IndexColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, preview } = props;
  const { index, mode, commitsLeft } = preview.reset;
  if (mode === 'soft') {
    return (
      <p>
        {commitsLeft.length === 0
          ? trans.__('Stays as it is.')
          : trans.__(
              'Stays as it is: what the commits changed is staged afterwards.'
            )}
      </p>
    );
  }
  if (index.length === 0) {
    return <p>{trans.__('Nothing changes.')}</p>;
  }
  return (
    <>
      <p>
        {trans._n(
          '%1 entry becomes as in the commit:',
          '%1 entries become as in the commit:',
          index.length
        )}
      </p>
      <ul className="jp-mlgit-List" aria-label={trans.__('Index entries')}>
        {index.slice(0, MOST).map(path => (
          <li key={path}>
            <GitText text={path} />
          </li>
        ))}
      </ul>
      <Hidden trans={trans} count={index.length - MOST} />
    </>
  );
}

function FilesColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, preview } = props;
  const { files, mode } = preview.reset;
  if (mode !== 'hard') {
    return <p>{trans.__('Stay as they are.')}</p>;
  }
  if (files.length === 0) {
    return <p>{trans.__('Nothing changes.')}</p>;
  }
  // What git does not have stands first: nobody should have to look for it.
  const isEndangered = ({ effect }: AffectedFile): boolean =>
    effect === 'endangered';
  const sorted = [
    ...files.filter(isEndangered),
    ...files.filter(file => !isEndangered(file))
  ];
  return (
    <>
      <p>{trans._n('%1 file:', '%1 files:', files.length)}</p>
      <ul className="jp-mlgit-List" aria-label={trans.__('Files')}>
        {sorted.slice(0, MOST).map(file => (
          <FileRow
            key={file.path}
            trans={trans}
            file={file}
            edited={preview.edited.has(file.path)}
          />
        ))}
      </ul>
      <Hidden trans={trans} count={sorted.length - MOST} />
    </>
  );
}

function FileRow(props: {
  readonly trans: TranslationBundle;
  readonly file: AffectedFile;
  readonly edited: boolean;
}): React.JSX.Element {
  const { trans, file } = props;
  const endangered = file.effect === 'endangered';
  return (
    <li
      className={
        endangered ? 'jp-mlgit-Affected jp-mod-endangered' : 'jp-mlgit-Affected'
      }
      data-path={visibleText(file.path)}
    >
      {endangered && <warningIcon.react tag="span" className="jp-mlgit-Icon" />}
      <span className="jp-mlgit-Affected-words">
        <GitText text={file.path} />{' '}
        <span className="jp-mlgit-Affected-effect">
          {effectWords(trans, file, props.edited)}
        </span>
      </span>
    </li>
  );
}

function Hidden(props: {
  readonly trans: TranslationBundle;
  readonly count: number;
}): React.JSX.Element | null {
  const { trans, count } = props;
  return count > 0 ? (
    <p>{trans._n('and %1 more', 'and %1 more', count)}</p>
  ) : null;
}
