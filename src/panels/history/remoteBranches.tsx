/**
 * The branches of remotes, folded at first: each can be switched to, which makes the local branch that follows it.
 *
 * The list is one stop for the Tab key, as that of the local branches.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { RemoteBranch } from '../../api/schema';
import { Button, IconButton } from '../../components/Button';
import { onContextMenu } from '../../components/contextMenu';
import { GitText, ObjectId } from '../../components/GitText';
import { icons } from '../../components/icons';
import { stepOf, useRows, type IRow } from '../../components/useRows';
import { visibleText } from '../../components/visibleText';

/** How many are shown at first, and added at a time. */
const PAGE = 50;

/** Shows the heading with their number, and the list where it is unfolded. */
export function RemoteBranches(props: {
  readonly trans: TranslationBundle;
  /** How many there are. */
  readonly count: number;
  readonly branches: readonly RemoteBranch[];
  readonly filter: string;
  readonly open: boolean;
  readonly barred: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onFollow: (branch: RemoteBranch) => void;
  readonly onMenu: (branch: RemoteBranch, x: number, y: number) => void;
}): React.JSX.Element | null {
  const { trans, count, open } = props;
  const content = React.useId();
  const [limit, setLimit] = React.useState(PAGE);
  const words = props.filter.trim().toLowerCase();
  const found = props.branches.filter(({ name }) =>
    name.toLowerCase().includes(words)
  );
  const shown = open ? found.slice(0, limit) : [];
  const rows = useRows(shown.length);
  if (count === 0) {
    return null;
  }
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <div className="jp-mlgit-Remotes">
      <h3 className="jp-mlgit-Remotes-heading">
        <button
          type="button"
          className="jp-mlgit-Section-toggle"
          aria-expanded={open}
          aria-controls={content}
          onClick={() => {
            props.onToggle(!open);
          }}
        >
          <Caret.react tag="span" className="jp-mlgit-Icon" />
          <span>{trans.__('Remote branches')}</span>
        </button>
        <span className="jp-mlgit-Section-summary">{count}</span>
      </h3>
      <ul
        ref={rows.list}
        id={content}
        hidden={!open}
        className="jp-mlgit-Branches"
        aria-label={trans.__('Remote branches')}
      >
        {shown.map((branch, row) => (
          <RemoteRow
            key={branch.name}
            trans={trans}
            branch={branch}
            barred={props.barred}
            {...rows.row(row)}
            onFollow={() => {
              props.onFollow(branch);
            }}
            onMenu={(x, y) => {
              props.onMenu(branch, x, y);
            }}
          />
        ))}
      </ul>
      {open && found.length > limit && (
        <div className="jp-mlgit-Footer">
          <Button
            onClick={() => {
              setLimit(limit + PAGE);
            }}
          >
            {trans._n(
              'Show %1 more',
              'Show %1 more',
              Math.min(found.length - limit, PAGE)
            )}
          </Button>
        </div>
      )}
    </div>
  );
}

interface IRemoteRowProps extends IRow {
  readonly trans: TranslationBundle;
  readonly branch: RemoteBranch;
  readonly barred: boolean;
  readonly onFollow: () => void;
  readonly onMenu: (x: number, y: number) => void;
}

function RemoteRow(props: IRemoteRowProps): React.JSX.Element {
  const { trans, branch } = props;
  const disabled = props.barred || branch.branch === null;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = stepOf(event.key);
    const follows = event.key === 'Enter' && !disabled;
    if (event.target !== event.currentTarget || (step === null && !follows)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (step === null) {
      props.onFollow();
    } else {
      props.onGo(step);
    }
  };
  const local = visibleText(branch.branch ?? '');
  return (
    <li
      className="jp-mlgit-Branch"
      data-branch={branch.name}
      aria-label={visibleText(branch.name)}
      title={visibleText(branch.subject ?? branch.tip)}
      tabIndex={props.focusable ? 0 : -1}
      onFocus={props.onFocus}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu(props.onMenu)}
    >
      <div className="jp-mlgit-Line">
        <span className="jp-mlgit-Branch-mark" />
        <GitText text={branch.name} className="jp-mlgit-Line-text" />
        <span className="jp-mlgit-Branch-end">
          <ObjectId id={branch.tip} />
          <span className="jp-mlgit-Branch-acts">
            <IconButton
              icon={icons.checkout}
              label={
                branch.branch === null
                  ? trans.__('No remote is known that it comes from')
                  : branch.local
                    ? trans.__('Switch to %1', local)
                    : trans.__('Switch to a new %1 that follows it', local)
              }
              disabled={disabled}
              tabIndex={props.focusable ? 0 : -1}
              onClick={props.onFollow}
            />
          </span>
        </span>
      </div>
    </li>
  );
}
