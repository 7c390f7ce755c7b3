/** Says of a file what its lines alone don't show: modes, line ends, an empty file. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { FileDiff, Line } from '../api/schema';

const EXECUTABLE = 0o100755;
const LINK = 0o120000;
const SUBMODULE = 0o160000;

/** Tells whether a text has no line that differs, so that there is nothing to show of it. */
export function isSameText({ added, deleted }: FileDiff): boolean {
  return added === 0 && deleted === 0;
}

/** Gives the remarks, a sentence each. */
export function remarksOn(
  trans: TranslationBundle,
  diff: FileDiff
): readonly string[] {
  return [
    ...modeRemarks(trans, diff),
    ...sizeRemarks(trans, diff),
    ...endRemarks(trans, diff)
  ];
}

function modeRemarks(
  trans: TranslationBundle,
  { oldMode, newMode }: FileDiff
): readonly string[] {
  if (oldMode === newMode || oldMode === 0 || newMode === 0) {
    return [];
  }
  const words = (mode: number): string => {
    switch (mode) {
      case EXECUTABLE:
        return trans.__('executable');
      case LINK:
        return trans.__('symbolic link');
      case SUBMODULE:
        return trans.__('submodule');
      default:
        return trans.__('file');
    }
  };
  return [
    trans.__(
      'Mode %1 → %2 (%3 → %4)',
      oldMode.toString(8),
      newMode.toString(8),
      words(oldMode),
      words(newMode)
    )
  ];
}

function sizeRemarks(
  trans: TranslationBundle,
  diff: FileDiff
): readonly string[] {
  const { change, kind, oldSize, newSize } = diff;
  if (kind === 'submodule') {
    return [];
  }
  if (change === 'deleted') {
    return [
      oldSize === 0
        ? trans.__('An empty file was deleted.')
        : trans.__('The file was deleted.')
    ];
  }
  if (change === 'added' || change === 'untracked') {
    return newSize === 0 ? [trans.__('An empty file was added.')] : [];
  }
  if (isSameText(diff) && diff.cells.length + diff.metadata.length === 0) {
    return [trans.__('The content is the same.')];
  }
  if (newSize === 0) {
    return [trans.__('The file is still there, and empty now.')];
  }
  return oldSize === 0 ? [trans.__('The file was empty before.')] : [];
}

function endRemarks(
  trans: TranslationBundle,
  { hunks, change }: FileDiff
): readonly string[] {
  if (change !== 'modified' && change !== 'renamed') {
    return [];
  }
  const lines = hunks.flatMap(one => one.lines);
  const ends = (without: Line['kind']): boolean =>
    lines.some(({ kind, noNewline }) => noNewline && kind !== without);
  const [old, now] = [ends('added'), ends('deleted')];
  return [
    ...(old && !now ? [trans.__('The last line had no line end before.')] : []),
    ...(now && !old ? [trans.__('The last line has no line end now.')] : []),
    ...(hunks.some(one => otherEnds(one.lines))
      ? [trans.__('Some lines differ only in their line ends (CRLF or LF).')]
      : [])
  ];
}

/** Tells whether a line stands on both sides, once with a carriage return and once without. */
function otherEnds(lines: readonly Line[]): boolean {
  const deleted = new Set(
    lines.filter(({ kind }) => kind === 'deleted').map(({ text }) => text)
  );
  return lines.some(
    ({ kind, text }) =>
      kind === 'added' &&
      (text.endsWith('\r')
        ? deleted.has(text.slice(0, -1))
        : deleted.has(`${text}\r`))
  );
}
