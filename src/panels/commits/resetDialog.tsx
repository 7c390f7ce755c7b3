/** Asks how far to reset, and shows what each mode does in this repository now. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Reset } from '../../api/schema';
import { choose, type IOffer } from '../../components/choiceDialog';
import { GitText } from '../../components/GitText';
import { Notice } from '../../components/Notice';
import { PreviewState, type IAgain } from '../../components/PreviewState';
import {
  shortened,
  shownRevision,
  visibleText
} from '../../components/visibleText';
import { Answer, type IAnswer } from '../../repository/answer';
import { usePreview } from '../../repository/usePreview';
import type { IChange } from '../../tokens';
import type { CommitsModel, IResetChoice, Mode } from './model';
import type { AskReset } from './reset';
import { ResetColumns } from './resetColumns';
import { acceptWords, currentName, modeWords } from './words';

const MODES: readonly Mode[] = ['soft', 'mixed', 'hard'];

/** How much of a name fits into the title. */
const NAME = 40;

/** Makes the question of a model. */
export function resetDialog(
  trans: TranslationBundle,
  model: CommitsModel
): AskReset {
  return question => {
    const name = visibleText(currentName(trans, model.repository));
    const to = shownRevision(question.rev);
    return choose<IResetChoice>({
      title: trans.__('Reset %1 to %2', shortened(name, NAME), to),
      className: 'jp-mlgit-ResetDialog',
      focus: 'input[type="radio"]:checked',
      cancel: trans.__('Cancel'),
      accept: trans.__('Reset'),
      body: offer => (
        <ResetQuestion
          trans={trans}
          model={model}
          {...question}
          onOffer={offer}
        />
      )
    });
  };
}

/** Shows the modes and what the chosen one does. */
export function ResetQuestion(props: {
  readonly trans: TranslationBundle;
  readonly model: CommitsModel;
  readonly rev: string;
  readonly mode: Mode;
  readonly allowPushed: boolean;
  readonly again: IAgain | null;
  readonly onOffer: (offer: IOffer<IResetChoice>) => void;
}): React.JSX.Element {
  const { trans, model, rev, onOffer } = props;
  const [mode, setMode] = React.useState(props.mode);
  const [allowPushed, setAllowPushed] = React.useState(props.allowPushed);
  const { value: reset, trouble } = useForeseen(model, rev, mode);
  const pushed = reset?.pushedLeft ?? 0;
  const subject = model.commits.find(
    commit => commit.id === (reset?.head.to ?? rev)
  )?.subject;

  React.useEffect(() => {
    onOffer({
      words: acceptWords(trans, mode, reset?.head.to ?? shownRevision(rev)),
      value:
        reset !== null && (pushed === 0 || allowPushed)
          ? { rev, mode, allowPushed: pushed > 0, seen: reset }
          : null
    });
  }, [trans, onOffer, rev, mode, reset, pushed, allowPushed]);

  return (
    <div className="jp-mlgit-Question">
      {subject !== undefined && (
        <p className="jp-mlgit-Question-subject">
          <GitText text={subject} />
        </p>
      )}
      <PreviewState
        trans={trans}
        again={props.again}
        trouble={trouble}
        waiting={reset === null}
      />
      <Modes trans={trans} mode={mode} onMode={setMode} />
      {pushed > 0 && (
        <Notice
          tone="warn"
          message={trans._n(
            '%1 commit that is left behind has been pushed.',
            '%1 commits that are left behind have been pushed.',
            pushed
          )}
          hint={trans.__(
            'Others may have built on them. The branch will no longer fit its remote, and a push has to be forced.'
          )}
        >
          {reset !== null && reset.instead !== null && (
            <p className="jp-mlgit-Instead">
              {trans.__('Go back with new commits instead, in a terminal:')}{' '}
              <code>
                <GitText text={reset.instead} />
              </code>
            </p>
          )}
          <label className="jp-mlgit-Check">
            <input
              type="checkbox"
              checked={allowPushed}
              onChange={event => {
                setAllowPushed(event.target.checked);
              }}
            />
            {trans.__('Leave pushed commits behind')}
          </label>
        </Notice>
      )}
      {reset !== null && (
        <ResetColumns
          trans={trans}
          name={currentName(trans, model.repository)}
          reset={reset}
        />
      )}
      <p className="jp-mlgit-soft">
        {trans.__('Nothing is lost: Undo brings all of it back.')}
      </p>
    </div>
  );
}

function Modes(props: {
  readonly trans: TranslationBundle;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
}): React.JSX.Element {
  const { trans } = props;
  const group = React.useId();
  return (
    <fieldset className="jp-mlgit-Modes">
      <legend>{trans.__('How far')}</legend>
      {MODES.map(mode => {
        const { name, what } = modeWords(trans, mode);
        return (
          <label key={mode} className="jp-mlgit-Check">
            <input
              type="radio"
              name={group}
              value={mode}
              checked={props.mode === mode}
              onChange={() => {
                props.onMode(mode);
              }}
            />
            <span>
              <b>{name}</b> <span className="jp-mlgit-soft">{what}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Asks what a mode would do when it is chosen, and again when the repository changes. */
function useForeseen(
  model: CommitsModel,
  rev: string,
  mode: Mode
): IAnswer<Reset> {
  const answers = React.useMemo(() => {
    const answer = (of: Mode): Answer<Reset> =>
      new Answer(() => model.preview(rev, of));
    return {
      soft: answer('soft'),
      mixed: answer('mixed'),
      hard: answer('hard')
    };
  }, [model, rev]);
  return usePreview(
    model.repository,
    answers[mode],
    mode === 'hard' ? undefined : isNotOfFilesOnly
  );
}

/** While a model trains files change all the time; only a hard reset has to do with them. */
function isNotOfFilesOnly({ what }: IChange): boolean {
  return what.size !== 1 || !what.has('files');
}
