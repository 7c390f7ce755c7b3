/** Puts the cells of a notebook's difference into an order to read: changed ones, and runs of unchanged ones. */
import type { CellChange, CellText, FileSides } from '../api/schema';

/** A changed cell. */
export interface IChangedRow {
  readonly type: 'changed';
  readonly change: CellChange;
  readonly oldSource: string;
  readonly newSource: string;
}

/** Cells that nobody needs to read. */
export interface IUnchangedRow {
  readonly type: 'unchanged';
  /** With the place of each in the new notebook, from 0. */
  readonly cells: readonly {
    readonly index: number;
    readonly cell: CellText;
  }[];
  /** How many of them have other outputs than before. */
  readonly rerun: number;
}

/** A row of the view. */
export type Row = IChangedRow | IUnchangedRow;

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
  const rerun = new Set(
    changes.filter(one => !isShown(one)).map(one => one.newIndex)
  );
  const rest = unchanged(shown, olds.length, news.length);
  const rows: Row[] = [];
  let next = 0;
  const flush = (until: (pair: IPlaces) => boolean): void => {
    const cells: { index: number; cell: CellText }[] = [];
    for (; next < rest.length; next++) {
      const pair = rest[next];
      const cell = pair && news[pair.newIndex];
      if (pair === undefined || cell === undefined || !until(pair)) {
        break;
      }
      cells.push({ index: pair.newIndex, cell });
    }
    if (cells.length > 0) {
      const count = cells.filter(({ index }) => rerun.has(index)).length;
      rows.push({ type: 'unchanged', cells, rerun: count });
    }
  };
  for (const change of shown) {
    const { oldIndex, newIndex } = change;
    flush(pair =>
      newIndex === null
        ? pair.oldIndex < (oldIndex ?? 0)
        : pair.newIndex < newIndex
    );
    rows.push({
      type: 'changed',
      change,
      oldSource: oldIndex === null ? '' : (olds[oldIndex]?.source ?? ''),
      newSource: newIndex === null ? '' : (news[newIndex]?.source ?? '')
    });
  }
  flush(() => true);
  return rows;
}

/** Gives each row a name that it keeps while others come and go, as far as its cells have ids. */
export function keysOf(rows: readonly Row[]): readonly string[] {
  const given = new Set<string>();
  return rows.map((row, place) => {
    const id =
      row.type === 'changed' ? row.change.id : (row.cells[0]?.cell.id ?? null);
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
