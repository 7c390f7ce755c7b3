import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import {
  aCellCount,
  aFileDiff,
  aStatusChange,
  aWarning
} from '../../testing/diffFixtures';
import { aStatus } from '../../testing/fixtures';
import { CommandIDs } from '../../tokens';
import { itemsOf, type IFileItem } from './items';
import { FileList, type IListedFiles } from './list';

const trans = nullTranslator.load('jupyter_mlgit');

interface IShown {
  readonly list: HTMLElement;
  readonly opened: readonly IFileItem[];
  /** What was asked of the files: the menu, or a command. */
  readonly asked: readonly (readonly unknown[])[];
  readonly seen: () => readonly string[];
}

function show(
  changes: Parameters<typeof aStatusChange>[0][],
  known: IListedFiles['known'] = new Map()
): IShown {
  const opened: IFileItem[] = [];
  const asked: unknown[][] = [];
  let seen: readonly string[] = [];
  const model: IListedFiles = {
    changed: new Signal({}),
    items: itemsOf(aStatus({ changes: changes.map(aStatusChange) })),
    known,
    inFront: 'changed:b',
    see: items => {
      seen = items.map(({ path }) => path);
    }
  };
  render(
    <FileList
      trans={trans}
      model={model}
      onOpen={item => {
        opened.push(item);
      }}
      onMenu={({ path }, x, y) => {
        asked.push(['menu', path, x, y]);
      }}
      onCommand={(command, { path }) => {
        asked.push([command, path]);
      }}
    />
  );
  return { list: screen.getByRole('listbox'), opened, asked, seen: () => seen };
}

function active(list: HTMLElement): string | null {
  const id = list.getAttribute('aria-activedescendant') ?? '';
  return (
    document.getElementById(id)?.querySelector('.jp-mlgit-Change-name')
      ?.textContent ?? null
  );
}

const THREE = [
  { path: 'a', index: 'modified' as const, worktree: null },
  { path: 'b', worktree: 'modified' as const },
  { path: 'c', worktree: 'untracked' as const }
];

it('has only the lines in sight of ten thousand in the page', () => {
  const { list, seen } = show(
    Array.from({ length: 10_000 }, (_, n) => ({ path: `f${n}` }))
  );
  expect(list.querySelectorAll('.jp-mlgit-Change').length).toBeLessThan(50);
  list.scrollTop = 24 * 5000;
  act(() => {
    fireEvent.scroll(list);
  });
  const lines = [...list.querySelectorAll('.jp-mlgit-Change-name')].map(
    ({ textContent }) => textContent
  );
  expect(lines).toContain('f5000');
  expect(lines.length).toBeLessThan(50);
  expect(seen()).toEqual(lines);
});

it('goes with the arrows from file to file, past the headings', () => {
  const { list } = show(THREE);
  expect(active(list)).toBe('a');
  const steps: (string | null)[] = [];
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
    fireEvent.keyDown(list, { key });
    steps.push(active(list));
  }
  expect(steps).toEqual(['b', 'c', 'c', 'b']);
  fireEvent.keyDown(list, { key: 'Home' });
  expect(active(list)).toBe('a');
  fireEvent.keyDown(list, { key: 'ArrowUp' });
  expect(active(list)).toBe('a');
  fireEvent.keyDown(list, { key: 'End' });
  expect(active(list)).toBe('c');
});

it('opens with Enter and with a click', () => {
  const { list, opened } = show(THREE);
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'Enter' });
  fireEvent.click(screen.getByText('c'));
  expect(opened.map(({ path }) => path)).toEqual(['b', 'c']);
  expect(active(list)).toBe('c');
});

it('has a menu at the pointer, and for the keys at the line that they are at', () => {
  const { list, asked, opened } = show(THREE);
  fireEvent.contextMenu(screen.getByText('c'), { clientX: 7, clientY: 9 });
  expect(document.activeElement).toBe(list);
  expect(active(list)).toBe('c');
  fireEvent.keyDown(list, { key: 'ArrowUp' });
  fireEvent.contextMenu(list);
  // A heading has none.
  fireEvent.contextMenu(screen.getByText('Changed'));
  expect(asked).toEqual([
    ['menu', 'c', 7, 9],
    ['menu', 'b', 0, 0]
  ]);
  expect(opened).toEqual([]);
});

it('offers for the pointer to open a file and to discard its changes', () => {
  const { asked, opened } = show([
    ...THREE,
    { path: 'gone', worktree: 'deleted' }
  ]);
  const buttons = (path: string): readonly HTMLElement[] => {
    const line = screen.getByText(path).closest<HTMLElement>('[role="option"]');
    fireEvent.mouseEnter(line ?? document.body);
    return [...(line?.querySelectorAll('button') ?? [])];
  };
  const titles = (path: string): string[] =>
    buttons(path).map(({ title }) => title);
  expect(['a', 'b', 'c', 'gone'].map(titles)).toEqual([
    ['Open the file'],
    ['Open the file', 'Discard changes…'],
    ['Open the file', 'Discard the new file…'],
    ['Discard changes…']
  ]);
  fireEvent.click(buttons('b')[1] as HTMLElement);
  fireEvent.click(buttons('c')[0] as HTMLElement);
  expect(asked).toEqual([
    [CommandIDs.discardChanges, 'b'],
    [CommandIDs.openChangedFile, 'c']
  ]);
  expect(opened).toEqual([]);
});

it('says what differs once it is known, and shows names as text', () => {
  show(
    [{ path: 'runs/<b>\u202eb' }, { path: 'n', worktree: 'untracked' }],
    new Map([
      ['changed:runs/<b>\u202eb', aFileDiff({ added: 2, deleted: 1 })],
      ['untracked:n', aFileDiff({ change: 'untracked' })]
    ])
  );
  expect(screen.getByText('+2 −1')).toBeTruthy();
  expect(screen.getByText('new')).toBeTruthy();
  expect(screen.getByTitle('<b>[U+202E]b')).toBeTruthy();
});

it('keeps what is in sight in its place when warnings become known above it', () => {
  const changes = Array.from({ length: 100 }, (_, n) => ({ path: `f${n}` }));
  const items = itemsOf(aStatus({ changes: changes.map(aStatusChange) }));
  const changed = new Signal<object, void>({});
  let known: IListedFiles['known'] = new Map();
  const model: IListedFiles = {
    changed,
    items,
    get known() {
      return known;
    },
    inFront: null,
    see: () => undefined
  };
  render(
    <FileList
      trans={trans}
      model={model}
      onOpen={() => undefined}
      onMenu={() => undefined}
      onCommand={() => undefined}
    />
  );
  const list = screen.getByRole('listbox');
  list.scrollTop = 24 * 50;
  act(() => {
    fireEvent.scroll(list);
  });
  const warning = aFileDiff({ warnings: [aWarning()] });
  known = new Map([
    ['changed:f40', warning],
    ['changed:f60', warning]
  ]);
  act(() => {
    changed.emit();
  });
  expect(list.scrollTop).toBe(24 * 50 + 18);
  const line = screen.getByText('f50').closest<HTMLElement>('[role="option"]');
  expect(line?.style.top).toBe(`${24 * 51 + 18}px`);
});

it('says first and in a line of its own that a cell fails now', () => {
  const counts = aCellCount({
    edited: 2,
    failing: 1,
    errors: ['ValueError']
  });
  show(
    [{ path: 'train.ipynb' }],
    new Map([['changed:train.ipynb', aFileDiff({ counts })]])
  );
  const words = '1 cell now fails: ValueError';
  expect(screen.getByTitle(words).textContent).toBe(words);
  expect(screen.getByText('2 cells edited')).toBeTruthy();
});

it('marks the file whose difference is in front', () => {
  const { list } = show(THREE);
  expect(
    Array.from(list.querySelectorAll('[aria-current="true"]')).map(
      one => one.querySelector('.jp-mlgit-Change-name')?.textContent
    )
  ).toEqual(['b']);
});
