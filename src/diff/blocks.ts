/** Turns the server's hunks into what an editor can mark: runs of lines, and in them the words that differ. */
import { Change, Chunk } from '@codemirror/merge';
import { Text } from '@codemirror/state';
import type { Hunk } from '../api/schema';

/** From and to, in a text or in a line. */
export type Span = readonly [number, number];

/** A run of lines that was replaced, by line numbers from 0; one of the two may be empty. */
export interface IBlock {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
  /** The words that differ in each old line, and in each new one; none in a line that differs as a whole. */
  readonly oldWords: readonly (readonly Span[])[];
  readonly newWords: readonly (readonly Span[])[];
}

/** A block by its places in both texts. The ends lie at the beginning of a line, or at the end of the text. */
export interface IPlacedBlock {
  readonly old: Span;
  readonly new: Span;
  /** The words that differ. */
  readonly oldWords: readonly Span[];
  readonly newWords: readonly Span[];
}

/** Gives the runs of lines that hunks replace. */
export function blocksOf(hunks: readonly Hunk[]): readonly IBlock[] {
  const blocks: IBlock[] = [];
  for (const hunk of hunks) {
    // A hunk without lines on one side counts from the line before it.
    let oldLine = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    let newLine = hunk.newLines === 0 ? hunk.newStart : hunk.newStart - 1;
    let oldWords: (readonly Span[])[] = [];
    let newWords: (readonly Span[])[] = [];
    const close = (): void => {
      if (oldWords.length > 0 || newWords.length > 0) {
        blocks.push({
          oldFrom: oldLine - oldWords.length,
          oldTo: oldLine,
          newFrom: newLine - newWords.length,
          newTo: newLine,
          oldWords,
          newWords
        });
        [oldWords, newWords] = [[], []];
      }
    };
    for (const { kind, marks = [] } of hunk.lines) {
      if (kind === 'context') {
        close();
      } else if (kind === 'deleted') {
        oldWords.push(marks);
      } else {
        newWords.push(marks);
      }
      oldLine += kind === 'added' ? 0 : 1;
      newLine += kind === 'deleted' ? 0 : 1;
    }
    close();
  }
  return blocks;
}

/** Finds where blocks lie in the two texts. */
export function placed(
  blocks: readonly IBlock[],
  a: string,
  b: string
): readonly IPlacedBlock[] {
  const olds = lineStarts(a);
  const news = lineStarts(b);
  const words = (
    lines: readonly (readonly Span[])[],
    first: number,
    starts: readonly number[]
  ): readonly Span[] =>
    lines.flatMap((spans, index) => {
      const start = starts[first + index] ?? 0;
      return spans.map(([from, to]): Span => [start + from, start + to]);
    });
  return blocks.map(block => ({
    old: [
      olds[block.oldFrom] ?? a.length,
      olds[block.oldTo] ?? a.length
    ] as const,
    new: [
      news[block.newFrom] ?? b.length,
      news[block.newTo] ?? b.length
    ] as const,
    oldWords: words(block.oldWords, block.oldFrom, olds),
    newWords: words(block.newWords, block.newFrom, news)
  }));
}

/** How far two texts are compared that the server has not compared; past that, what differs is told in less detail. */
const EFFORT = { scanLimit: 2000, timeout: 100 };

/** Compares two texts here, each of whose lines has its end. */
export function compared(a: string, b: string): readonly IPlacedBlock[] {
  const textOf = (text: string): Text => Text.of(text.split('\n'));
  return Chunk.build(textOf(a), textOf(b), EFFORT).map(chunk => {
    const { fromA, fromB, changes } = chunk;
    const [toA, toB] = [
      Math.min(chunk.toA, a.length),
      Math.min(chunk.toB, b.length)
    ];
    // Of lines that have nothing in common no words are marked.
    const isWhole = changes.some(
      one =>
        one.toA - one.fromA >= toA - fromA - 1 ||
        one.toB - one.fromB >= toB - fromB - 1
    );
    const marked = isWhole ? [] : changes;
    return {
      old: [fromA, toA],
      new: [fromB, toB],
      oldWords: marked.map((one): Span => [fromA + one.fromA, fromA + one.toA]),
      newWords: marked.map((one): Span => [fromB + one.fromB, fromB + one.toB])
    };
  });
}

/** Gives the whole lines that differ, from which the merging package makes its chunks. */
export function linesOf(blocks: readonly IPlacedBlock[]): readonly Change[] {
  return blocks.map(
    one => new Change(one.old[0], one.old[1], one.new[0], one.new[1])
  );
}

/**
 * Ends the last line, which a cell's source leaves open.
 *
 * For the server it is a line like the others. Without its end, the merging package takes what is added behind it for
 * an edit of it.
 */
export function ended(source: string): string {
  return source === '' ? '' : `${source}\n`;
}

/** Where a chunk of the merging package lies. */
export interface IExtent {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/**
 * Gives for each chunk the words to mark in it, relative to its beginning.
 *
 * A chunk holds one block, or some that only an empty line keeps apart. The merging package pairs old and new words; it
 * marks each side by itself, so any pairing in their order will do.
 */
export function wordsOf(
  chunks: readonly IExtent[],
  blocks: readonly IPlacedBlock[]
): readonly (readonly Change[])[] {
  let next = 0;
  return chunks.map(({ fromA, toA, fromB, toB }) => {
    const first = next;
    for (; next < blocks.length; next++) {
      const block = blocks[next];
      if (block === undefined || block.old[1] > toA || block.new[1] > toB) {
        break;
      }
    }
    const held = blocks.slice(first, next);
    const olds = held.flatMap(one => one.oldWords);
    const news = held.flatMap(one => one.newWords);
    return Array.from(
      { length: Math.max(olds.length, news.length) },
      (_, n) => {
        const [a0, a1] = olds[n] ?? [toA, toA];
        const [b0, b1] = news[n] ?? [toB, toB];
        return new Change(a0 - fromA, a1 - fromA, b0 - fromB, b1 - fromB);
      }
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
