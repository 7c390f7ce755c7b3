/** One branch: its name, where it stands, and what can be done with it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { Branch } from '../../api/schema';
import { IconButton } from '../../components/Button';
import { onContextMenu } from '../../components/contextMenu';
import { GitText } from '../../components/GitText';
import { icons } from '../../components/icons';
import { NameForm } from '../../components/NameForm';
import { useOneAtATime } from '../../components/useOneAtATime';
import { stepOf, type IRow } from '../../components/useRows';
import { shortId, visibleText } from '../../components/visibleText';

interface IBranchRowProps extends IRow {
  readonly trans: TranslationBundle;
  readonly branch: Branch;
  /** Whether nothing can be done here at all. */
  readonly barred: boolean;
  /** Whether its new name is being typed. */
  readonly renaming: boolean;
  readonly onRenaming: (renaming: boolean) => void;
  readonly onSwitch: () => void;
  readonly onDelete: () => void;
  readonly onMenu: (x: number, y: number) => void;
  /** Tells whether it was done. */
  readonly onRename: (name: string) => Promise<boolean>;
}

/** Shows the row. Enter switches, F2 renames, Delete deletes. */
export function BranchRow(props: IBranchRowProps): React.JSX.Element {
  const { trans, branch, renaming, onRenaming } = props;
  const { current } = branch;
  const [busy, run] = useOneAtATime();
  const row = React.useRef<HTMLLIElement>(null);
  const refusal = whyNotDelete(trans, branch);
  const close = (): void => {
    onRenaming(false);
    row.current?.focus();
  };

  const rename = async (name: string): Promise<void> => {
    if (name === branch.name || (await props.onRename(name))) {
      close();
    }
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    const act = keyAct(event.key, props, {
      rename: () => {
        onRenaming(true);
      },
      mayDelete: refusal === null
    });
    if (act !== null) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };

  return (
    <li
      ref={row}
      className="jp-mlgit-Branch"
      data-branch={branch.name}
      aria-current={current ? 'true' : undefined}
      aria-label={visibleText(branch.name)}
      title={standing(trans, branch)}
      tabIndex={props.focusable ? 0 : -1}
      onFocus={props.onFocus}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu(props.onMenu)}
    >
      <div className="jp-mlgit-Line">
        <span className="jp-mlgit-Branch-mark">
          {current && <checkIcon.react tag="span" className="jp-mlgit-Icon" />}
        </span>
        <GitText text={branch.name} className="jp-mlgit-Line-text" />
        <span className="jp-mlgit-Branch-end">
          <Distance trans={trans} branch={branch} />
          <span className="jp-mlgit-Branch-acts">
            {!current && (
              <IconButton
                icon={icons.checkout}
                label={trans.__('Switch to %1', visibleText(branch.name))}
                disabled={props.barred}
                tabIndex={props.focusable ? 0 : -1}
                onClick={props.onSwitch}
              />
            )}
            <IconButton
              icon={icons.rename}
              label={trans.__('Rename %1', visibleText(branch.name))}
              disabled={props.barred}
              tabIndex={props.focusable ? 0 : -1}
              onClick={() => {
                onRenaming(true);
              }}
            />
            <IconButton
              icon={icons.delete}
              label={refusal ?? trans.__('Delete %1', visibleText(branch.name))}
              disabled={refusal !== null || props.barred}
              tabIndex={props.focusable ? 0 : -1}
              onClick={props.onDelete}
            />
          </span>
        </span>
      </div>
      {renaming && (
        <NameForm
          label={trans.__('New name of %1', visibleText(branch.name))}
          initial={branch.name}
          accept={trans.__('Rename')}
          cancel={trans.__('Cancel')}
          disabled={busy}
          onAccept={name => {
            void run(() => rename(name));
          }}
          onCancel={close}
        />
      )}
    </li>
  );
}

function Distance(props: {
  readonly trans: TranslationBundle;
  readonly branch: Branch;
}): React.JSX.Element {
  const { trans, branch } = props;
  const { upstream, ahead, behind } = branch;
  if (upstream === null || ahead === null || behind === null) {
    return (
      <code className="jp-mlgit-ObjectId" title={branch.tip}>
        {shortId(branch.tip)}
      </code>
    );
  }
  const words = standing(trans, branch);
  return (
    <span
      className="jp-mlgit-AheadBehind"
      role="img"
      title={words}
      aria-label={words}
    >
      {ahead === 0 && behind === 0 && '='}
      {ahead > 0 && `↑${ahead}`}
      {behind > 0 && `↓${behind}`}
    </span>
  );
}

/** Says how a branch stands to its upstream; without one, names its tip. */
function standing(trans: TranslationBundle, branch: Branch): string {
  const { upstream, ahead, behind } = branch;
  if (upstream === null || ahead === null || behind === null) {
    return branch.tip;
  }
  return ahead === 0 && behind === 0
    ? trans.__('the same as %1', visibleText(upstream))
    : trans.__(
        '%1 ahead of, %2 behind %3',
        ahead,
        behind,
        visibleText(upstream)
      );
}

function keyAct(
  key: string,
  props: IBranchRowProps,
  row: { readonly rename: () => void; readonly mayDelete: boolean }
): (() => void) | null {
  const step = stepOf(key);
  if (step !== null) {
    return () => {
      props.onGo(step);
    };
  }
  switch (key) {
    case 'Enter':
      return props.branch.current || props.barred ? null : props.onSwitch;
    case 'F2':
      return props.barred ? null : row.rename;
    case 'Delete':
      return row.mayDelete && !props.barred ? props.onDelete : null;
    default:
      return null;
  }
}

/** Says why a branch can't be deleted; null where it can. */
export function whyNotDelete(
  trans: TranslationBundle,
  branch: Branch
): string | null {
  if (branch.current) {
    return trans.__('The current branch can not be deleted');
  }
  if (branch.worktree !== null) {
    return trans.__(
      'It is checked out in %1 and can not be deleted',
      visibleText(branch.worktree)
    );
  }
  return branch.protected
    ? trans.__('Its name is protected; it can not be deleted here')
    : null;
}
