import { Parts, type IPart } from './parts';
import { goToChange } from './places';

/** Makes a view whose parts stand so far below its top. */
function view(html: string, tops: readonly number[]): HTMLElement {
  const node = document.createElement('div');
  const body = document.createElement('div');
  body.className = 'jp-mlgit-Diff-body';
  // Only the tests' own texts.
  body.append(
    ...Array.from(
      new DOMParser().parseFromString(html, 'text/html').body.childNodes
    )
  );
  body.scrollBy = jest.fn();
  node.append(body);
  document.body.replaceChildren(node);
  Array.from(body.children).forEach((child, index) => {
    child.getBoundingClientRect = () => new DOMRect(0, tops[index], 10, 10);
  });
  return node;
}

class Rect {
  constructor(
    readonly x: number,
    readonly top: number
  ) {}
}

beforeAll(() => {
  Object.assign(globalThis, { DOMRect: Rect });
});

const CELLS = [1, 2, 3]
  .map(n => `<section data-change="${n}" tabindex="-1"></section>`)
  .join('');

it.each([
  [1 as const, [-200, 48, 400], '2'],
  [-1 as const, [-200, 48, 400], '1'],
  [1 as const, [100, 500, 900], '1']
])('goes %d from where the view stands', (step, tops, reached) => {
  goToChange(view(CELLS, tops), new Parts(), step);
  expect(document.activeElement?.getAttribute('data-change')).toBe(reached);
});

it('goes through changes that all fit into the view, and stays at the ends', () => {
  const node = view(CELLS, [20, 100, 200]);
  const steps = ([1, 1, 1, 1, -1, -1, -1] as const).map(step => {
    goToChange(node, new Parts(), step);
    return document.activeElement?.getAttribute('data-change');
  });
  expect(steps).toEqual(['1', '2', '3', '3', '2', '1', '1']);
});

/** Makes an editor of so many changed lines, and says which of them were gone to. */
function editor(
  node: HTMLElement,
  tops: readonly number[]
): { readonly parts: Parts; readonly gone: readonly number[] } {
  const gone: number[] = [];
  const part: IPart = {
    node,
    lines: tops.map((top, n) => ({
      top: () => top,
      go: () => {
        gone.push(n);
      }
    })),
    leaveLines: jest.fn(),
    find: () => [],
    show: jest.fn(),
    leave: jest.fn(),
    topOf: () => 0
  };
  const parts = new Parts();
  parts.add(part);
  return { parts, gone };
}

it('goes through the lines of a text, drawn or not', () => {
  const node = view('<div></div>', [0]);
  const { parts, gone } = editor(node, [0, 36, 90_000]);
  const body = node.querySelector<HTMLElement>('.jp-mlgit-Diff-body');
  Object.defineProperty(body, 'clientHeight', { value: 100_000 });
  for (const step of [1, 1, 1, 1, -1] as const) {
    goToChange(node, parts, step);
  }
  expect(gone).toEqual([0, 1, 2, 1]);
});

it('goes on within a cell that is higher than the view', () => {
  const node = view(CELLS, [0, 9000, 9100]);
  const body = node.querySelector<HTMLElement>('.jp-mlgit-Diff-body');
  const [cell, second] = Array.from(body?.children ?? []) as HTMLElement[];
  if (body === null || cell === undefined) {
    throw new Error('There is no cell.');
  }
  Object.defineProperty(body, 'clientHeight', { value: 400 });
  cell.getBoundingClientRect = () => ({ top: 0, height: 9000 }) as DOMRect;
  const { parts, gone } = editor(cell, [10, 390]);
  goToChange(node, parts, 1);
  expect(document.activeElement).toBe(cell);
  goToChange(node, parts, 1);
  expect(gone).toEqual([1]);
  goToChange(node, parts, 1);
  expect(document.activeElement).toBe(second);
});
