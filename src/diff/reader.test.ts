import type { CellChange, FileSides } from '../api/schema';
import {
  aCellChange,
  aCellCount,
  aFileDiff,
  aHunk,
  aSide,
  someSides
} from '../testing/diffFixtures';
import { keepsPlace, Reader } from './reader';

/** A notebook whose cells b and d are edited. */
function notebook(
  b: string,
  d = 'D',
  first: readonly string[] = []
): FileSides {
  const cells = (...sources: readonly string[]): FileSides['oldSide'] =>
    aSide({
      cells: sources.map(source => ({
        kind: 'code',
        source,
        id: source.toLowerCase().charAt(0)
      }))
    });
  const edited = (id: string, place: number, now: string): CellChange =>
    aCellChange({
      n: place,
      id,
      oldIndex: place,
      newIndex: place + first.length,
      hunks: [aHunk(1, 1, [`-${id}`, `+${now}`])]
    });
  return someSides({
    diff: aFileDiff({
      counts: aCellCount({ edited: 2 }),
      cells: [edited('b', 1, b), edited('d', 3, d)]
    }),
    oldSide: cells('a', 'b', 'c', 'd'),
    newSide: cells(...first, 'a', b, 'c', d)
  });
}

function keeps(shown: FileSides, next: FileSides, ...rows: string[]): boolean {
  const reader = { isAtWork: false, rows: new Set(rows) };
  return keepsPlace(reader, shown, next, false);
}

it('keeps the rows that say the same, wherever they stand by then', () => {
  const [shown, next] = [notebook('B'), notebook('B2')];
  expect(keeps(shown, next)).toBe(true);
  expect(keeps(shown, next, 'unchanged a', 'unchanged c', 'changed d')).toBe(
    true
  );
  expect(keeps(shown, next, 'changed b')).toBe(false);
  expect(keeps(shown, notebook('B', 'D', ['x']), 'changed d')).toBe(true);
  expect(keeps(shown, notebook('B', 'D', ['x']), 'unchanged a')).toBe(false);
});

it('keeps nothing of what goes, and no line of a text', () => {
  const none = someSides({ diff: null });
  expect(keeps(notebook('B'), none)).toBe(false);
  expect(keeps(none, notebook('B'), 'changed b')).toBe(true);
  const other = someSides({ newSide: aSide({ text: 'c\n' }) });
  expect(keeps(someSides(), other)).toBe(true);
  expect(keeps(someSides(), other, '')).toBe(false);
  const reader = { isAtWork: true, rows: new Set<string>() };
  expect(keepsPlace(reader, someSides(), other, false)).toBe(false);
});

it('sees what a reader has unfolded and is at, and what is at the top of the view', () => {
  const made = (
    kind: string,
    name: string,
    inside: Element[] = []
  ): Element => {
    const one = document.createElement(kind);
    one.className = name;
    one.append(...inside);
    return one;
  };
  const toggle = made('button', 'jp-mlgit-Unchanged-toggle');
  toggle.setAttribute('aria-expanded', 'true');
  const rows = [
    made('section', '', [made('div', 'cm-collapsedLines')]),
    made('div', '', [toggle])
  ];
  rows.forEach((row, place) => {
    row.setAttribute('data-row', ['one', 'two'][place] ?? '');
  });
  const body = made('div', 'jp-mlgit-Diff-body', rows);
  const view = made('div', '', [body]) as HTMLElement;
  document.body.append(view);
  const reader = new Reader(view);
  const held = (): readonly string[] => [...reader.look(false).rows];
  expect(held()).toEqual(['two']);
  expect([...reader.look(true).rows]).toEqual([]);
  view.querySelector<HTMLElement>('.cm-collapsedLines')?.click();
  expect(held()).toEqual(['one', 'two']);
  reader.forget();
  body.scrollTop = 10;
  jest
    .spyOn(rows[1] as Element, 'getBoundingClientRect')
    .mockReturnValue({ bottom: 5 } as DOMRect);
  expect([...reader.look(true).rows]).toEqual(['two']);
  expect(reader.look(false).isAtWork).toBe(false);
  view.querySelector('button')?.focus();
  expect(reader.look(false).isAtWork).toBe(true);
  view.remove();
});
