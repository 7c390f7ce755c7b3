/** Shows in three columns what a reset does to HEAD, the index and the working files. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Reset } from '../../api/schema';
import { GitText, ObjectId } from '../../components/GitText';
import {
  IndexEntries,
  Layer,
  Layers,
  WorkingFiles
} from '../../components/Layers';

interface IColumnsProps {
  readonly trans: TranslationBundle;
  /** What a reset moves: the branch, or HEAD. */
  readonly name: string;
  /** What it does. */
  readonly reset: Reset;
}

/** Shows the columns. */
export function ResetColumns(props: IColumnsProps): React.JSX.Element {
  const { trans } = props;
  return (
    <Layers>
      <Layer title={trans.__('HEAD')}>
        <HeadColumn {...props} />
      </Layer>
      <Layer title={trans.__('Index')}>
        <IndexColumn {...props} />
      </Layer>
      <Layer title={trans.__('Working files')}>
        <FilesColumn {...props} />
      </Layer>
    </Layers>
  );
}

function HeadColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, name, reset } = props;
  const { head, commitsLeft, moreLeft, givesUp } = reset;
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
      {givesUp !== null && (
        <p>{trans.__('The %1 that is under way ends with it.', givesUp)}</p>
      )}
    </>
  );
}

function IndexColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, reset } = props;
  const { index, mode, commitsLeft } = reset;
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
      <IndexEntries trans={trans} paths={index} />
    </>
  );
}

function FilesColumn(props: IColumnsProps): React.JSX.Element {
  const { trans, reset } = props;
  const { files, mode } = reset;
  return mode === 'hard' ? (
    <WorkingFiles trans={trans} files={files} />
  ) : (
    <p>{trans.__('Stay as they are.')}</p>
  );
}
