/** Measures what an eye would notice: words that run out of the panel, and words that can hardly be read. */
import type { Locator } from '@playwright/test';

/** The least contrast of text against its ground (WCAG 2.1, 1.4.3). */
const LEAST = 4.5;

/** Gives what reaches out of the panel sideways, by its class and words. */
export async function overflowing(panel: Locator): Promise<string[]> {
  return panel.evaluate(root => {
    const edge = root.getBoundingClientRect();
    const cutOff = (element: Element): boolean => {
      for (
        let above = element.parentElement;
        above !== null && above !== root;
        above = above.parentElement
      ) {
        if (getComputedStyle(above).textOverflow === 'ellipsis') {
          return true;
        }
      }
      return false;
    };
    return [...root.querySelectorAll<HTMLElement>('*')]
      .filter(element => {
        const box = element.getBoundingClientRect();
        const shown = box.width > 0 && box.height > 0;
        return (
          shown &&
          (box.right > edge.right + 1 || box.left < edge.left - 1) &&
          !cutOff(element)
        );
      })
      .map(
        element => `${element.className}: ${element.textContent.slice(0, 60)}`
      );
  });
}

/** Gives the texts whose contrast is too low, with the figure. What is switched off may be faint. */
export async function faint(panel: Locator): Promise<string[]> {
  return panel.evaluate((root, least) => {
    type Colour = [number, number, number, number];
    const parse = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(
        Number
      );
      return [r, g, b, a];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (index: 0 | 1 | 2): number =>
        top[index] * top[3] + below[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const groundOf = (element: Element | null): Colour => {
      if (element === null) {
        return [255, 255, 255, 1];
      }
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
    };
    const light = ([r, g, b]: Colour): number => {
      const part = (value: number): number => {
        const one = value / 255;
        return one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const found: string[] = [];
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      const own = [...element.childNodes]
        .filter(node => node.nodeType === Node.TEXT_NODE)
        .map(node => node.textContent?.trim() ?? '')
        .join(' ')
        .trim();
      const style = getComputedStyle(element);
      if (
        own === '' ||
        !element.checkVisibility({
          opacityProperty: true,
          visibilityProperty: true
        }) ||
        element.closest(':disabled') !== null
      ) {
        continue;
      }
      const ground = groundOf(element);
      const [a, b] = [light(over(parse(style.color), ground)), light(ground)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < least) {
        found.push(
          `${ratio.toFixed(2)} ${element.className}: ${own.slice(0, 50)}`
        );
      }
    }
    return [...new Set(found)];
  }, LEAST);
}
