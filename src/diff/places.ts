/** Finds the changes in a view, and goes from one to the next. */

/** Room above a change that was gone to, in pixels. */
const ROOM = 48;

/** Goes to the next change below the top of the view, or to the one before. */
export function goToChange(node: HTMLElement, step: 1 | -1): void {
  const body = node.querySelector<HTMLElement>('.jp-mlgit-Diff-body');
  if (body === null) {
    return;
  }
  const top = body.getBoundingClientRect().top;
  const places = changesIn(body)
    .map(one => ({ one, y: one.getBoundingClientRect().top - top - ROOM }))
    .filter(({ y }) => (step > 0 ? y > 2 : y < -2));
  const next = step > 0 ? places[0] : places.at(-1);
  if (next !== undefined) {
    body.scrollBy({ top: next.y });
    next.one.focus({ preventScroll: true });
  }
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
