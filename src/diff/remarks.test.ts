import { nullTranslator } from '@jupyterlab/translation';
import type { FileDiff } from '../api/schema';
import { aCellChange, aFileDiff, aHunk } from '../testing/diffFixtures';
import { isSameText, remarksOn } from './remarks';

const trans = nullTranslator.load('jupyter_mlgit');
const same = { added: 0, deleted: 0 };
const gone = { newMode: 0, newSize: null, change: 'deleted' as const };
const come = { oldMode: 0, oldSize: null, change: 'added' as const };

it.each<[string, Partial<FileDiff>, readonly string[]]>([
  ['an edit', {}, []],
  [
    'another mode',
    { ...same, newMode: 0o100755 },
    ['Mode 100644 → 100755 (file → executable)', 'The content is the same.']
  ],
  [
    'a file that became a link',
    { newMode: 0o120000, change: 'typechanged' },
    ['Mode 100644 → 120000 (file → symbolic link)']
  ],
  [
    'a new name',
    { ...same, change: 'renamed', oldPath: 'a.py' },
    ['The content is the same.']
  ],
  ['a cell that moved', { ...same, cells: [aCellChange()] }, []],
  ['a submodule', { kind: 'submodule', oldSize: 0, newSize: 0 }, []],
  ['a deleted file', gone, ['The file was deleted.']],
  [
    'a deleted empty file',
    { ...same, ...gone, oldSize: 0 },
    ['An empty file was deleted.']
  ],
  ['an added file', come, []],
  [
    'an added empty file',
    { ...same, ...come, newSize: 0 },
    ['An empty file was added.']
  ],
  [
    'a file that was emptied',
    { newSize: 0 },
    ['The file is still there, and empty now.']
  ],
  ['a file that was filled', { oldSize: 0 }, ['The file was empty before.']],
  [
    'other line ends',
    { hunks: [aHunk(1, 1, [' a', '-b\r', '+b'])] },
    ['Some lines differ only in their line ends (CRLF or LF).']
  ]
])('says of %s', (_, change, said) => {
  expect(remarksOn(trans, aFileDiff(change))).toEqual(said);
});

it.each([
  ['before', true, 'The last line had no line end before.'],
  ['now', false, 'The last line has no line end now.']
])('says where a last line has no end, %s', (_, before, said) => {
  const hunk = aHunk(1, 1, ['-b', '+b']);
  const lines = hunk.lines.map(one => ({
    ...one,
    noNewline: (one.kind === 'deleted') === before
  }));
  expect(remarksOn(trans, aFileDiff({ hunks: [{ ...hunk, lines }] }))).toEqual([
    said
  ]);
});

it('knows a text without a line that differs', () => {
  expect(isSameText(aFileDiff(same))).toBe(true);
  expect(isSameText(aFileDiff())).toBe(false);
  expect(isSameText(aFileDiff({ added: null, deleted: null }))).toBe(false);
});
