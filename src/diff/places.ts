/** Goes from one change of a view to the next. */
import type { IPart, Parts } from './parts';
import { bodyOf, ROOM } from './sight';

/** A change, where it is, and the way to it. */
interface IPlace {
  /** Tells it from all others. */
  readonly key: object;
  /** The cell that it is, or lies in; null in a text. */
  readonly cell: HTMLElement | null;
  /** Pixels below the top of what scrolls. */
  readonly y: number;
  readonly go: () => void;
}

/** The change that was gone to last in each view; lines of a text can't have the focus. */
const last = new WeakMap<HTMLElement, object>();

/**
 * Goes to the next change, or the one before.
 *
 * It counts from the change that has the focus or was gone to last, as long as that is in sight: where all changes fit
 * into the view nothing scrolls. Otherwise it counts from the top of the view.
 */
export function goToChange(
  node: HTMLElement,
  parts: Parts,
  step: 1 | -1
): void {
  const body = bodyOf(node);
  if (body === null) {
    return;
  }
  const places = placesIn(body, parts);
  const inSight = ({ y }: IPlace): boolean => y >= 0 && y < body.clientHeight;
  const gone = places.findIndex(one => one.key === last.get(body));
  const focused = places.findIndex(
    ({ cell }) => cell?.contains(document.activeElement) === true
  );
  const there = places[gone];
  const stays =
    there !== undefined &&
    inSight(there) &&
    (focused < 0 || there.cell === places[focused]?.cell);
  const from = stays ? gone : focused;
  const next =
    from >= 0
      ? places[from + step]
      : step > 0
        ? places.find(({ y }) => y >= 0)
        : places.filter(({ y }) => y < 0).at(-1);
  if (next !== undefined) {
    last.set(body, next.key);
    parts.all.forEach(one => {
      one.leaveLines();
    });
    next.go();
  }
}

/** Gives the changes from top to bottom: cells, and in a text or in a cell that is higher than the view its lines. */
function placesIn(body: HTMLElement, parts: Parts): readonly IPlace[] {
  const { top } = body.getBoundingClientRect();
  const cells = Array.from(body.querySelectorAll<HTMLElement>('[data-change]'));
  const linesOf = (
    { lines }: IPart,
    cell: HTMLElement | null
  ): readonly IPlace[] =>
    lines.map(one => ({ key: one, cell, y: one.top() - top, go: one.go }));
  if (cells.length === 0) {
    return parts.all.flatMap(one => linesOf(one, null));
  }
  return cells.flatMap(cell => {
    const box = cell.getBoundingClientRect();
    const y = box.top - top;
    const place: IPlace = {
      key: cell,
      cell,
      y,
      go: () => {
        body.scrollBy({ top: y - ROOM });
        cell.focus({ preventScroll: true });
      }
    };
    if (box.height <= body.clientHeight) {
      return [place];
    }
    // The first lines are in sight with the cell's beginning.
    const below = parts.all
      .filter(one => cell.contains(one.node))
      .flatMap(one => linesOf(one, cell))
      .filter(one => one.y - y > body.clientHeight / 2);
    return [place, ...below];
  });
}
