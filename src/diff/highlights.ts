/**
 * Marks places of texts in the page without touching the page.
 *
 * What an editor draws it marks by itself; this is for all other text. A browser that knows no highlights marks nothing,
 * and still goes to what was found.
 */

const FOUND = 'mlgit-found';
const CURRENT = 'mlgit-current';

/** The marks of one part of a view. */
export class Highlights {
  /** Marks these places, and no others any more. */
  set(found: readonly Range[], current: Range | null): void {
    this.clear();
    this._ranges = [
      ...found.map(range => [FOUND, range] as const),
      ...(current === null ? [] : [[CURRENT, current] as const])
    ];
    for (const [name, range] of this._ranges) {
      named(name)?.add(range);
    }
  }

  /** Marks nothing any more. */
  clear(): void {
    for (const [name, range] of this._ranges) {
      named(name)?.delete(range);
    }
    this._ranges = [];
  }

  private _ranges: readonly (readonly [string, Range])[] = [];
}

/** Gives a place in the text of an element; null where the element has no such place any more. */
export function rangeIn(
  element: Element,
  from: number,
  to: number
): Range | null {
  const range = document.createRange();
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let start = 0;
  let begun = false;
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const end = start + (node.nodeValue ?? '').length;
    if (!begun && from < end) {
      range.setStart(node, from - start);
      begun = true;
    }
    if (begun && to <= end) {
      range.setEnd(node, to - start);
      return range;
    }
    start = end;
  }
  return null;
}

function named(name: string): Highlight | null {
  // Typed as if every browser had them.
  const known = globalThis.CSS as Partial<typeof CSS> | undefined;
  const all = known?.highlights;
  if (all === undefined) {
    return null;
  }
  const one = all.get(name) ?? new Highlight();
  if (!all.has(name)) {
    // What is looked at lies on top of what was found.
    one.priority = name === CURRENT ? 1 : 0;
    all.set(name, one);
  }
  return one;
}
