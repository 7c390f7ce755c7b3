/** Shows what checking out a commit would do, before it is done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AffectedFile, Switched } from '../../api/schema';
import { choose, type IOffer } from '../../components/choiceDialog';
import { GitText, ObjectId } from '../../components/GitText';
import { Hidden } from '../../components/Layers';
import { PreviewQuestion } from '../../components/PreviewQuestion';
import type { IAgain } from '../../components/PreviewState';
import { shownRevision } from '../../components/visibleText';
import { Answer } from '../../repository/answer';
import { usePreview } from '../../repository/usePreview';
import type { HistoryModel } from './model';

/** How many commits or files are listed. */
const MOST = 8;

/** Asks whether to check a commit out, and gives what that was seen to do; null where the person would rather not. */
export type AskCheckOut = (
  rev: string,
  /** Why it is asked again. */
  again: IAgain | null
) => Promise<Switched | null>;

/** Makes the question. */
export function checkOutDialog(
  trans: TranslationBundle,
  model: HistoryModel
): AskCheckOut {
  return (rev, again) =>
    choose<Switched>({
      title: trans.__('Check out %1', shownRevision(rev)),
      className: 'jp-mlgit-CheckOutDialog',
      cancel: trans.__('Cancel'),
      accept: trans.__('Check out'),
      body: offer => (
        <CheckOutQuestion
          trans={trans}
          model={model}
          rev={rev}
          again={again}
          onOffer={offer}
        />
      )
    });
}

/** Shows the preview, and follows the repository. */
export function CheckOutQuestion(props: {
  readonly trans: TranslationBundle;
  readonly model: HistoryModel;
  readonly rev: string;
  readonly again: IAgain | null;
  readonly onOffer: (offer: IOffer<Switched>) => void;
}): React.JSX.Element {
  const { trans, model, rev, onOffer } = props;
  const answer = React.useMemo(
    () => new Answer(() => model.preview({ name: rev, detach: true })),
    [model, rev]
  );
  const { value, trouble } = usePreview(model.repository, answer);
  React.useEffect(() => {
    onOffer({ words: trans.__('Check out'), value });
  }, [trans, onOffer, value]);
  return (
    <PreviewQuestion
      trans={trans}
      again={props.again}
      trouble={trouble}
      waiting={value === null}
    >
      {value !== null && <CheckOutPreview trans={trans} preview={value} />}
    </PreviewQuestion>
  );
}

/** Says what becomes of HEAD, the files and the commits. */
function CheckOutPreview(props: {
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
