/** Turns the server's hunks into what an editor can mark: runs of lines, and in them the words that differ. */
import { Change, presentableDiff } from '@codemirror/merge';
import type { Hunk } from '../api/schema';

/** A run of lines that was replaced, by line numbers from 0; one of the two may be empty. */
export interface IBlock {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Characters in a block beyond which single words are not looked for. */
const SCAN_LIMIT = 500;

/** Gives the runs of lines that hunks replace. */
export function blocksOf(hunks: readonly Hunk[]): readonly IBlock[] {
  const blocks: IBlock[] = [];
  for (const hunk of hunks) {
    // A hunk without lines on one side counts from the line before it.
    let oldLine = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    let newLine = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    let open: { oldFrom: number; newFrom: number } | null = null;
    const close = (): void => {
      if (open !== null) {
        blocks.push({ ...open, oldTo: oldLine, newTo: newLine });
        open = null;
      }
    };
    for (const { kind } of hunk.lines) {
      if (kind === 'context') {
        close();
      } else {
        open ??= { oldFrom: oldLine, newFrom: newLine };
      }
      oldLine += kind === 'added' ? 0 : 1;
      newLine += kind === 'deleted' ? 0 : 1;
    }
    close();
  }
  return blocks;
}

/**
 * Gives the changes that an editor marks.
 *
 * @param blocks - the runs of lines that differ.
 * @param a - the old text.
 * @param b - the new text.
 */
export function changesOf(
  blocks: readonly IBlock[],
  a: string,
  b: string
): readonly Change[] {
  const starts = lineStarts(a);
  const others = lineStarts(b);
  return blocks.flatMap(block => {
    const fromA = starts[block.oldFrom] ?? a.length;
    const toA = starts[block.oldTo] ?? a.length;
    const fromB = others[block.newFrom] ?? b.length;
    const toB = others[block.newTo] ?? b.length;
    if (fromA === toA || fromB === toB) {
      return [new Change(fromA, toA, fromB, toB)];
    }
    const inside = presentableDiff(a.slice(fromA, toA), b.slice(fromB, toB), {
      scanLimit: SCAN_LIMIT
    });
    return inside.map(
      one =>
        new Change(
          fromA + one.fromA,
          fromA + one.toA,
          fromB + one.fromB,
          fromB + one.toB
        )
    );
  });
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (
    let place = text.indexOf('\n');
    place >= 0;
    place = text.indexOf('\n', place + 1)
  ) {
    starts.push(place + 1);
  }
  return starts;
}
