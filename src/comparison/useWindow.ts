/** Finds out which rows of a long list are in sight, so that only those are in the page. */
import React from 'react';

/** Rows above and below those in sight that are in the page, too. */
const SPARE = 10;

/** Pixels that a list is taken for before it was measured. */
const UNMEASURED = 600;

/** The rows in sight. */
export interface IWindow {
  readonly host: React.RefObject<HTMLDivElement>;
  /** The first row in the page, and the one after the last. */
  readonly first: number;
  readonly last: number;
  /** The first row in sight, and the one after the last. */
  readonly seen: readonly [number, number];
  readonly onScroll: () => void;
  /** Brings a row into sight. */
  reveal(row: number): void;
}

/** Follows the scrolling and the size of a list of so many rows, each of the same height. */
export function useWindow(count: number, rowHeight: number): IWindow {
  const host = React.useRef<HTMLDivElement>(null);
  const [top, setTop] = React.useState(0);
  const [height, setHeight] = React.useState(UNMEASURED);
  React.useLayoutEffect(() => {
    const element = host.current;
    if (element === null || typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(() => {
      // A tab in the background has no height, and shows nothing that had to be rendered.
      if (element.clientHeight > 0) {
        setHeight(element.clientHeight);
      }
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  const from = Math.min(Math.floor(top / rowHeight), count);
  const to = Math.min(count, Math.ceil((top + height) / rowHeight));
  return {
    host,
    first: Math.max(0, from - SPARE),
    last: Math.min(count, to + SPARE),
    seen: [from, to],
    onScroll: () => {
      setTop(host.current?.scrollTop ?? 0);
    },
    reveal: row => {
      const element = host.current;
      if (element === null) {
        return;
      }
      const y = row * rowHeight;
      if (y < element.scrollTop) {
        element.scrollTop = y;
      } else if (y + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = y + rowHeight - element.clientHeight;
      }
    }
  };
}
