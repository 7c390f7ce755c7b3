/** Lists what differs. Only the lines in sight are in the page, so that ten thousand of them cost no more than twenty. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { GitText } from '../../components/GitText';
import { stepOf } from '../../components/useRows';
import { useStore } from '../../components/useStore';
import { FirstWarning } from '../../diff/warnings';
import { fileInWords } from '../../diff/words';
import { HEIGHT, isWordy, lineAt, topsOf } from './heights';
import type { Group, IFileItem, Item } from './items';
import type { FileDiff } from '../../api/schema';
import type { ISignal } from '@lumino/signaling';

/** Lines above and below those in sight that are in the page, too. */
const SPARE = 10;

/** Lines that are shown at most before the list scrolls. */
const TALLEST = 16;

/** What is listed. */
export interface IListedFiles {
  readonly changed: ISignal<object, void>;
  /** Another object when they change. */
  readonly items: readonly Item[];
  /** What is known of the files, by their keys; another object when it changes. */
  readonly known: ReadonlyMap<string, FileDiff | null>;
  /** Says which files somebody sees. */
  see(items: readonly IFileItem[]): void;
}

interface IListProps {
  readonly trans: TranslationBundle;
  readonly model: IListedFiles;
  readonly onOpen: (item: IFileItem) => void;
}

/** Shows the list. */
export function FileList(props: IListProps): React.JSX.Element {
  const { trans, model, onOpen } = props;
  const items = useStore(model.changed, () => model.items);
  const known = useStore(model.changed, () => model.known);
  const [top, setTop] = React.useState(0);
  const [active, setActive] = React.useState(1);
  const host = React.useRef<HTMLDivElement>(null);
  const tops = React.useMemo(() => topsOf(items, known), [items, known]);
  const first = Math.max(0, lineAt(tops, top) - SPARE);
  const last = Math.min(
    items.length,
    lineAt(tops, top + TALLEST * HEIGHT) + 1 + SPARE
  );
  useSteady(host, items, tops);
  const shown = items.slice(first, last);
  React.useEffect(() => {
    model.see(items.slice(first, last).filter(one => one.type === 'file'));
  }, [model, items, first, last]);
  const current = fileAt(items, active, 1);
  const goTo = (index: number, step: number): void => {
    const next = fileAt(items, index, step);
    setActive(next);
    const element = host.current;
    if (element !== null) {
      // The heading of the first file comes into sight with it.
      const y = next === 1 ? 0 : (tops[next] ?? 0);
      const end = tops[next + 1] ?? 0;
      if (y < element.scrollTop) {
        element.scrollTop = y;
      } else if (end > element.scrollTop + element.clientHeight) {
        element.scrollTop = end - element.clientHeight;
      }
    }
  };
  const item = items[current];
  return (
    <div
      ref={host}
      className="jp-mlgit-Changes"
      role="listbox"
      aria-label={trans.__('Changed files')}
      aria-activedescendant={
        item === undefined ? undefined : `mlgit-file-${current}`
      }
      tabIndex={0}
      style={{ maxHeight: TALLEST * HEIGHT }}
      onScroll={event => {
        setTop(event.currentTarget.scrollTop);
      }}
      onKeyDown={event => {
        const step = stepOf(event.key);
        if (step !== null) {
          event.preventDefault();
          goTo(current + step, step);
        } else if (event.key === 'Enter' && item?.type === 'file') {
          event.preventDefault();
          onOpen(item);
        }
      }}
    >
      <div
        className="jp-mlgit-Changes-all"
        role="presentation"
        style={{ height: tops.at(-1) }}
      >
        {shown.map((one, place) => (
          <Line
            key={one.key}
            id={`mlgit-file-${first + place}`}
            trans={trans}
            item={one}
            file={known.get(one.key) ?? null}
            active={first + place === current}
            top={tops[first + place] ?? 0}
            onClick={() => {
              setActive(first + place);
              if (one.type === 'file') {
                onOpen(one);
              }
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Keeps what is in sight where it is when lines above it become higher, once their warnings are known. */
function useSteady(
  host: React.RefObject<HTMLDivElement>,
  items: readonly Item[],
  tops: readonly number[]
): void {
  const before = React.useRef({ items, tops });
  React.useLayoutEffect(() => {
    const element = host.current;
    const old = before.current;
    before.current = { items, tops };
    if (element === null || old.items !== items || element.scrollTop === 0) {
      return;
    }
    const line = lineAt(old.tops, element.scrollTop);
    const moved = (tops[line] ?? 0) - (old.tops[line] ?? 0);
    if (moved !== 0) {
      element.scrollTop += moved;
    }
  }, [host, items, tops]);
}

/** Gives the file at a place of the list, or past a heading the next one in that direction. */
function fileAt(items: readonly Item[], index: number, step: number): number {
  const last = items.length - 1;
  const place = Math.max(0, Math.min(index, last));
  if (items[place]?.type !== 'group') {
    return place;
  }
  // Each heading has a file after it, and each but the first one before it.
  return step > 0 || place === 0 ? Math.min(place + 1, last) : place - 1;
}

function Line(props: {
  readonly id: string;
  readonly trans: TranslationBundle;
  readonly item: Item;
  readonly file: FileDiff | null;
  readonly active: boolean;
  readonly top: number;
  readonly onClick: () => void;
}): React.JSX.Element {
  const { id, trans, item, file, active, top } = props;
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
      style={{ top }}
      onClick={props.onClick}
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
      {wordy && <div className="jp-mlgit-Change-further">{words}</div>}
      {file !== null && <FirstWarning trans={trans} warnings={file.warnings} />}
    </div>
  );
}

function wordsOf(trans: TranslationBundle, file: FileDiff): string {
  return file.change === 'untracked' || file.change === 'added'
    ? trans.__('new')
    : file.change === 'deleted'
      ? trans.__('deleted')
      : fileInWords(trans, file);
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
