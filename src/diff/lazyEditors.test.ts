import { aHunk } from '../testing/diffFixtures';
import type { IEditorsOptions } from './editorViews';
import { LazyEditors } from './lazyEditors';

const OPTIONS: IEditorsOptions = {
  oldText: 'import torch\nlr = 1e-4\n',
  newText: 'import torch\nlr = 3e-4\n',
  hunks: [aHunk(1, 1, [' import torch', '-lr = 1e-4', '+lr = 3e-4'])],
  layout: 'split',
  wrap: true,
  unfolded: false,
  language: null,
  oldLabel: 'before',
  newLabel: 'after',
  folded: () => ''
};

let observed: Set<Element>;
/** Says what is seen; of the editors' own observers nothing is told. */
let tell: ((entries: readonly Element[]) => void) | null;

class FakeObserver {
  constructor(
    callback: (
      entries: readonly { isIntersecting: boolean; target: Element }[]
    ) => void
  ) {
    tell ??= seen => {
      callback(seen.map(target => ({ isIntersecting: true, target })));
    };
  }
  observe(target: Element): void {
    observed.add(target);
  }
  disconnect(): void {
    // Only the editors' own ones are.
  }
  unobserve(target: Element): void {
    observed.delete(target);
  }
}

/** Gives elements in a view of their own. */
function places(count: number): readonly HTMLElement[] {
  const body = document.body.appendChild(document.createElement('div'));
  body.className = 'jp-mlgit-Diff-body';
  body.scrollBy = () => undefined;
  return Array.from({ length: count }, () =>
    body.appendChild(document.createElement('div'))
  );
}

function made(place: HTMLElement | undefined): number {
  return place?.querySelectorAll('.cm-editor').length ?? 0;
}

beforeEach(() => {
  observed = new Set();
  tell = null;
  Object.assign(globalThis, { IntersectionObserver: FakeObserver });
});

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'IntersectionObserver');
});

it('makes no editor before it is seen, and keeps room for it', () => {
  const [first, second] = places(2) as [HTMLElement, HTMLElement];
  const one = new LazyEditors(first, OPTIONS);
  const other = new LazyEditors(second, OPTIONS);
  expect([made(first), made(second)]).toEqual([0, 0]);
  expect(second.style.minHeight).toBe('34px');
  tell?.([first]);
  expect([made(first), made(second)]).toEqual([2, 0]);
  expect(first.style.minHeight).toBe('');
  expect([first, second].map(one => observed.has(one))).toEqual([false, true]);
  one.destroy();
  other.destroy();
  expect(made(first)).toBe(0);
  expect(observed.has(second)).toBe(false);
});

it('makes all that come into sight together before the page is touched', () => {
  const [first, second] = places(2) as [HTMLElement, HTMLElement];
  const steps: string[] = [];
  for (const [name, place] of Object.entries({ first, second })) {
    new LazyEditors(place, {
      ...OPTIONS,
      folded: () => {
        steps.push(`make ${name}`);
        return '';
      }
    });
    const { append } = place;
    place.append = (...nodes) => {
      steps.push(`put ${name}`);
      append.apply(place, nodes);
    };
  }
  tell?.([first, second]);
  expect([...new Set(steps)]).toEqual([
    'make first',
    'make second',
    'put first',
    'put second'
  ]);
});

it('is searched unseen, and made for the find that is looked at', () => {
  const [place] = places(1) as [HTMLElement];
  const editors = new LazyEditors(place, OPTIONS);
  const hits = editors.find(/lr/g);
  expect(hits.map(({ old, position }) => [old, position])).toEqual([
    [true, 13],
    [false, 13]
  ]);
  expect(made(place)).toBe(0);
  const [hit] = hits;
  if (hit === undefined) {
    throw new Error('Nothing was found.');
  }
  editors.show(hit, false);
  expect(made(place)).toBe(0);
  tell?.([place]);
  expect(place.querySelectorAll('.jp-current-match')).toHaveLength(1);
  expect(place.querySelectorAll('.cm-searching')).toHaveLength(2);
  editors.leave();
  expect(place.querySelectorAll('.jp-current-match')).toHaveLength(0);
});

it('is made for the change that is gone to', () => {
  const [place] = places(1) as [HTMLElement];
  const editors = new LazyEditors(place, OPTIONS);
  expect(editors.lines).toHaveLength(1);
  expect(editors.lines[0]?.top()).toBe(0);
  editors.lines[0]?.go();
  expect(made(place)).toBe(2);
  expect(place.querySelectorAll('.jp-mlgit-Merge-here')).toHaveLength(2);
});
