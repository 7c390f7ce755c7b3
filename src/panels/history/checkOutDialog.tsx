/** Shows what checking out a commit would do, before it is done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AffectedFile, Switched } from '../../api/schema';
import { ask } from '../../components/dialog';
import { GitText, ObjectId } from '../../components/GitText';
import { Hidden } from '../../components/Layers';
import { shortId } from '../../components/visibleText';

/** How many commits or files are listed. */
const MOST = 8;

/** Shows the preview, and tells whether the person goes on. */
export type ConfirmCheckOut = (preview: Switched) => Promise<boolean>;

/** Makes the question. */
export function checkOutDialog(trans: TranslationBundle): ConfirmCheckOut {
  return preview =>
    ask({
      title: trans.__('Check out %1', shortId(preview.tip)),
      body: <CheckOutPreview trans={trans} preview={preview} />,
      cancel: trans.__('Cancel'),
      accept: trans.__('Check out')
    });
}

/** Says what becomes of HEAD, the files and the commits. */
export function CheckOutPreview(props: {
  readonly trans: TranslationBundle;
  readonly preview: Switched;
}): React.JSX.Element {
  const { trans, preview } = props;
  const { files, commitsLeft, moreLeft } = preview;
  const having = (...effects: AffectedFile['effect'][]): AffectedFile[] =>
    files.filter(({ effect }) => effects.includes(effect));
  const changed = having('created', 'overwritten', 'deleted');
  const left = commitsLeft.length + moreLeft;
  return (
    <div className="jp-mlgit-CheckOut">
      <p>
        {trans.__(
          'No branch will be checked out. Commits that are made then belong to none until you create one.'
        )}
      </p>
      <p>
        {changed.length === 0
          ? trans.__('No working file changes.')
          : trans._n(
              '%1 working file changes.',
              '%1 working files change.',
              changed.length
            )}
      </p>
      <Files
        title={trans.__('Ignored by git, and overwritten after a backup:')}
        files={having('endangered')}
        trans={trans}
      />
      <Files
        title={trans.__('Your edits come along:')}
        files={having('kept')}
        trans={trans}
      />
      {left > 0 && (
        <>
          <p>
            {trans._n(
              '%1 commit is left behind that nothing else has. It is pinned; Recovery shows it with the lost commits:',
              '%1 commits are left behind that nothing else has. They are pinned; Recovery shows them with the lost commits:',
              left
            )}
          </p>
          <ul>
            {commitsLeft.slice(0, MOST).map(({ id, subject }) => (
              <li key={id}>
                <ObjectId id={id} /> <GitText text={subject} />
              </li>
            ))}
          </ul>
          <Hidden trans={trans} count={left - MOST} />
        </>
      )}
    </div>
  );
}

function Files(props: {
  readonly trans: TranslationBundle;
  readonly title: string;
  readonly files: readonly AffectedFile[];
}): React.JSX.Element | null {
  const { trans, title, files } = props;
  if (files.length === 0) {
    return null;
  }
  return (
    <>
      <p>{title}</p>
      <ul>
        {files.slice(0, MOST).map(({ path }) => (
          <li key={path}>
            <GitText text={path} />
          </li>
        ))}
      </ul>
      <Hidden trans={trans} count={files.length - MOST} />
    </>
  );
}
