/** Texts outside of editors that can be searched: sources that did not change, and outputs. */
import React from 'react';
import { Highlights, rangeIn } from './highlights';
import { hitsIn, type IHit, type IPart, type Parts } from './parts';
import { bringIntoSight } from './sight';

interface ITextHit extends IHit {
  /** Of the texts, which one. */
  readonly at: number;
}

/** Where the texts stand: below a cell of theirs there may be outputs, which are parts of their own. */
const TEXTS = ':scope > pre, :scope > section > pre';

/** Some texts, each in a `pre` of an element; they may be folded away, with no such elements then. */
export class TextPart implements IPart {
  /**
   * @param node - the element.
   * @param _texts - what its `pre` elements show.
   * @param _unfold - draws them.
   */
  constructor(
    readonly node: HTMLElement,
    private readonly _texts: readonly string[],
    private readonly _unfold: () => void
  ) {}

  /** Always empty: it is what did not change, or an output. */
  readonly lines = [];

  leaveLines(): void {
    // There are none.
  }

  find(query: RegExp | null): readonly ITextHit[] {
    this._hits =
      query === null
        ? []
        : this._texts.flatMap((text, at) =>
            hitsIn(query, text).map(hit => ({ ...hit, at }))
          );
    this._current = null;
    this._mark();
    return this._hits;
  }

  show(hit: ITextHit, inSight: boolean): void {
    this._current = hit;
    this._wanted = inSight;
    if (inSight) {
      this._unfold();
    }
    this.drawn();
  }

  leave(): void {
    this._current = null;
    this._mark();
  }

  topOf(): number {
    return this.node.getBoundingClientRect().top;
  }

  /** Follows what was drawn. */
  drawn(): void {
    const range = this._mark();
    const texts = range?.startContainer.parentElement?.closest('pre') ?? null;
    if (range === null || texts === null || !this._wanted) {
      return;
    }
    this._wanted = false;
    const box = texts.getBoundingClientRect();
    const place = range.getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) {
      texts.scrollTop += place.top - box.top - box.height / 3;
    }
    bringIntoSight(
      this.node,
      () => range.getBoundingClientRect().top,
      'anywhere'
    );
  }

  /** Takes all marks away. */
  dispose(): void {
    this._highlights.clear();
  }

  /** Marks what was found, and gives the place that is looked at, where it is drawn. */
  private _mark(): Range | null {
    const texts = this.node.querySelectorAll<HTMLPreElement>(TEXTS);
    let current: Range | null = null;
    const ranges = this._hits.flatMap(hit => {
      const text = texts.item(hit.at) as HTMLPreElement | null;
      const range =
        text && rangeIn(text, hit.position, hit.position + hit.text.length);
      if (hit === this._current) {
        current = range;
      }
      return range === null ? [] : [range];
    });
    this._highlights.set(ranges, current);
    return current;
  }

  private readonly _highlights = new Highlights();
  private _hits: readonly ITextHit[] = [];
  private _current: ITextHit | null = null;
  /** Whether it is still to be brought into sight. */
  private _wanted = false;
}

/**
 * Lets the texts of an element be searched.
 *
 * @param parts - the parts of the view.
 * @param texts - what its `pre` elements show; the same array as long as nothing changed.
 * @param open - whether they are drawn.
 * @param unfold - draws them.
 */
export function useTextPart(
  parts: Parts,
  texts: readonly string[],
  open: boolean,
  unfold: () => void
): React.RefObject<HTMLDivElement> {
  const host = React.useRef<HTMLDivElement>(null);
  const part = React.useRef<TextPart | null>(null);
  const latest = React.useRef(unfold);
  latest.current = unfold;
  React.useEffect(() => {
    const node = host.current;
    if (node === null) {
      return;
    }
    const made = new TextPart(node, texts, () => {
      latest.current();
    });
    part.current = made;
    const remove = parts.add(made);
    return () => {
      part.current = null;
      remove();
      made.dispose();
    };
  }, [parts, texts]);
  React.useEffect(() => {
    part.current?.drawn();
  }, [open]);
  return host;
}
