import { nullTranslator } from '@jupyterlab/translation';
import { idOf } from '../testing/commitFixtures';
import {
  aChangedFile,
  anOverview,
  anOverviewSide
} from '../testing/comparisonFixtures';
import { aCellCount, aFileDiff } from '../testing/diffFixtures';
import { aBranch } from '../testing/fixtures';
import { fileName } from './exporting';
import { changeInWords, filesNamed, letterOf, linesInWords } from './items';
import { subjectIn, usualBase, type Subject } from './subject';
import {
  newsInWords,
  nothingInWords,
  standingInWords,
  titleOf,
  totalsInWords
} from './words';

const trans = nullTranslator.load('jupyter_mlgit');
const BRANCHES: Subject = {
  kind: 'commits',
  old: 'refs/heads/main',
  new: 'refs/remotes/origin/exp',
  name: null
};
const OWN: Subject = { kind: 'own', rev: idOf('abcdef1') };
const WORKING: Subject = { kind: 'working', rev: 'refs/heads/main' };

it('names a comparison as a person does', () => {
  expect(titleOf(trans, BRANCHES, true)).toBe('main…origin/exp');
  expect(titleOf(trans, BRANCHES, false)).toBe('main ↔ origin/exp');
  expect(titleOf(trans, OWN, true)).toBe('Changes in abcdef1');
  expect(titleOf(trans, WORKING, true)).toBe('main ↔ working files');
  const named = { ...BRANCHES, new: idOf('1'), name: 'exp\u202e (deleted)' };
  expect(titleOf(trans, named, true)).toBe('main…exp[U+202E] (deleted)');
});

it('says how the sides stand to each other', () => {
  const said = (change: Parameters<typeof anOverview>[0]): string =>
    standingInWords(trans, BRANCHES, anOverview(change));
  expect(said({})).toBe(
    '2 commits on origin/exp since it left main · main has 1 commit of its own'
  );
  expect(said({ ahead: 1, behind: 0 })).toBe(
    '1 commit on origin/exp since it left main'
  );
  expect(said({ base: null })).toContain('that main does not have');
  expect(said({ ahead: 0, behind: 0 })).toBe(
    'origin/exp is at the same commit as main'
  );
  expect(said({ ahead: null })).toBe('');
  expect(standingInWords(trans, OWN, anOverview())).toBe('');
  const working = (change: Parameters<typeof anOverview>[0]): string =>
    standingInWords(trans, WORKING, anOverview({ base: null, ...change }));
  expect(working({ behind: 0 })).toBe('2 commits since main');
  expect(working({})).toBe(
    'HEAD has 2 commits that main does not have · main has 1 commit of its own'
  );
  expect(working({ ahead: 0, behind: 0 })).toBe('');
});

it('says how much of the sums is known', () => {
  const sums = { files: 3, added: 4, deleted: 1, compared: 3, warnings: 0 };
  expect(totalsInWords(trans, sums, false)).toBe('3 files · +4 −1');
  expect(totalsInWords(trans, sums, true)).toBe('3 files · +4 −1 so far');
  expect(totalsInWords(trans, { ...sums, compared: 2 }, false)).toBe(
    '3 files · +4 −1 in the 2 files that were compared'
  );
  expect(totalsInWords(trans, { ...sums, compared: 0 }, false)).toBe('3 files');
  expect(totalsInWords(trans, { ...sums, files: 0 }, false)).toBe('0 files');
});

it('says why nothing is listed', () => {
  const said = (subject: Subject, since: boolean, ahead: number): string =>
    nothingInWords(trans, subject, since, anOverview({ ahead, files: [] }));
  expect(said(BRANCHES, true, 0)).toBe(
    'origin/exp has no commit that main does not have.'
  );
  expect(said(BRANCHES, true, 2)).toBe(
    'The commits on origin/exp changed no file in the end.'
  );
  expect(said(BRANCHES, false, 2)).toBe(
    'Nothing differs between main and origin/exp.'
  );
  expect(said(OWN, true, 1)).toBe('This commit changed no file.');
});

it('says what has happened to the sides', () => {
  const shown = anOverview();
  const moved = {
    kind: 'moved' as const,
    now: anOverview({ old: anOverviewSide({ id: idOf('eee5555') }) })
  };
  expect(newsInWords(trans, BRANCHES, shown, moved)).toBe(
    'main has moved from aaa1111 to eee5555. This is how it was when it was compared.'
  );
  expect(
    newsInWords(trans, WORKING, shown, { kind: 'moved', now: shown })
  ).toContain('The working files have changed.');
});

it('says what became of a file', () => {
  const said = (
    change: Parameters<typeof aChangedFile>[0],
    diff: Parameters<typeof aFileDiff>[0] | null = {}
  ): string =>
    changeInWords(
      trans,
      aChangedFile(change),
      diff === null ? undefined : aFileDiff(diff)
    );
  expect(said({})).toBe('');
  expect(said({}, null)).toBe('');
  expect(said({ change: 'added', oldMode: 0 })).toBe('new');
  expect(said({ change: 'renamed', oldPath: 'a', likeness: 100 })).toBe(
    'renamed only'
  );
  expect(said({ change: 'renamed', oldPath: 'a', likeness: 60 })).toBe(
    'renamed'
  );
  expect(said({ newMode: 0o100755 })).toBe('now executable');
  expect(said({ change: 'typechanged', newMode: 0o120000 })).toBe('now a link');
  expect(said({ kind: 'submodule' })).toBe('submodule');
  expect(said({}, { added: null, deleted: null, kind: 'binary' })).toBe(
    'binary'
  );
  expect(said({}, { truncated: 'Too large.' })).toBe('not compared');
  const edited = { counts: aCellCount({ edited: 2 }) };
  expect(said({ kind: 'notebook' }, edited)).toBe('2 cells edited');
  expect(said({ kind: 'notebook', change: 'deleted' }, edited)).toBe('deleted');
  expect(said({ conflict: true })).toBe('in conflict');
  expect(letterOf(aChangedFile({ conflict: true }))).toBe('C');
  expect(letterOf(aChangedFile({ change: 'typechanged' }))).toBe('T');
  expect(linesInWords(aFileDiff({ added: 0, deleted: 0 }))).toBe('');
  expect(linesInWords(aFileDiff({ added: 3, deleted: 0 }))).toBe('+3 −0');
  expect(linesInWords(undefined)).toBe('');
});

it('finds a file by any part of its names', () => {
  const files = [
    aChangedFile({ path: 'src/Net.py', oldPath: 'model.py' }),
    aChangedFile({ path: 'b.txt' })
  ];
  expect(filesNamed(files, ' ')).toBe(files);
  expect(filesNamed(files, 'net src')).toEqual([files[0]]);
  expect(filesNamed(files, 'model')).toEqual([files[0]]);
});

it('compares a branch with the main one, and that with its upstream', () => {
  const branches = {
    branches: [
      aBranch({ name: 'main', upstream: 'origin/main' }),
      aBranch({ name: 'exp', upstream: 'origin/exp' })
    ],
    remotes: [],
    remoteCount: 0,
    main: 'main'
  };
  expect(usualBase(branches, 'exp')).toBe('refs/heads/main');
  expect(usualBase(branches, 'main')).toBe('refs/remotes/origin/main');
  expect(usualBase({ ...branches, main: 'origin/dev' }, 'exp')).toBe(
    'refs/remotes/origin/dev'
  );
  expect(usualBase({ ...branches, main: null }, 'other')).toBeNull();
  expect(usualBase(null, 'exp')).toBeNull();
});

it('reads what to compare from arguments, and nothing from others', () => {
  expect(subjectIn({ kind: 'own', rev: 'x' })).toEqual({
    kind: 'own',
    rev: 'x'
  });
  expect(subjectIn({ kind: 'working' })).toBeNull();
  expect(subjectIn({ old: 'a', new: 'b' })).toEqual({
    kind: 'commits',
    old: 'a',
    new: 'b',
    name: null
  });
  expect(subjectIn({ old: 'a' })).toBeNull();
});

it('gives a patch a name that every system takes', () => {
  expect(fileName('exp/lr 3e-4')).toBe('exp-lr-3e-4.patch');
  expect(fileName('../\u202e')).toBe('changes.patch');
});
