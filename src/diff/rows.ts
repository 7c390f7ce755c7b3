/** Puts the cells of a notebook's difference into an order to read: changed ones, and runs of unchanged ones. */
import type { CellChange, CellText, FileSides } from '../api/schema';

/** A changed cell. */
export interface IChangedRow {
  readonly type: 'changed';
  readonly change: CellChange;
  readonly oldSource: string;
  readonly newSource: string;
}

/** A cell that nobody needs to read. */
export interface IUnchangedCell {
  /** Its place in the new notebook, from 0. */
  readonly index: number;
  readonly cell: CellText;
  /** What differs in its outputs; null where nothing does. */
  readonly rerun: CellChange | null;
}

/** A run of them. */
export interface IUnchangedRow {
  readonly type: 'unchanged';
  readonly cells: readonly IUnchangedCell[];
}

/** The place that a cell has left for another. */
export interface ILeftRow {
  readonly type: 'left';
  readonly change: CellChange;
  readonly oldIndex: number;
  readonly newIndex: number;
}

/** A row of the view. */
export type Row = IChangedRow | IUnchangedRow | ILeftRow;

/** A row before unchanged cells are put together, with its place in the old notebook where it kept its order. */
type Item = (IChangedRow | ILeftRow | (IUnchangedCell & { type: 'cell' })) & {
  readonly at: number | null;
};

/**
 * Gives the rows.
 *
 * @param sides - the notebook on both sides.
 * @param outputs - whether cells of which only the outputs changed are shown among the changed ones, even where they
 *   don't fail.
 */
export function rowsOf(sides: FileSides, outputs: boolean): readonly Row[] {
  const changes = sides.diff?.cells ?? [];
  const olds = sides.oldSide?.cells ?? [];
  const news = sides.newSide?.cells ?? [];
  // What fails now is read first of all, whatever else may be folded away.
  const isShown = (one: CellChange): boolean =>
    outputs || one.change !== 'outputs' || one.fails !== null;
  const shown = changes.filter(isShown);
  const rerun = new Map(
    changes.filter(one => !isShown(one)).map(one => [one.newIndex, one])
  );
  const rest = unchanged(shown, olds.length, news.length);
  const items: Item[] = [];
  let next = 0;
  const flush = (until: (pair: IPlaces) => boolean): void => {
    for (; next < rest.length; next++) {
      const pair = rest[next];
      const cell = pair && news[pair.newIndex];
      if (pair === undefined || cell === undefined || !until(pair)) {
        break;
      }
      const index = pair.newIndex;
      items.push({
        type: 'cell',
        index,
        cell,
        rerun: rerun.get(index) ?? null,
        at: pair.oldIndex
      });
    }
  };
  for (const change of shown) {
    const { oldIndex, newIndex } = change;
    flush(pair =>
      newIndex === null
        ? pair.oldIndex < (oldIndex ?? 0)
        : pair.newIndex < newIndex
    );
    items.push({
      type: 'changed',
      change,
      oldSource: oldIndex === null ? '' : (olds[oldIndex]?.source ?? ''),
      newSource: newIndex === null ? '' : (news[newIndex]?.source ?? ''),
      at: change.moved ? null : oldIndex
    });
  }
  flush(() => true);
  shown.forEach(change => {
    leave(items, change);
  });
  return together(items);
}

/** Marks the place that a moved cell has left. */
function leave(items: Item[], change: CellChange): void {
  const { moved, oldIndex, newIndex } = change;
  if (moved && oldIndex !== null && newIndex !== null) {
    const after = items.findIndex(({ at }) => at !== null && at > oldIndex);
    const place = after < 0 ? items.length : after;
    items.splice(place, 0, {
      type: 'left',
      change,
      oldIndex,
      newIndex,
      at: oldIndex
    });
  }
}

/** Puts unchanged cells that follow each other into one row. */
function together(items: readonly Item[]): readonly Row[] {
  const rows: Row[] = [];
  let cells: IUnchangedCell[] = [];
  for (const item of items) {
    if (item.type !== 'cell') {
      cells = [];
      rows.push(item);
      continue;
    }
    if (cells.length === 0) {
      rows.push({ type: 'unchanged', cells });
    }
    cells.push(item);
  }
  return rows;
}

/** Gives each row a name that it keeps while others come and go, as far as its cells have ids. */
export function keysOf(rows: readonly Row[]): readonly string[] {
  const given = new Set<string>();
  return rows.map((row, place) => {
    const id =
      row.type === 'unchanged'
        ? (row.cells[0]?.cell.id ?? null)
        : row.change.id;
    const named = `${row.type} ${id ?? ''}`;
    // Many notebooks have no ids, and some have one twice.
    const key = id === null || given.has(named) ? `${place}` : named;
    given.add(key);
    return key;
  });
}

interface IPlaces {
  readonly oldIndex: number;
  readonly newIndex: number;
}

/** Pairs what is in no change: it kept its order, so the first of one side is the first of the other. */
function unchanged(
  changes: readonly CellChange[],
  oldCount: number,
  newCount: number
): readonly IPlaces[] {
  const gone = new Set(changes.map(one => one.oldIndex));
  const come = new Set(changes.map(one => one.newIndex));
  const olds = range(oldCount).filter(index => !gone.has(index));
  const news = range(newCount).filter(index => !come.has(index));
  return news.map((newIndex, place) => ({
    newIndex,
    oldIndex: olds[place] ?? oldCount
  }));
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
