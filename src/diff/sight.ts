/** Brings something into sight in the one part of a view that scrolls. */

/** Room above what was gone to, in pixels. */
export const ROOM = 48;

/** Times that a view is looked at again, because what an editor draws changes its height. */
const LOOKS = 3;

/** Gives the part of a view that scrolls, from the view or something in it. */
export function bodyOf(element: Element): HTMLElement | null {
  const body = '.jp-mlgit-Diff-body';
  return (
    element.closest<HTMLElement>(body) ??
    element.querySelector<HTMLElement>(body)
  );
}

/**
 * Scrolls until something is in sight.
 *
 * @param inside - an element of the view.
 * @param topOf - gives where it is on the screen, as far as that is known.
 * @param where - at the top of the view, or anywhere in it.
 */
export function bringIntoSight(
  inside: Element,
  topOf: () => number | null,
  where: 'top' | 'anywhere'
): void {
  const look = (left: number): void => {
    const body = bodyOf(inside);
    const top = topOf();
    if (body === null || !inside.isConnected) {
      return;
    }
    const y = top === null ? null : top - body.getBoundingClientRect().top;
    const seen = y !== null && y >= ROOM && y < body.clientHeight - ROOM;
    if (y !== null && (where === 'top' || !seen)) {
      const room = where === 'top' ? ROOM : body.clientHeight / 3;
      body.scrollBy({ top: y - room });
    }
    if (left > 0) {
      requestAnimationFrame(() => {
        look(left - 1);
      });
    }
  };
  look(LOOKS);
}
