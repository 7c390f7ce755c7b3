/** Finds the changes in a view, and goes from one to the next. */

/** Room above a change that was gone to, in pixels. */
const ROOM = 48;

/** Pixels by which two sides of one change may be apart. */
const SAME = 2;

/** The change that was gone to last in each view; lines of a text can't have the focus. */
const last = new WeakMap<HTMLElement, HTMLElement>();

/**
 * Goes to the next change, or the one before.
 *
 * It counts from the change that has the focus or was gone to last, as long as that is in sight: where all changes fit
 * into the view nothing scrolls. Otherwise it counts from the top of the view.
 */
export function goToChange(node: HTMLElement, step: 1 | -1): void {
  const body = node.querySelector<HTMLElement>('.jp-mlgit-Diff-body');
  if (body === null) {
    return;
  }
  const places = placesIn(body);
  const focused = places.findIndex(({ one }) =>
    one.contains(document.activeElement)
  );
  const from =
    focused >= 0
      ? focused
      : places.findIndex(
          ({ one, y }) =>
            one === last.get(body) && y >= 0 && y < body.clientHeight
        );
  const next =
    from >= 0
      ? places[from + step]
      : step > 0
        ? places.find(({ y }) => y >= 0)
        : places.filter(({ y }) => y < 0).at(-1);
  if (next !== undefined) {
    last.set(body, next.one);
    body.scrollBy({ top: next.y - ROOM });
    next.one.focus({ preventScroll: true });
  }
}

/** Gives the changes from top to bottom; what stands on both sides at one height is one. */
function placesIn(
  body: HTMLElement
): readonly { readonly one: HTMLElement; readonly y: number }[] {
  const { top } = body.getBoundingClientRect();
  return changesIn(body)
    .map(one => ({ one, y: one.getBoundingClientRect().top - top }))
    .sort((a, b) => a.y - b.y)
    .filter((place, n, all) => place.y - (all[n - 1]?.y ?? -Infinity) > SAME);
}

/** Gives the changed cells, or the changed lines of a text. */
function changesIn(body: HTMLElement): readonly HTMLElement[] {
  const cells = Array.from(body.querySelectorAll<HTMLElement>('[data-change]'));
  if (cells.length > 0) {
    return cells;
  }
  const lines = Array.from(
    body.querySelectorAll<HTMLElement>('.cm-changedLine, .cm-deletedChunk')
  );
  // Of a run of lines, the first.
  return lines.filter(line => {
    const before = line.previousElementSibling;
    return !(
      before?.classList.contains('cm-changedLine') === true ||
      before?.classList.contains('cm-deletedChunk') === true
    );
  });
}
