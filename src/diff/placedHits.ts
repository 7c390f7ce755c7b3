/** Finds words in two texts that are shown beside or above each other. */
import type { IPlacedBlock } from './blocks';
import { hitsIn, spanOf, type IHit } from './parts';

/** A place that was found in one of the two. */
export interface IPlacedHit extends IHit {
  readonly old: boolean;
  /** For the order on the screen: where it stands in the new text, and below what. */
  readonly order: readonly [number, number];
}

/** What was found. */
export interface IFound {
  /** All of it, in each of the texts. */
  readonly olds: readonly IHit[];
  readonly news: readonly IHit[];
  /** From top to bottom; what did not change stands on both sides, and is one find. */
  readonly hits: readonly IPlacedHit[];
}

/**
 * Finds what is meant; null finds nothing.
 *
 * @param blocks - what differs.
 */
export function foundIn(
  query: RegExp | null,
  texts: { readonly oldText: string; readonly newText: string },
  blocks: readonly IPlacedBlock[]
): IFound {
  const olds = query === null ? [] : hitsIn(query, texts.oldText);
  const news = query === null ? [] : hitsIn(query, texts.newText);
  const deleted = between(olds, blocks, 'old').map(([hit, block]) => ({
    ...hit,
    old: true,
    order: [block.new[0], 0] as const
  }));
  const inBlock = new Map(between(news, blocks, 'new'));
  const rest = news.map(hit => {
    const block = inBlock.get(hit);
    return {
      ...hit,
      old: false,
      order: [
        block === undefined ? hit.position : block.new[0],
        block === undefined ? 2 : 1
      ] as const
    };
  });
  const hits = [...deleted, ...rest].sort(
    (a, b) =>
      a.order[0] - b.order[0] ||
      a.order[1] - b.order[1] ||
      a.position - b.position
  );
  return { olds, news, hits };
}

/** Gives the hits that touch a changed line, each with its block. */
function between(
  hits: readonly IHit[],
  blocks: readonly IPlacedBlock[],
  side: 'old' | 'new'
): readonly (readonly [IHit, IPlacedBlock])[] {
  let next = 0;
  return hits.flatMap(hit => {
    const [from, to] = spanOf(hit);
    while ((blocks[next]?.[side][1] ?? Infinity) <= from) {
      next++;
    }
    const block = blocks[next];
    return block !== undefined && block[side][0] < Math.min(to, block[side][1])
      ? [[hit, block]]
      : [];
  });
}
