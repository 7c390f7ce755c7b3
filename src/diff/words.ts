/** Says what differs, in words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IComparison } from '../api/client';
import type { CellChange, CellCounts, FileDiff, Output } from '../api/schema';
import { shortId, visibleText } from '../components/visibleText';

/** Gives "2 cells edited, outputs rerun". */
export function countsInWords(
  trans: TranslationBundle,
  counts: CellCounts
): string {
  const { added, deleted, edited, kindChanged, moved, rerun } = counts;
  const other = counts.metadata + counts.attachments;
  const told = [
    failingInWords(trans, counts),
    added > 0 ? trans._n('%1 cell added', '%1 cells added', added) : '',
    deleted > 0 ? trans._n('%1 cell deleted', '%1 cells deleted', deleted) : '',
    edited > 0 ? trans._n('%1 cell edited', '%1 cells edited', edited) : '',
    kindChanged > 0
      ? trans._n(
          '%1 cell of another type',
          '%1 cells of another type',
          kindChanged
        )
      : '',
    moved > 0 ? trans._n('%1 cell moved', '%1 cells moved', moved) : '',
    other > 0
      ? trans._n(
          '%1 cell with other metadata',
          '%1 cells with other metadata',
          other
        )
      : '',
    rerun > 0 ? trans.__('outputs rerun') : ''
  ].filter(words => words !== '');
  return told.length === 0 ? trans.__('no cell differs') : told.join(', ');
}

/** Names of errors that a summary has. */
const ERRORS = 3;

/** Gives "1 cell now fails: ValueError"; nothing where none does. */
export function failingInWords(
  trans: TranslationBundle,
  { failing, errors }: CellCounts
): string {
  const more = errors.length > ERRORS ? ['…'] : [];
  const names = [...errors.slice(0, ERRORS).map(visibleText), ...more];
  return failing === 0
    ? ''
    : trans._n(
        '%1 cell now fails: %2',
        '%1 cells now fail: %2',
        failing,
        names.join(', ')
      );
}

/** Says of cells that are folded away what is the same in them, and what is not. */
export function unchangedInWords(
  trans: TranslationBundle,
  cells: number,
  rerun: number
): string {
  if (rerun === 0) {
    return trans._n('%1 unchanged cell', '%1 unchanged cells', cells);
  }
  return rerun === cells
    ? trans._n(
        '%1 cell: code unchanged, outputs differ',
        '%1 cells: code unchanged, outputs differ',
        cells
      )
    : trans._n(
        '%1 cells: code unchanged, outputs of %2 differ',
        '%1 cells: code unchanged, outputs of %2 differ',
        cells,
        rerun
      );
}

/** Says where a cell is now, at the place that it has left; both count from 0. */
export function leftInWords(
  trans: TranslationBundle,
  oldIndex: number,
  newIndex: number
): string {
  return trans.__('Cell %1 moved to cell %2', oldIndex + 1, newIndex + 1);
}

/** Says what differs in a file. */
export function fileInWords(trans: TranslationBundle, file: FileDiff): string {
  if (file.truncated !== null) {
    return trans.__('not compared');
  }
  if (file.counts !== null) {
    return countsInWords(trans, file.counts);
  }
  if (file.added === 0 && file.deleted === 0) {
    return file.change === 'renamed'
      ? trans.__('renamed')
      : file.oldMode !== file.newMode && file.oldMode * file.newMode !== 0
        ? trans.__('other mode')
        : trans.__('no line differs');
  }
  if (file.added !== null || file.deleted !== null) {
    return `+${file.added ?? 0} −${file.deleted ?? 0}`;
  }
  return file.kind === 'image' ? trans.__('image') : trans.__('binary');
}

/** Says what happened to a cell. */
export function changeInWords(
  trans: TranslationBundle,
  { change, moved }: CellChange
): string {
  const words = {
    added: trans.__('added'),
    deleted: trans.__('deleted'),
    edited: trans.__('edited'),
    moved: trans.__('moved'),
    'kind-changed': trans.__('of another type'),
    metadata: trans.__('other metadata'),
    attachments: trans.__('other attachments'),
    outputs: trans.__('rerun')
  }[change];
  return moved && change !== 'moved' ? trans.__('%1 and moved', words) : words;
}

/** Says which cell it is, counted from 1 as a person does. */
export function placeInWords(
  trans: TranslationBundle,
  { oldIndex, newIndex, moved }: CellChange
): string {
  if (moved && oldIndex !== null && newIndex !== null) {
    return trans.__('Cell %1 → %2', oldIndex + 1, newIndex + 1);
  }
  return trans.__('Cell %1', (newIndex ?? oldIndex ?? 0) + 1);
}

/** Gives "2 images, 1 text". */
export function outputsInWords(
  trans: TranslationBundle,
  outputs: readonly Output[]
): string {
  const images = outputs.filter(one => one.mime.startsWith('image/')).length;
  const errors = outputs.filter(one => one.kind === 'error').length;
  const texts = outputs.filter(
    one => one.mime === 'text/plain' && one.kind !== 'error'
  ).length;
  const others = outputs.length - images - errors - texts;
  const told = [
    images > 0 ? trans._n('%1 image', '%1 images', images) : '',
    texts > 0 ? trans._n('%1 text', '%1 texts', texts) : '',
    errors > 0 ? trans._n('%1 error', '%1 errors', errors) : '',
    others > 0 ? trans._n('%1 other', '%1 others', others) : ''
  ].filter(word => word !== '');
  return told.length === 0 ? trans.__('none') : told.join(', ');
}

/** Says what a side is. */
export function sideInWords(trans: TranslationBundle, side: string): string {
  switch (side) {
    case 'index':
      return trans.__('index');
    case 'working files':
      return trans.__('working file');
    case 'empty':
      return trans.__('nothing');
    default:
      return shortId(side);
  }
}

/** Names both sides, for a tab's title: "Working Tree", "HEAD ↔ Index", "a1b2c3d ↔ main". */
export function comparisonInWords(
  trans: TranslationBundle,
  { revisions, staged }: IComparison
): string {
  const here = staged ? trans.__('Index') : trans.__('Working Tree');
  const [only, other] = revisions.map(shortened);
  if (only === undefined) {
    return here;
  }
  // What is written as one names both sides.
  const isBoth = only.includes('..') || only.endsWith('^!');
  return isBoth ? only : trans.__('%1 ↔ %2', only, other ?? here);
}

/** Tells whether working files are compared, and with what is not one of them. */
export function hasWorkingFiles({ revisions, staged }: IComparison): boolean {
  const [only = '', ...others] = revisions;
  return (
    !staged &&
    others.length === 0 &&
    !only.includes('..') &&
    !only.endsWith('^!')
  );
}

function shortened(revision: string): string {
  return revision
    .replaceAll(/\b([0-9a-f]{7})[0-9a-f]{33,57}\b/g, '$1')
    .replaceAll(/(^|\.)refs\/(?:heads|remotes|tags)\//g, '$1');
}
