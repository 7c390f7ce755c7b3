/** Asks how far to reset, and shows what each mode does in this repository now. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { choose, type IOffer } from '../../components/choiceDialog';
import { GitText } from '../../components/GitText';
import { Notice } from '../../components/Notice';
import { useStore } from '../../components/useStore';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { Answer, type IAnswer } from '../../repository/answer';
import type { IChange, IRepository } from '../../tokens';
import type { CommitsModel, IPreview, IResetChoice, Mode } from './model';
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
  return ({ rev, mode, again }) => {
    const name = visibleText(currentName(trans, model.repository));
    const to = nameOf(rev);
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
          rev={rev}
          mode={mode}
          again={again}
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
  readonly again: boolean;
  readonly onOffer: (offer: IOffer<IResetChoice>) => void;
}): React.JSX.Element {
  const { trans, model, rev, onOffer } = props;
  const [mode, setMode] = React.useState(props.mode);
  const [allowPushed, setAllowPushed] = React.useState(false);
  const { value, trouble } = usePreview(model, rev, mode);
  const reset = value?.reset ?? null;
  const pushed = reset?.pushedLeft ?? 0;
  const subject = model.commits.find(
    commit => commit.id === (reset?.head.to ?? rev)
  )?.subject;

  React.useEffect(() => {
    onOffer({
      words: acceptWords(trans, mode, reset?.head.to ?? nameOf(rev)),
      value:
        reset !== null && (pushed === 0 || allowPushed)
          ? { rev, mode, allowPushed: pushed > 0, seen: reset }
          : null
    });
  }, [trans, onOffer, rev, mode, reset, pushed, allowPushed]);

  return (
    <div className="jp-mlgit-Reset">
      {subject !== undefined && (
        <p className="jp-mlgit-Reset-subject">
          <GitText text={subject} />
        </p>
      )}
      {props.again && (
        <Notice
          tone="warn"
          message={trans.__(
            'The repository has changed since. Nothing was reset.'
          )}
          hint={trans.__('This is what the reset would do now.')}
        />
      )}
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
            'Others may have built on it. The branch will no longer fit its remote, and a push has to be forced.'
          )}
        >
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
      {trouble !== null && (
        <Notice tone="error" message={trouble.message} hint={trouble.hint} />
      )}
      {trouble === null && value === null && (
        <p className="jp-mlgit-soft" role="status">
          {trans.__('Looking at what it would do…')}
        </p>
      )}
      {value !== null && (
        <ResetColumns
          trans={trans}
          name={currentName(trans, model.repository)}
          preview={value}
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
function usePreview(
  model: CommitsModel,
  rev: string,
  mode: Mode
): IAnswer<IPreview> {
  const { repository } = model;
  const answers = React.useMemo(() => {
    const answer = (of: Mode): Answer<IPreview> =>
      new Answer(() => model.preview(rev, of));
    return {
      soft: answer('soft'),
      mixed: answer('mixed'),
      hard: answer('hard')
    };
  }, [model, rev]);
  const answer = answers[mode];
  React.useEffect(() => {
    const slot = (_: IRepository, change: IChange): void => {
      // While a model trains files change all the time; only a hard reset has to do with them.
      const filesOnly = change.what.size === 1 && change.what.has('files');
      if (mode === 'hard' || !filesOnly) {
        void answer.refresh();
      }
    };
    void answer.refresh();
    repository.changed.connect(slot);
    return () => {
      repository.changed.disconnect(slot);
    };
  }, [repository, answer, mode]);
  return useStore(answer.changed, () => answer.state);
}

/** Shortens what is a whole id. */
function nameOf(rev: string): string {
  return /^[0-9a-f]{40,64}$/.test(rev) ? shortId(rev) : visibleText(rev);
}
