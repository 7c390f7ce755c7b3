import type { CellChange } from '../api/schema';
import {
  aCellChange,
  aFileDiff,
  aSide,
  cellsOf,
  someSides
} from '../testing/diffFixtures';
import { keysOf, rowsOf } from './rows';

/** Gives the rows in short: sources of unchanged cells, and what became of the others. */
function told(
  olds: readonly string[],
  news: readonly string[],
  cells: readonly CellChange[],
  outputs = false
): readonly string[] {
  const sides = someSides({
    diff: aFileDiff({ cells }),
    oldSide: aSide({ cells: cellsOf(...olds) }),
    newSide: aSide({ cells: cellsOf(...news) })
  });
  return rowsOf(sides, outputs).map(row =>
    row.type === 'changed'
      ? `${row.change.change}: ${row.oldSource} → ${row.newSource}`
      : row.type === 'left'
        ? `left: ${row.oldIndex} → ${row.newIndex}`
        : row.cells
            .map(
              ({ cell, index, rerun }) =>
                `${index} ${cell.source}${rerun === null ? '' : ' (rerun)'}`
            )
            .join(', ')
  );
}

it('puts unchanged cells between the changed ones', () => {
  const edited = aCellChange({ oldIndex: 1, newIndex: 1 });
  expect(told(['a', 'b', 'c'], ['a', 'B', 'c'], [edited])).toEqual([
    '0 a',
    'edited: b → B',
    '2 c'
  ]);
});

it('puts a deleted cell where it was', () => {
  const gone = aCellChange({ change: 'deleted', oldIndex: 1, newIndex: null });
  expect(told(['a', 'b', 'c', 'd'], ['a', 'c', 'd'], [gone])).toEqual([
    '0 a',
    'deleted: b → ',
    '1 c, 2 d'
  ]);
});

it('puts deleted cells at both ends', () => {
  const first = aCellChange({ change: 'deleted', oldIndex: 0, newIndex: null });
  const last = aCellChange({ change: 'deleted', oldIndex: 2, newIndex: null });
  expect(told(['a', 'b', 'c'], ['b'], [first, last])).toEqual([
    'deleted: a → ',
    '0 b',
    'deleted: c → '
  ]);
});

it('marks the places that moved cells have left, in their old order', () => {
  const moved = (oldIndex: number, newIndex: number): CellChange =>
    aCellChange({ change: 'moved', moved: true, oldIndex, newIndex });
  expect(
    told(
      ['a', 'b', 'c', 'd', 'e'],
      ['e', 'a', 'd', 'c', 'b'],
      [moved(4, 0), moved(2, 3), moved(1, 4)]
    )
  ).toEqual([
    'moved: e → e',
    '1 a',
    'left: 1 → 4',
    'left: 2 → 3',
    '2 d',
    'moved: c → c',
    'moved: b → b',
    'left: 4 → 0'
  ]);
});

it('puts an added cell where it is', () => {
  const come = aCellChange({ change: 'added', oldIndex: null, newIndex: 1 });
  expect(told(['a', 'b'], ['a', 'x', 'b'], [come])).toEqual([
    '0 a',
    'added:  → x',
    '2 b'
  ]);
});

it('puts a moved cell where it is now, and counts past where it was', () => {
  const moved = aCellChange({
    change: 'moved',
    moved: true,
    oldIndex: 0,
    newIndex: 2
  });
  const gone = aCellChange({ change: 'deleted', oldIndex: 3, newIndex: null });
  expect(told(['a', 'b', 'c', 'd'], ['b', 'c', 'a'], [moved, gone])).toEqual([
    'left: 0 → 2',
    '0 b, 1 c',
    'moved: a → a',
    'deleted: d → '
  ]);
});

it('folds cells away of which only the outputs changed, until they are asked for', () => {
  const rerun = aCellChange({ change: 'outputs', oldIndex: 1, newIndex: 1 });
  const cells = ['a', 'b', 'c'];
  expect(told(cells, cells, [rerun])).toEqual(['0 a, 1 b (rerun), 2 c']);
  expect(told(cells, cells, [rerun], true)).toEqual([
    '0 a',
    'outputs: b → b',
    '2 c'
  ]);
});

it('never folds a cell away that fails now', () => {
  const failing = aCellChange({
    change: 'outputs',
    oldIndex: 1,
    newIndex: 1,
    fails: 'ValueError'
  });
  expect(told(['a', 'b', 'c'], ['a', 'b', 'c'], [failing])).toEqual([
    '0 a',
    'outputs: b → b',
    '2 c'
  ]);
});

it('has no rows where a side can not be shown', () => {
  expect(rowsOf(someSides({ diff: null }), false)).toEqual([]);
});

it('keeps the name of a cell while others come, and gives each another', () => {
  const keys = (ids: readonly (string | null)[]): readonly string[] =>
    keysOf(
      rowsOf(
        someSides({
          diff: aFileDiff({
            cells: ids.map((id, place) =>
              aCellChange({ id, oldIndex: place, newIndex: place })
            )
          })
        }),
        false
      )
    );
  const [, , key] = keys(['a', 'b', 'c']);
  expect(keys(['a', 'new', 'b', 'c'])[3]).toBe(key);
  expect(new Set(keys(['a', 'a', null, null, 'b'])).size).toBe(5);
});
