/** Finds what a person who works by keyboard, or by ear, cannot get at. */
import type { Locator } from '@playwright/test';

/** Roles that are of no use without a name. */
const NAMED =
  /^\s*- (button|checkbox|combobox|dialog|link|option|region|searchbox|spinbutton|textbox|toolbar)(?! ")/;

/** What the Tab key may stop at. */
const STOPS = 'button, input, select, textarea, a[href], [tabindex="0"]';

/** Gives the controls without a name, as a screen reader would read them. */
export async function nameless(part: Locator): Promise<string[]> {
  const tree = await part.ariaSnapshot();
  return tree.split('\n').filter(line => NAMED.test(line));
}

/**
 * Goes through a part of the page with the Tab key and gives the controls that it did not stop at.
 *
 * @param part - the part; the focus is put on its beginning.
 * @param except - controls that are reached in another way, as a selector.
 */
export async function unreached(
  part: Locator,
  except: string
): Promise<string[]> {
  const { keyboard } = part.page();
  await part.evaluate(root => {
    for (const stop of root.querySelectorAll('[data-reached]')) {
      stop.removeAttribute('data-reached');
    }
  });
  await part.focus();
  const most = (await part.locator(STOPS).count()) + 5;
  for (let step = 0; step < most; step++) {
    await keyboard.press('Tab');
    const inside = await part.evaluate(root => {
      const stop = document.activeElement;
      stop?.setAttribute('data-reached', '');
      return root.contains(stop);
    });
    if (!inside) {
      break;
    }
  }
  return part.evaluate(
    (root, { stops, except }) =>
      [...root.querySelectorAll<HTMLElement>(stops)]
        .filter(
          stop =>
            !stop.hasAttribute('data-reached') &&
            !stop.matches(':disabled') &&
            stop.closest(except) === null &&
            stop.getClientRects().length > 0
        )
        .map(stop => stop.getAttribute('aria-label') ?? stop.outerHTML),
    { stops: STOPS, except }
  );
}
