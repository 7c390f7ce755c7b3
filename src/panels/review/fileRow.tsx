/** One line of the list: a heading, or a file with what differs in it and what can be done with it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { FileDiff } from '../../api/schema';
import { IconButton } from '../../components/Button';
import { onContextMenu } from '../../components/contextMenu';
import { GitText } from '../../components/GitText';
import { fileIcon, icons, warningIcon } from '../../components/icons';
import { FirstWarning } from '../../diff/warnings';
import { failingInWords, fileInWords } from '../../diff/words';
import { CommandIDs } from '../../tokens';
import { isFailing, isWordy } from './heights';
import type { Group, IFileItem, Item } from './items';
import { canDiscard, canOpen, isNew } from './menu';

/** What a line does; the same functions as long as the list is there, so that a line is drawn anew only if it changed. */
export interface IRowActs {
  /** Opens the difference of the file at a place of the list. */
  readonly onPick: (index: number) => void;
  /** Opens its menu. */
  readonly onMenu: (index: number, x: number, y: number) => void;
  /** Runs a command for a file. */
  readonly onCommand: (command: string, item: IFileItem) => void;
}

interface IRowProps extends IRowActs {
  readonly id: string;
  readonly trans: TranslationBundle;
  readonly item: Item;
  readonly file: FileDiff | null;
  readonly active: boolean;
  /** Whether its difference is in front. */
  readonly inFront: boolean;
  readonly index: number;
  /** Pixels below the list's beginning. */
  readonly top: number;
}

/** Shows it. */
export const Row = React.memo(function Row(
  props: IRowProps
): React.JSX.Element {
  const { id, trans, item, file, active, index, top } = props;
  const [pointed, setPointed] = React.useState(false);
  if (item.type === 'group') {
    return (
      <div
        id={id}
        className="jp-mlgit-Changes-group"
        role="presentation"
        style={{ top }}
      >
        {groupInWords(trans, item.group)} <span>{item.count}</span>
      </div>
    );
  }
  const words = (
    <span className="jp-mlgit-Change-words">
      {file !== null && wordsOf(trans, file)}
    </span>
  );
  const wordy = file !== null && isWordy(file);
  const slash = item.path.replace(/\/$/, '').lastIndexOf('/') + 1;
  return (
    <div
      id={id}
      className={`jp-mlgit-Change ${active ? 'jp-mod-active' : ''}`}
      role="option"
      aria-selected={active}
      aria-current={props.inFront ? 'true' : undefined}
      style={{ top }}
      onClick={() => {
        props.onPick(index);
      }}
      onMouseEnter={() => {
        setPointed(true);
      }}
      onMouseLeave={() => {
        setPointed(false);
      }}
      onContextMenu={onContextMenu((x, y) => {
        props.onMenu(index, x, y);
      })}
    >
      <div className="jp-mlgit-Change-line">
        <span className={`jp-mlgit-Change-letter jp-mod-${item.letter}`}>
          {item.letter}
        </span>
        <GitText
          className="jp-mlgit-Change-name"
          text={item.path.slice(slash)}
        />
        {!wordy && words}
        {slash > 0 && (
          <GitText
            className="jp-mlgit-Change-folder"
            text={item.path.slice(0, slash - 1)}
          />
        )}
      </div>
      {file !== null && isFailing(file) && (
        <Failing trans={trans} file={file} />
      )}
      {wordy && <div className="jp-mlgit-Change-further">{words}</div>}
      {file !== null && <FirstWarning trans={trans} warnings={file.warnings} />}
      {pointed && (
        <Acts trans={trans} item={item} onCommand={props.onCommand} />
      )}
    </div>
  );
});

/** Says first of all that a cell fails now. */
function Failing(props: {
  readonly trans: TranslationBundle;
  readonly file: FileDiff;
}): React.JSX.Element | null {
  const { counts } = props.file;
  if (counts === null) {
    return null;
  }
  const words = failingInWords(props.trans, counts);
  return (
    <div className="jp-mlgit-Change-fails" title={words}>
      <warningIcon.react tag="span" className="jp-mlgit-Icon" />
      <span>{words}</span>
    </div>
  );
}

/** The acts for the pointer. Whoever works by keyboard has them in the menu, so they are no stops on the way. */
function Acts(props: {
  readonly trans: TranslationBundle;
  readonly item: IFileItem;
  readonly onCommand: IRowActs['onCommand'];
}): React.JSX.Element {
  const { trans, item, onCommand } = props;
  return (
    <span
      className="jp-mlgit-Change-acts"
      aria-hidden="true"
      onClick={event => {
        event.stopPropagation();
      }}
      onMouseDown={event => {
        // The list keeps the focus.
        event.preventDefault();
      }}
    >
      {canOpen(item) && (
        <IconButton
          icon={fileIcon}
          label={trans.__('Open the file')}
          tabIndex={-1}
          onClick={() => {
            onCommand(CommandIDs.openChangedFile, item);
          }}
        />
      )}
      {canDiscard(item) && (
        <IconButton
          icon={icons.reset}
          label={
            isNew(item)
              ? trans.__('Discard the new file…')
              : trans.__('Discard changes…')
          }
          tabIndex={-1}
          onClick={() => {
            onCommand(CommandIDs.discardChanges, item);
          }}
        />
      )}
    </span>
  );
}

function wordsOf(trans: TranslationBundle, file: FileDiff): string {
  return file.change === 'untracked' || file.change === 'added'
    ? trans.__('new')
    : file.change === 'deleted'
      ? trans.__('deleted')
      : fileInWords(trans, withoutFailing(file));
}

/** Leaves out what is said in a line of its own. */
function withoutFailing(file: FileDiff): FileDiff {
  return file.counts !== null && isFailing(file)
    ? { ...file, counts: { ...file.counts, failing: 0 } }
    : file;
}

function groupInWords(trans: TranslationBundle, group: Group): string {
  switch (group) {
    case 'conflict':
      return trans.__('In conflict');
    case 'staged':
      return trans.__('Staged');
    case 'changed':
      return trans.__('Changed');
    case 'untracked':
      return trans.__('Untracked');
  }
}
