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
  goToChange(view(CELLS, tops), step);
  expect(document.activeElement?.getAttribute('data-change')).toBe(reached);
});

it('goes through changes that all fit into the view, and stays at the ends', () => {
  const node = view(CELLS, [20, 100, 200]);
  const steps = ([1, 1, 1, 1, -1, -1, -1] as const).map(step => {
    goToChange(node, step);
    return document.activeElement?.getAttribute('data-change');
  });
  expect(steps).toEqual(['1', '2', '3', '3', '2', '1', '1']);
});

it('takes the two sides of a changed line for one, and a run of lines too', () => {
  const line = (id: string): string =>
    `<div class="cm-changedLine" tabindex="-1" id="${id}"></div>`;
  const lines = `${line('a')}${line('b')}<div></div>${line('c')}<div></div>${line('d')}`;
  const node = view(lines, [0, 12, 24, 36, 48, 0]);
  goToChange(node, 1);
  expect(document.activeElement?.id).toBe('a');
  goToChange(node, 1);
  expect(document.activeElement?.id).toBe('c');
});
