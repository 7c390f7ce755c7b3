import type { FileDiff } from '../../api/schema';
import {
  aCellCount,
  aFileDiff,
  aStatusChange,
  aWarning
} from '../../testing/diffFixtures';
import { aStatus } from '../../testing/fixtures';
import { lineAt, topsOf } from './heights';
import { itemsOf } from './items';

const items = itemsOf(
  aStatus({ changes: ['a', 'b', 'c'].map(path => aStatusChange({ path })) })
);
const known = new Map<string, FileDiff | null>([
  ['changed:a', null],
  ['changed:b', aFileDiff({ warnings: [aWarning()] })],
  ['changed:c', aFileDiff()]
]);

it('gives a warning a line of its own, and what differs in a notebook another', () => {
  expect(topsOf(items, new Map())).toEqual([0, 24, 48, 72, 96]);
  expect(topsOf(items, known)).toEqual([0, 24, 48, 90, 114]);
  expect(topsOf([], known)).toEqual([0]);
  const counts = aCellCount({ edited: 2 });
  const warnings = [aWarning()];
  const notebooks = new Map([
    ['changed:a', aFileDiff({ counts })],
    ['changed:b', aFileDiff({ counts, warnings })],
    ['changed:c', aFileDiff({ counts, change: 'added' })]
  ]);
  expect(topsOf(items, notebooks)).toEqual([0, 24, 66, 126, 150]);
  const failing = aCellCount({ rerun: 1, failing: 1, errors: ['ValueError'] });
  const one = new Map([['changed:a', aFileDiff({ counts: failing })]]);
  expect(topsOf(items, one)).toEqual([0, 24, 84, 108, 132]);
});

it('finds the line at a height', () => {
  const tops = topsOf(items, known);
  const found = [-5, 0, 23, 24, 89, 90, 113, 500].map(y => lineAt(tops, y));
  expect(found).toEqual([0, 0, 0, 1, 2, 3, 3, 3]);
  expect(lineAt([0], 10)).toBe(0);
});
