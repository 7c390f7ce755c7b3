/** Finds in an open notebook the cell that a difference shows. */

/** What is known of a cell. */
export interface ICellSeen {
  readonly id: string | null;
  readonly source: string;
}

/**
 * Gives the place of a cell, or null where there is no longer such a cell.
 *
 * The notebook may have been edited since it was compared: so its place counts only with the source that was shown, then
 * its id, then a source that no other cell has.
 */
export function placeOf(
  wanted: ICellSeen & { readonly index: number },
  cells: readonly ICellSeen[]
): number | null {
  const { index, id, source } = wanted;
  if (cells[index]?.source === source) {
    return index;
  }
  const same = cells.findIndex(one => id !== null && one.id === id);
  if (same >= 0) {
    return same;
  }
  const alike = cells.flatMap((one, at) => (one.source === source ? [at] : []));
  return alike.length === 1 ? (alike[0] ?? null) : null;
}
