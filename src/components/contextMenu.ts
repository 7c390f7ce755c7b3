/** Opens a menu where the pointer is, or at the row that has the focus. */
import type React from 'react';

/** Makes the handler of a row; the menu is opened at a point of the page. */
export function onContextMenu(
  open: (x: number, y: number) => void
): (event: React.MouseEvent) => void {
  return event => {
    event.preventDefault();
    event.stopPropagation();
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    // From the keyboard it comes without a place.
    const placed = event.clientX > 0 || event.clientY > 0;
    open(placed ? event.clientX : left, placed ? event.clientY : bottom);
  };
}
