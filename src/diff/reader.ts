/**
 * Knows what a reader would lose if a newer difference took the place of the one that is shown.
 *
 * Rows that say the same as before stay in the page, with what is unfolded in them, and the browser keeps what is in
 * sight where it is. So nothing is lost as long as the row at the top of the view, and those in which something was
 * unfolded, are among them. A text is one row, whose lines nobody keeps in their place.
 */
import type { FileSides } from '../api/schema';
import { keysOf, rowsOf, type Row } from './rows';
import { bodyOf } from './sight';

/** The row that a text is. */
const TEXT = '';

/** Tells a row of a notebook by the name that it has while others come and go. */
export interface IReader {
  /** Whether something is selected or searched in the view, or has the focus. */
  readonly isAtWork: boolean;
  /** The rows that have to stay as they are. */
  readonly rows: ReadonlySet<string>;
}

/** Tells whether a newer difference leaves a reader everything. */
export function keepsPlace(
  reader: IReader,
  shown: FileSides,
  next: FileSides,
  outputs: boolean
): boolean {
  if (shown.diff === null) {
    return true;
  }
  const before = said(shown, outputs);
  const after = said(next, outputs);
  return (
    !reader.isAtWork &&
    next.diff !== null &&
    [...reader.rows].every(
      row => after.has(row) && before.get(row) === after.get(row)
    )
  );
}

/** Gives what each row says, wherever it stands. */
function said(sides: FileSides, outputs: boolean): ReadonlyMap<string, string> {
  const { diff } = sides;
  if (diff === null || diff.counts === null) {
    return new Map([[TEXT, JSON.stringify(sides)]]);
  }
  const rows = rowsOf(sides, outputs);
  return new Map(
    keysOf(rows).map((key, place) => [key, wordsOf(rows[place])] as const)
  );
}

function wordsOf(row: Row | undefined): string {
  switch (row?.type) {
    case 'changed':
      return JSON.stringify({
        ...row,
        change: { ...row.change, n: 0, oldIndex: 0, newIndex: 0 }
      });
    case 'unchanged':
      return JSON.stringify(row.cells.map(({ cell }) => cell.source));
    case 'left':
    case undefined:
      // Where a cell has moved away to is no text that somebody reads.
      return '';
  }
}

/** Looks at a view of a difference. */
export class Reader {
  /** @param _view - the view. */
  constructor(private readonly _view: HTMLElement) {
    _view.addEventListener(
      'click',
      ({ target }) => {
        const folded = (target as Element).closest('.cm-collapsedLines');
        if (folded !== null) {
          this._unfolded.add(rowOf(folded));
        }
      },
      // The lines are no longer there once they have been unfolded.
      { capture: true }
    );
  }

  /** Forgets what was unfolded: the view was made anew. */
  forget(): void {
    this._unfolded.clear();
  }

  /**
   * Gives what the reader holds on to now.
   *
   * @param unfolded - whether unchanged cells are shown by themselves, and so will be again.
   */
  look(unfolded: boolean): IReader {
    const body = bodyOf(this._view);
    const open = unfolded
      ? []
      : (body?.querySelectorAll(
          '.jp-mlgit-Unchanged-toggle[aria-expanded="true"]'
        ) ?? []);
    return {
      isAtWork: body !== null && isAtWork(body),
      rows: new Set([
        ...this._unfolded,
        ...[...open].map(rowOf),
        ...(body === null || body.scrollTop === 0 ? [] : [firstIn(body)])
      ])
    };
  }

  private readonly _unfolded = new Set<string>();
}

function isAtWork(body: HTMLElement): boolean {
  const selection = body.ownerDocument.getSelection();
  return (
    body.contains(body.ownerDocument.activeElement) ||
    body.closest('.jp-mod-search-active') !== null ||
    (selection !== null &&
      !selection.isCollapsed &&
      body.contains(selection.anchorNode))
  );
}

/** Gives the row at the top of what is in sight. */
function firstIn(body: HTMLElement): string {
  const { top } = body.getBoundingClientRect();
  const rows = body.querySelectorAll<HTMLElement>('[data-row]');
  // Of the one before, a part of a pixel may be there still.
  const first = [...rows].find(
    row => row.getBoundingClientRect().bottom > top + 1
  );
  return first?.dataset.row ?? TEXT;
}

function rowOf(element: Element): string {
  return element.closest<HTMLElement>('[data-row]')?.dataset.row ?? TEXT;
}
