/**
 * Makes a list one stop for the Tab key: arrows go from row to row, and Tab goes on into what the row that has the
 * focus holds. The rows are the list's children.
 */
import React from 'react';

/** What a row needs of its list. */
export interface IRow {
  /** Whether the Tab key stops here. */
  readonly focusable: boolean;
  readonly onFocus: () => void;
  /** Goes so many rows down, or up; what reaches out of the list ends at its end. */
  readonly onGo: (step: number) => void;
}

/** The rows of a list. */
export interface IRows {
  readonly list: React.RefObject<HTMLUListElement>;
  row(index: number): IRow;
  /** Lets the Tab key stop at the first row again. */
  reset(): void;
}

/** Follows the focus in a list of so many rows. */
export function useRows(count: number): IRows {
  const list = React.useRef<HTMLUListElement>(null);
  const [active, setActive] = React.useState(0);
  const last = count - 1;
  const goTo = (index: number): void => {
    const next = Math.max(0, Math.min(index, last));
    setActive(next);
    const row = list.current?.children.item(next);
    if (row instanceof HTMLElement) {
      row.focus();
    }
  };
  return {
    list,
    row: index => ({
      focusable: index === Math.min(active, last),
      onFocus: () => {
        setActive(index);
      },
      onGo: step => {
        goTo(index + step);
      }
    }),
    reset: () => {
      setActive(0);
    }
  };
}

/** Tells how far a key goes in a list; null for a key that goes nowhere. */
export function stepOf(key: string): number | null {
  switch (key) {
    case 'ArrowDown':
      return 1;
    case 'ArrowUp':
      return -1;
    case 'Home':
      return -Infinity;
    case 'End':
      return Infinity;
    default:
      return null;
  }
}
