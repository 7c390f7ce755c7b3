import { nullTranslator } from '@jupyterlab/translation';
import {
  aCellChange,
  aCellCount,
  aFileDiff,
  anOutput
} from '../testing/diffFixtures';
import {
  changeInWords,
  comparisonInWords,
  countsInWords,
  fileInWords,
  outputsInWords,
  placeInWords,
  sideInWords,
  unchangedInWords
} from './words';

const trans = nullTranslator.load('jupyter_mlgit');
const ID = '53b5280'.padEnd(40, '0');

it.each([
  [{}, 'no cell differs'],
  [{ edited: 2, rerun: 5 }, '2 cells edited, outputs rerun'],
  [
    { added: 1, deleted: 1, kindChanged: 1, moved: 2, metadata: 1 },
    '1 cell added, 1 cell deleted, 1 cell of another type, 2 cells moved, 1 cell with other metadata'
  ],
  [{ metadata: 1, attachments: 1 }, '2 cells with other metadata'],
  [
    { rerun: 9, failing: 1, errors: ['ValueError'] },
    '1 cell now fails: ValueError, outputs rerun'
  ],
  [
    { failing: 5, errors: ['A', 'B\u202e', 'C', 'D'] },
    '5 cells now fail: A, B[U+202E], C, …'
  ]
])('counts cells: %j', (counts, words) => {
  expect(countsInWords(trans, aCellCount(counts))).toBe(words);
});

it.each([
  [1, 0, '1 unchanged cell'],
  [52, 0, '52 unchanged cells'],
  [52, 52, '52 cells: code unchanged, outputs differ'],
  [52, 3, '52 cells: code unchanged, outputs of 3 differ']
])('says what is folded away of %d cells', (cells, rerun, words) => {
  expect(unchangedInWords(trans, cells, rerun)).toBe(words);
});

it.each([
  [{ added: 3, deleted: null }, '+3 −0'],
  [{ truncated: 'Too large.', added: 3 }, 'not compared'],
  [{ counts: aCellCount({ edited: 1 }) }, '1 cell edited'],
  [{ kind: 'image' as const, added: null, deleted: null }, 'image'],
  [{ kind: 'binary' as const, added: null, deleted: null }, 'binary']
])('says what differs in a file: %j', (file, words) => {
  expect(fileInWords(trans, aFileDiff(file))).toBe(words);
});

it.each([
  [{ oldIndex: 2, newIndex: 2 }, 'Cell 3', 'edited'],
  [{ oldIndex: 0, newIndex: 4, moved: true }, 'Cell 1 → 5', 'edited and moved'],
  [
    { change: 'moved' as const, oldIndex: 0, newIndex: 4, moved: true },
    'Cell 1 → 5',
    'moved'
  ],
  [
    { change: 'deleted' as const, oldIndex: 6, newIndex: null },
    'Cell 7',
    'deleted'
  ],
  [{ change: 'outputs' as const }, 'Cell 1', 'rerun']
])('says which cell it is and what became of it: %j', (cell, place, words) => {
  const change = aCellChange(cell);
  expect(placeInWords(trans, change)).toBe(place);
  expect(changeInWords(trans, change)).toBe(words);
});

it('counts outputs by what they are', () => {
  expect(outputsInWords(trans, [])).toBe('none');
  expect(
    outputsInWords(trans, [
      anOutput({ mime: 'image/png' }),
      anOutput({ mime: 'image/svg+xml' }),
      anOutput(),
      anOutput({ kind: 'error' }),
      anOutput({ mime: 'text/html' })
    ])
  ).toBe('2 images, 1 text, 1 error, 1 other');
});

it.each([
  [[], 'Working Tree'],
  [['HEAD'], 'HEAD ↔ Working Tree'],
  [['refs/heads/exp/a', ID], 'exp/a ↔ 53b5280'],
  [[`${ID}..${ID}`], '53b5280..53b5280'],
  [['refs/heads/main...refs/remotes/origin/x'], 'main...origin/x'],
  [[`${ID}^!`], '53b5280^!']
])('names both sides of %j', (revisions, words) => {
  expect(
    comparisonInWords(trans, { revisions, staged: false, untracked: true })
  ).toBe(words);
});

it.each([
  [[], 'Index'],
  [['main'], 'main ↔ Index']
])('names the index of %j', (revisions, words) => {
  expect(
    comparisonInWords(trans, { revisions, staged: true, untracked: false })
  ).toBe(words);
});

it('says what a side is', () => {
  expect(sideInWords(trans, ID)).toBe('53b5280');
  expect(sideInWords(trans, 'working files')).toBe('working file');
});
