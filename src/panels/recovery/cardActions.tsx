/** The buttons of a card: every way to bring back what was lost, and to keep it meanwhile. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { DeletedBranch } from '../../api/schema';
import { Button } from '../../components/Button';
import { shortId, visibleText } from '../../components/visibleText';
import { nameOf, tagOf } from './words';

/** What a card asks of its section. */
export interface IRestoreChoice {
  /** An earlier tip instead of the last. */
  readonly at: string | null;
  /** Another name. */
  readonly as: string | null;
  /** As a branch, as a stash on the stash list, or by moving the branch that has the name. */
  readonly way: 'branch' | 'stash' | 'move';
}

/** What stands behind the buttons. */
export interface ICardActs {
  readonly restore: (way: IRestoreChoice['way']) => void;
  readonly preview: () => void;
  readonly rename: () => void;
  readonly pin: () => void;
  readonly unpin: () => void;
}

/** Shows the buttons. */
export function CardActions(props: {
  readonly trans: TranslationBundle;
  readonly branch: DeletedBranch;
  readonly busy: boolean;
  readonly barred: boolean;
  readonly previewing: boolean;
  readonly naming: boolean;
  readonly acts: ICardActs;
}): React.JSX.Element | null {
  const { trans, branch, acts } = props;
  if (branch.state === 'gone') {
    return null;
  }
  const name = visibleText(nameOf(trans, branch));
  const disabled = props.busy || props.barred;
  const first = FIRST[branch.kind];
  return (
    <div className="jp-mlgit-Actions">
      {first === 'restore' && branch.name !== null && (
        <Button
          kind="accept"
          className="jp-mlgit-Restore"
          label={trans.__('Restore %1', name)}
          disabled={disabled}
          onClick={() => {
            acts.restore('branch');
          }}
        >
          {trans.__('Restore')}
        </Button>
      )}
      {first === 'put-back' && (
        <Button
          kind="accept"
          className="jp-mlgit-Restore"
          label={trans.__('Put %1 back on the stash list', name)}
          disabled={disabled}
          onClick={() => {
            acts.restore('stash');
          }}
        >
          {trans.__('Put back')}
        </Button>
      )}
      <Button
        label={trans.__('Preview %1', name)}
        expanded={props.previewing}
        onClick={acts.preview}
      >
        {trans.__('Preview')}
      </Button>
      <Button
        className={first === 'name' ? 'jp-mlgit-Restore' : ''}
        label={trans.__('Restore %1 under another name', name)}
        expanded={props.naming}
        disabled={disabled}
        onClick={acts.rename}
      >
        {trans.__('Restore as…')}
      </Button>
      {branch.kind === 'overwritten' && (
        <Button
          label={moveWords(trans, branch, name)}
          disabled={disabled}
          unavailable={branch.inUse !== null}
          onClick={() => {
            acts.restore('move');
          }}
        >
          {trans.__('Move back')}
        </Button>
      )}
      <PinButton {...props} name={name} disabled={disabled} />
    </div>
  );
}

/** Which way stands first; a name that is in use, or none at all, needs another one. */
const FIRST = {
  deleted: 'restore',
  overwritten: 'name',
  lost: 'name',
  stash: 'put-back'
} as const;

function PinButton(props: {
  readonly trans: TranslationBundle;
  readonly branch: DeletedBranch;
  readonly name: string;
  readonly disabled: boolean;
  readonly acts: ICardActs;
}): React.JSX.Element | null {
  const { trans, branch, name, disabled, acts } = props;
  if (branch.pinned) {
    return (
      <Button
        kind="link"
        label={trans.__('Unpin %1, so that git gc may take it one day', name)}
        disabled={disabled}
        onClick={acts.unpin}
      >
        {trans.__('Unpin')}
      </Button>
    );
  }
  return tagOf(trans, branch).tone !== 'warn' ? null : (
    <Button
      label={trans.__('Pin %1, so that git gc leaves it alone', name)}
      disabled={disabled}
      onClick={acts.pin}
    >
      {trans.__('Pin')}
    </Button>
  );
}

function moveWords(
  trans: TranslationBundle,
  branch: DeletedBranch,
  name: string
): string {
  return branch.inUse === null
    ? trans.__('Move %1 back to %2', name, shortId(branch.tip))
    : trans.__('Not possible now: %1', visibleText(branch.inUse));
}
