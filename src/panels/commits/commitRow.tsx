/** One commit: its subject, who made it when, the names that stand at it, and what can be done from it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { LogCommit } from '../../api/schema';
import { IconButton } from '../../components/Button';
import { onContextMenu } from '../../components/contextMenu';
import { GitText, ObjectId } from '../../components/GitText';
import { compareIcon, icons } from '../../components/icons';
import { Moment } from '../../components/Moment';
import { stepOf, type IRow } from '../../components/useRows';
import { shortId, visibleText } from '../../components/visibleText';

/** How many names are shown; the title has all of them. */
const NAMES = 4;

interface ICommitRowProps extends IRow {
  readonly trans: TranslationBundle;
  readonly commit: LogCommit;
  /** What a reset would move: the branch, or HEAD. */
  readonly current: string;
  /** Whether nothing can be done here at all. */
  readonly barred: boolean;
  readonly onReset: () => void;
  readonly onShow: () => void;
  readonly onMenu: (x: number, y: number) => void;
}

/** Shows the row. A click or Space shows what the commit changed, Enter opens the preview of a reset. */
export function CommitRow(props: ICommitRowProps): React.JSX.Element {
  const { trans, commit } = props;
  const { id, subject, author, refs, pushed } = commit;
  const title = visibleText(
    [subject, commit.body].filter(text => text !== '').join('\n\n')
  );
  return (
    <li
      className="jp-mlgit-Commit"
      data-commit={id}
      aria-label={visibleText(subject)}
      aria-current={refs.includes('HEAD') ? 'true' : undefined}
      tabIndex={props.focusable ? 0 : -1}
      onFocus={props.onFocus}
      onKeyDown={event => {
        const act =
          event.target === event.currentTarget
            ? keyAct(event.key, props)
            : null;
        if (act !== null) {
          event.preventDefault();
          event.stopPropagation();
          act();
        }
      }}
      onContextMenu={onContextMenu(props.onMenu)}
    >
      <div className="jp-mlgit-Commit-words" onClick={props.onShow}>
        <div className="jp-mlgit-Commit-subject" title={title}>
          <GitText text={subject} />
        </div>
        <Names names={refs} />
        <div className="jp-mlgit-Commit-facts">
          <ObjectId id={id} />
          <GitText text={author} className="jp-mlgit-Commit-author" />
          <Moment trans={trans} when={commit.authored} />
          {pushed && (
            <span
              className="jp-mlgit-Commit-pushed"
              title={trans.__('A remote branch has this commit')}
            >
              {trans.__('pushed')}
            </span>
          )}
        </div>
      </div>
      <span className="jp-mlgit-Commit-acts">
        <IconButton
          icon={compareIcon}
          label={trans.__('Show what %1 changed', shortId(id))}
          tabIndex={props.focusable ? 0 : -1}
          onClick={props.onShow}
        />
        <IconButton
          icon={icons.reset}
          label={trans.__(
            'Reset %1 to %2…',
            visibleText(props.current),
            shortId(id)
          )}
          disabled={props.barred}
          tabIndex={props.focusable ? 0 : -1}
          onClick={props.onReset}
        />
      </span>
    </li>
  );
}

function Names(props: {
  readonly names: readonly string[];
}): React.JSX.Element | null {
  const { names } = props;
  if (names.length === 0) {
    return null;
  }
  const more = names.length - NAMES;
  return (
    <div
      className="jp-mlgit-Commit-refs"
      title={names.map(visibleText).join('\n')}
    >
      {names.slice(0, NAMES).map(name => (
        <GitText key={name} text={name} className="jp-mlgit-Chip" />
      ))}
      {more > 0 && <span className="jp-mlgit-Chip">{`+${more}`}</span>}
    </div>
  );
}

function keyAct(key: string, props: ICommitRowProps): (() => void) | null {
  const step = stepOf(key);
  if (step !== null) {
    return () => {
      props.onGo(step);
    };
  }
  switch (key) {
    case 'Enter':
      return props.barred ? null : props.onReset;
    case ' ':
      return props.onShow;
    default:
      return null;
  }
}
