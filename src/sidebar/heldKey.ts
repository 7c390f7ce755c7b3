/**
 * Tells a key that is held down from one that is pressed.
 *
 * A key that is held comes again and again, and its command with it. A command learns that a key has called it, but not
 * that it was held: that is only known where the key itself is heard, which has to be before the application hears it.
 */
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** Listens to the keys; gives what tells, by a command's arguments, whether a held key has called it. */
export function heldKeys(): (args: ReadonlyPartialJSONObject) => boolean {
  let isHeld = false;
  window.addEventListener(
    'keydown',
    ({ repeat }) => {
      isHeld = repeat;
    },
    { capture: true }
  );
  return ({ _luminoEvent }) => _luminoEvent !== undefined && isHeld;
}
