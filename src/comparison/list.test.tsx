import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { ChangedFile, FileDiff } from '../api/schema';
import { aChangedFile } from '../testing/comparisonFixtures';
import { aFileDiff } from '../testing/diffFixtures';
import { ComparedFiles } from './list';
import type { IComparisonView } from './model';

const trans = nullTranslator.load('jupyter_mlgit');

interface IShown {
  readonly list: HTMLElement;
  readonly opened: readonly string[];
  readonly seen: () => readonly string[];
}

function show(
  files: readonly ChangedFile[],
  known: ReadonlyMap<string, FileDiff | null> = new Map()
): IShown {
  const opened: string[] = [];
  let seen: readonly string[] = [];
  const changed = new Signal<object, void>({});
  const model = {
    changed,
    files,
    known,
    view: {
      since: true,
      filter: '',
      active: null,
      news: null
    } as IComparisonView,
    setView(change: Partial<IComparisonView>) {
      model.view = { ...model.view, ...change };
      changed.emit();
    },
    see(shown: readonly ChangedFile[]) {
      seen = shown.map(({ path }) => path);
    }
  };
  render(
    <ComparedFiles
      trans={trans}
      model={
        model as unknown as React.ComponentProps<typeof ComparedFiles>['model']
      }
      onOpen={path => {
        opened.push(path);
      }}
    />
  );
  return { list: screen.getByRole('listbox'), opened, seen: () => seen };
}

function active(list: HTMLElement): string | null {
  const id = list.getAttribute('aria-activedescendant') ?? '';
  return (
    document.getElementById(id)?.querySelector('.jp-mlgit-ComparedFile-name')
      ?.textContent ?? null
  );
}

it('has only the lines in sight of ten thousand in the page', () => {
  const { list, seen } = show(
    Array.from({ length: 10_000 }, (_, n) => aChangedFile({ path: `f${n}` }))
  );
  const lines = (): readonly (string | null)[] =>
    [...list.querySelectorAll('.jp-mlgit-ComparedFile-name')].map(
      ({ textContent }) => textContent
    );
  expect(lines().length).toBeLessThan(60);
  list.scrollTop = 28 * 5000;
  act(() => {
    fireEvent.scroll(list);
  });
  expect(lines()).toContain('f5000');
  expect(lines().length).toBeLessThan(60);
  // Those around what is in sight can wait.
  expect(seen()[0]).toBe('f5000');
  expect([...seen()].sort()).toEqual([...lines()].sort());
});

it('goes with the arrows, and opens with Enter and with a click', () => {
  const { list, opened } = show(
    ['a', 'b', 'c'].map(path => aChangedFile({ path }))
  );
  expect(active(list)).toBe('a');
  for (const [key, wanted] of [
    ['ArrowDown', 'b'],
    ['End', 'c'],
    ['ArrowDown', 'c'],
    ['ArrowUp', 'b'],
    ['Home', 'a']
  ] as const) {
    fireEvent.keyDown(list, { key });
    expect(active(list)).toBe(wanted);
  }
  fireEvent.keyDown(list, { key: 'Enter' });
  fireEvent.click(screen.getByText('c'));
  expect(opened).toEqual(['a', 'c']);
  expect(active(list)).toBe('c');
});

it('tells what is known, and shows names as text', () => {
  show(
    [
      aChangedFile({
        path: 'runs/<b>\u202eb',
        oldPath: 'old/name',
        change: 'renamed',
        likeness: 90
      })
    ],
    new Map([['runs/<b>\u202eb', aFileDiff({ added: 2, deleted: 1 })]])
  );
  expect(screen.getByText('+2 −1')).toBeTruthy();
  expect(screen.getByText('renamed')).toBeTruthy();
  expect(screen.getByText('R')).toBeTruthy();
  expect(screen.getByTitle('<b>[U+202E]b')).toBeTruthy();
  expect(screen.getByText('old/name')).toBeTruthy();
});
