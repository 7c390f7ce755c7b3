/**
 * What stands in a view of differences, from top to bottom: editors and texts, each of which can be searched.
 *
 * Each part adds itself while it is in the page, so that nobody else needs to know what a view is made of.
 */
import { Signal } from '@lumino/signaling';

/** A place that was found. */
export interface IHit {
  readonly text: string;
  /** Where it begins in its text. */
  readonly position: number;
}

/** Some lines that differ. */
export interface ILines {
  /** Gives where they begin on the screen; for what is far away, about where. */
  readonly top: () => number;
  /** Brings them into sight and marks them. */
  readonly go: () => void;
}

/** A part of a view. */
export interface IPart {
  /** Where it stands in the page. */
  readonly node: HTMLElement;
  /** What differs in it, from top to bottom; the same objects as long as it is there. */
  readonly lines: readonly ILines[];
  /** Takes the mark away from lines that were gone to. */
  leaveLines(): void;
  /** Finds what is meant, from top to bottom, and marks all of it; null marks nothing any more. */
  find(query: RegExp | null): readonly IHit[];
  /** Marks one of the places as the one that is looked at; on demand brings it into sight, unfolding what hides it. */
  show(hit: IHit, inSight: boolean): void;
  /** Takes that mark away again. */
  leave(): void;
  /** Gives where one of the places is on the screen; for what is far away or folded, about where. */
  topOf(hit: IHit): number;
}

/** The parts of one view. */
export class Parts {
  /** Emitted when parts have come or gone. */
  readonly changed = new Signal<this, void>(this);

  /** Gives them from top to bottom. */
  get all(): readonly IPart[] {
    return [...this._parts].sort(inPage);
  }

  /** Adds a part; what it gives takes it away again. */
  add(part: IPart): () => void {
    this._parts.add(part);
    this.changed.emit();
    return () => {
      this._parts.delete(part);
      this.changed.emit();
    };
  }

  private readonly _parts = new Set<IPart>();
}

/** Gives all matches in a text. */
export function hitsIn(query: RegExp, text: string): readonly IHit[] {
  // The query is shared, and remembers where it was.
  const search = new RegExp(query.source, query.flags);
  return Array.from(text.matchAll(search))
    .filter(([found]) => found !== '')
    .map(match => ({ text: match[0], position: match.index }));
}

/** Gives from and to of a place that was found. */
export function spanOf({ position, text }: IHit): readonly [number, number] {
  return [position, position + text.length];
}

function inPage(one: IPart, other: IPart): number {
  const place = one.node.compareDocumentPosition(other.node);
  return (place & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    ? -1
    : (place & Node.DOCUMENT_POSITION_PRECEDING) !== 0
      ? 1
      : 0;
}
