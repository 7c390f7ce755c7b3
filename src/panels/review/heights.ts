/**
 * Where the lines of a list begin: a notebook has one more for what differs in words, and another where a cell fails now;
 * a warning has its own.
 */
import type { FileDiff } from '../../api/schema';
import type { Item } from './items';

/** Pixels of a line, and of each further one, as the style sheet has them. */
export const HEIGHT = 24;
export const FURTHER = 18;

/** Tells whether what differs in a file takes a line of its own to say. */
export function isWordy(file: FileDiff): boolean {
  return file.counts !== null && file.change === 'modified';
}

/** Tells whether a cell fails now that did not before: that has a line of its own, too. */
export function isFailing(file: FileDiff): boolean {
  return isWordy(file) && (file.counts?.failing ?? 0) > 0;
}

/**
 * Gives where each line begins, and last where the list ends.
 *
 * @param items - the lines.
 * @param known - what is known of the files, by their keys.
 */
export function topsOf(
  items: readonly Item[],
  known: ReadonlyMap<string, FileDiff | null>
): readonly number[] {
  const tops = [0];
  let top = 0;
  for (const { key } of items) {
    top += HEIGHT + furtherLines(known.get(key) ?? null) * FURTHER;
    tops.push(top);
  }
  return tops;
}

function furtherLines(file: FileDiff | null): number {
  return file === null
    ? 0
    : Number(isWordy(file)) +
        Number(isFailing(file)) +
        Number(file.warnings.length > 0);
}

/** Gives the line at a height; the last one below all of them. */
export function lineAt(tops: readonly number[], y: number): number {
  let [low, high] = [0, Math.max(0, tops.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= y) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
