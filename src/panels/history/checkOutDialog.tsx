/** Shows what checking out a commit would do, before it is done. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { wayOn } from '../../api/problem';
import type { AffectedFile, Switched } from '../../api/schema';
import { Button } from '../../components/Button';
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

/** What was chosen. */
export interface ICheckOut {
  /** What it was seen to do. */
  readonly seen: Switched;
  /** Whether what is in the way is backed up and gone over. */
  readonly backUp: boolean;
}

/** Asks whether to check a commit out; null where the person would rather not. */
export type AskCheckOut = (
  rev: string,
  /** Why it is asked again. */
  again: IAgain | null
) => Promise<ICheckOut | null>;

/** Makes the question. */
export function checkOutDialog(
  trans: TranslationBundle,
  model: HistoryModel
): AskCheckOut {
  return (rev, again) =>
    choose<ICheckOut>({
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
  readonly onOffer: (offer: IOffer<ICheckOut>) => void;
}): React.JSX.Element {
  const { trans, model, rev, onOffer } = props;
  const [backUp, setBackUp] = React.useState(false);
  const answer = React.useMemo(
    () => new Answer(() => model.preview({ name: rev, detach: true, backUp })),
    [model, rev, backUp]
  );
  const { value, trouble } = usePreview(model.repository, answer);
  React.useEffect(() => {
    onOffer({
      words: backUp ? trans.__('Back up and check out') : trans.__('Check out'),
      value: value === null ? null : { seen: value, backUp }
    });
  }, [trans, onOffer, value, backUp]);
  const actions = React.useRef<HTMLDivElement>(null);
  return (
    <PreviewQuestion
      trans={trans}
      again={props.again}
      trouble={trouble}
      waiting={value === null}
    >
      {trouble !== null && wayOn(trouble) === 'back-up' && (
        <div className="jp-mlgit-Actions" ref={actions}>
          <Button
            onClick={() => {
              // The button goes, and the dialog's keys are to go on working.
              actions.current
                ?.closest<HTMLElement>('.jp-mlgit-Question')
                ?.focus();
              setBackUp(true);
            }}
          >
            {trans.__('Back up what is in the way')}
          </Button>
        </div>
      )}
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
  const { files, setAside, commitsLeft, moreLeft } = preview;
  const having = (...effects: AffectedFile['effect'][]): AffectedFile[] =>
    files.filter(({ effect }) => effects.includes(effect));
  const paths = (...effects: AffectedFile['effect'][]): string[] =>
    having(...effects)
      .map(({ path }) => path)
      .filter(path => !setAside.includes(path));
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
        title={trans.__(
          'Your work in these is taken into a backup, and Undo brings it back:'
        )}
        paths={setAside}
        trans={trans}
      />
      <Files
        title={trans.__('Ignored by git, and overwritten after a backup:')}
        paths={paths('endangered')}
        trans={trans}
      />
      <Files
        title={trans.__('Your edits come along:')}
        paths={paths('kept')}
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
  readonly paths: readonly string[];
}): React.JSX.Element | null {
  const { trans, title, paths } = props;
  if (paths.length === 0) {
    return null;
  }
  return (
    <>
      <p>{title}</p>
      <ul>
        {paths.slice(0, MOST).map(path => (
          <li key={path}>
            <GitText text={path} />
          </li>
        ))}
      </ul>
      <Hidden trans={trans} count={paths.length - MOST} />
    </>
  );
}
