/** Lists what differs. Only the lines in sight are in the page, so that ten thousand of them cost no more than twenty. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { stepOf } from '../../components/useRows';
import { useStore } from '../../components/useStore';
import { Row, type IRowActs } from './fileRow';
import { HEIGHT, lineAt, topsOf } from './heights';
import type { IFileItem, Item } from './items';
import type { OpenFileMenu } from './menu';
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
  /** The file whose difference is in front, by its key. */
  readonly inFront: string | null;
  /** Says which files somebody sees. */
  see(items: readonly IFileItem[]): void;
}

interface IListProps {
  readonly trans: TranslationBundle;
  readonly model: IListedFiles;
  readonly onOpen: (item: IFileItem) => void;
  readonly onMenu: OpenFileMenu;
  readonly onCommand: IRowActs['onCommand'];
}

/** Shows the list. */
export function FileList(props: IListProps): React.JSX.Element {
  const { trans, model, onOpen } = props;
  const items = useStore(model.changed, () => model.items);
  const known = useStore(model.changed, () => model.known);
  const inFront = useStore(model.changed, () => model.inFront);
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
  const latest = React.useRef({ items, ...props });
  latest.current = { items, ...props };
  const acts = React.useMemo<IRowActs>(() => {
    const withFile = (index: number, act: (one: IFileItem) => void): void => {
      const one = latest.current.items[index];
      setActive(index);
      if (one?.type === 'file') {
        act(one);
      }
    };
    return {
      onPick: index => {
        withFile(index, one => {
          latest.current.onOpen(one);
        });
      },
      onMenu: (index, x, y) => {
        // Its keys work on what the menu was about.
        host.current?.focus();
        withFile(index, one => {
          latest.current.onMenu(one, x, y);
        });
      },
      onCommand: (command, one) => {
        latest.current.onCommand(command, one);
      }
    };
  }, []);
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
      onContextMenu={event => {
        // From the keyboard it comes to what has the focus.
        if (event.target === event.currentTarget) {
          event.preventDefault();
          event.stopPropagation();
          const line = document.getElementById(`mlgit-file-${current}`);
          const place = (line ?? event.currentTarget).getBoundingClientRect();
          acts.onMenu(current, place.left, place.bottom);
        }
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
          <Row
            key={one.key}
            id={`mlgit-file-${first + place}`}
            trans={trans}
            item={one}
            file={known.get(one.key) ?? null}
            active={first + place === current}
            inFront={one.key === inFront}
            index={first + place}
            top={tops[first + place] ?? 0}
            {...acts}
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
