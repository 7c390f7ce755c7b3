/** Differences as the server sends them, with what a test doesn't care about filled in. */
import type {
  CellChange,
  CellCounts,
  CellText,
  FileDiff,
  FileSide,
  FileSides,
  Hunk,
  Line,
  Output,
  ReviewWarning,
  StatusChange
} from '../api/schema';

/** Gives a hunk; each line begins with ` `, `-` or `+`, as in a patch. */
export function aHunk(
  oldStart: number,
  newStart: number,
  lines: readonly string[]
): Hunk {
  const kinds: Record<string, Line['kind']> = { '-': 'deleted', '+': 'added' };
  const made = lines.map(line => ({
    kind: kinds[line.charAt(0)] ?? ('context' as const),
    text: line.slice(1),
    marks: [],
    noNewline: false
  }));
  return {
    n: 1,
    oldStart,
    oldLines: made.filter(({ kind }) => kind !== 'added').length,
    newStart,
    newLines: made.filter(({ kind }) => kind !== 'deleted').length,
    heading: '',
    lines: made
  };
}

export function aCellChange(change: Partial<CellChange> = {}): CellChange {
  return {
    n: 1,
    change: 'edited',
    moved: false,
    oldIndex: 0,
    newIndex: 0,
    id: null,
    kind: 'code',
    oldKind: 'code',
    hunks: [],
    metadata: [],
    attachments: [],
    outputs: null,
    fails: null,
    ...change
  };
}

export function aCellCount(change: Partial<CellCounts> = {}): CellCounts {
  return {
    added: 0,
    deleted: 0,
    kindChanged: 0,
    edited: 0,
    moved: 0,
    metadata: 0,
    attachments: 0,
    outputs: 0,
    rerun: 0,
    unchanged: 0,
    failing: 0,
    errors: [],
    ...change
  };
}

export function anOutput(change: Partial<Output> = {}): Output {
  return {
    n: 1,
    kind: 'display_data',
    mime: 'text/plain',
    forms: ['text/plain'],
    size: 5,
    name: '',
    sameAs: null,
    ...change
  };
}

export function aFileDiff(change: Partial<FileDiff> = {}): FileDiff {
  return {
    path: 'train.py',
    oldPath: null,
    change: 'modified',
    kind: 'text',
    oldMode: 0o100644,
    newMode: 0o100644,
    oldSize: 10,
    newSize: 12,
    added: 1,
    deleted: 1,
    hunks: [],
    cells: [],
    warnings: [],
    metadata: [],
    counts: null,
    conflict: false,
    note: null,
    pair: null,
    truncated: null,
    content: 'content-1',
    ...change
  };
}

export function aWarning(change: Partial<ReviewWarning> = {}): ReviewWarning {
  return {
    rule: 'normalisation',
    severity: 'high',
    path: 'train.ipynb',
    message: 'normalisation removed',
    silence: '# mlgit: ignore[normalisation]',
    cell: 3,
    line: 2,
    oldLine: 4,
    ...change
  };
}

export function aSide(change: Partial<FileSide> = {}): FileSide {
  return { text: null, cells: null, image: null, language: null, ...change };
}

export function someSides(change: Partial<FileSides> = {}): FileSides {
  return {
    old: 'index',
    new: 'working files',
    diff: aFileDiff(),
    oldSide: aSide({ text: 'a\n' }),
    newSide: aSide({ text: 'b\n' }),
    ...change
  };
}

/** Gives cells of which only the source matters. */
export function cellsOf(...sources: readonly string[]): readonly CellText[] {
  return sources.map(source => ({ kind: 'code', source, id: null }));
}

export function aStatusChange(
  change: Partial<StatusChange> = {}
): StatusChange {
  return {
    path: 'train.py',
    oldPath: null,
    index: null,
    worktree: 'modified',
    conflict: null,
    kind: 'text',
    unsure: false,
    ...change
  };
}
