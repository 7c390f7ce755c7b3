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
  [1 as const, [-200, 48, 400], '3'],
  [-1 as const, [-200, 48, 400], '1'],
  [1 as const, [100, 500, 900], '1']
])('goes %d from where the view stands', (step, tops, reached) => {
  goToChange(view(CELLS, tops), step);
  expect(document.activeElement?.getAttribute('data-change')).toBe(reached);
});

it('stays at the last change', () => {
  const node = view(CELLS, [-500, -200, 48]);
  goToChange(node, 1);
  expect(document.activeElement).toBe(document.body);
});

it('stops once at a run of changed lines', () => {
  const lines =
    '<div class="cm-changedLine" tabindex="-1" id="a"></div>' +
    '<div class="cm-changedLine" tabindex="-1" id="b"></div><div></div>' +
    '<div class="cm-deletedChunk" tabindex="-1" id="c"></div>';
  goToChange(view(lines, [48, 60, 72, 84]), 1);
  expect(document.activeElement?.id).toBe('c');
});
