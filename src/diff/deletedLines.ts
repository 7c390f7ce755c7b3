/** Marks in the deleted lines of the unified form, which are no text of the editor but stand between its lines. */
import { type Chunk, getChunks } from '@codemirror/merge';
import type { EditorView } from '@codemirror/view';
import { rangeIn } from './highlights';
import { spanOf, type IHit } from './parts';

/** What is to be marked, by places in the old text. */
export interface IDeletedMarks {
  readonly hits: readonly IHit[];
  /** Where the one begins that is looked at; null where there is none. */
  readonly current: number | null;
  /** Where the change begins that was gone to; null where none was. */
  readonly here: number | null;
}

/**
 * Marks the change that was gone to, as far as it is drawn.
 *
 * @returns what was found, as far as it is drawn, and the one that is looked at.
 */
export function markDeleted(
  view: EditorView,
  { hits, current, here }: IDeletedMarks
): { readonly ranges: readonly Range[]; readonly current: Range | null } {
  const chunks = getChunks(view.state)?.chunks ?? [];
  const ranges: Range[] = [];
  let found: Range | null = null;
  for (const drawn of view.dom.querySelectorAll('.cm-deletedChunk')) {
    const place = view.posAtDOM(drawn);
    const chunk = chunks.find(({ fromB }) => fromB === place);
    if (chunk === undefined) {
      continue;
    }
    drawn.classList.toggle(
      'jp-mlgit-Merge-here',
      here !== null && here >= chunk.fromA && here < chunk.toA
    );
    for (const hit of hits) {
      const range = rangeInDeleted(drawn, hit, chunk);
      if (range !== null) {
        ranges.push(range);
        if (hit.position === current) {
          found = range;
        }
      }
    }
  }
  return { ranges, current: found };
}

/** Gives a hit's place in drawn deleted lines; null where it is in others. */
function rangeInDeleted(drawn: Element, hit: IHit, chunk: Chunk): Range | null {
  const [from, to] = spanOf(hit);
  if (from < chunk.fromA || to > chunk.toA) {
    return null;
  }
  // Each line is an element; the line feeds are not drawn.
  let start = chunk.fromA;
  for (const line of drawn.querySelectorAll('.cm-deletedLine')) {
    const end = start + line.textContent.length;
    if (from <= end) {
      return rangeIn(line, from - start, Math.min(to, end) - start);
    }
    start = end + 1;
  }
  return null;
}
