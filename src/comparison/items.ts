/** Puts what is known of a file that differs into a line of the list. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ChangedFile, FileDiff } from '../api/schema';
import { countsInWords } from '../diff/words';

const LETTERS: Readonly<Record<ChangedFile['change'], string>> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  renamed: 'R',
  typechanged: 'T',
  untracked: 'U'
};

const LINK = 0o120000;

/** Gives the letter by which git names what became of a file. */
export function letterOf({ change, conflict }: ChangedFile): string {
  return conflict ? 'C' : LETTERS[change];
}

/** Gives the files whose name holds some words, wherever they stand in it. */
export function filesNamed(
  files: readonly ChangedFile[],
  filter: string
): readonly ChangedFile[] {
  const words = filter
    .toLowerCase()
    .split(' ')
    .filter(word => word !== '');
  return words.length === 0
    ? files
    : files.filter(({ path, oldPath }) => {
        const names = `${path}\n${oldPath ?? ''}`.toLowerCase();
        return words.every(word => names.includes(word));
      });
}

/**
 * Says what became of a file, lines aside.
 *
 * @param diff - what differs in it; null where nothing does, undefined as long as that is not known.
 */
export function changeInWords(
  trans: TranslationBundle,
  file: ChangedFile,
  diff: FileDiff | null | undefined
): string {
  const told = [
    file.conflict ? trans.__('in conflict') : '',
    becameInWords(trans, file),
    modeInWords(trans, file),
    contentInWords(trans, file, diff)
  ];
  return told.filter(words => words !== '').join(', ');
}

function becameInWords(trans: TranslationBundle, file: ChangedFile): string {
  switch (file.change) {
    case 'added':
      return trans.__('new');
    case 'untracked':
      return trans.__('untracked');
    case 'deleted':
      return trans.__('deleted');
    case 'renamed':
      return file.likeness === 100
        ? trans.__('renamed only')
        : trans.__('renamed');
    case 'typechanged':
      return file.newMode === LINK
        ? trans.__('now a link')
        : file.oldMode === LINK
          ? trans.__('no longer a link')
          : trans.__('of another type');
    case 'modified':
      return '';
  }
}

function modeInWords(trans: TranslationBundle, file: ChangedFile): string {
  const { oldMode, newMode, change } = file;
  return oldMode === newMode ||
    oldMode === 0 ||
    newMode === 0 ||
    change === 'typechanged'
    ? ''
    : (newMode & 0o111) !== 0
      ? trans.__('now executable')
      : trans.__('no longer executable');
}

function contentInWords(
  trans: TranslationBundle,
  file: ChangedFile,
  diff: FileDiff | null | undefined
): string {
  if (file.kind === 'submodule') {
    return trans.__('submodule');
  }
  if (diff === undefined || diff === null) {
    return '';
  }
  if (diff.truncated !== null) {
    return trans.__('not compared');
  }
  const whole = file.change === 'added' || file.change === 'deleted';
  if (diff.counts !== null) {
    return whole || file.change === 'untracked'
      ? ''
      : countsInWords(trans, diff.counts);
  }
  return diff.added === null
    ? diff.kind === 'image'
      ? trans.__('image')
      : trans.__('binary')
    : '';
}

/** Gives "+3 −1"; nothing where lines were not compared, or none differ. */
export function linesInWords(diff: FileDiff | null | undefined): string {
  const { added, deleted } = diff ?? { added: null, deleted: null };
  return added === null || deleted === null || added + deleted === 0
    ? ''
    : `+${added} −${deleted}`;
}
