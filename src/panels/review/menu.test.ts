import { CommandRegistry } from '@lumino/commands';
import { aStatusChange } from '../../testing/diffFixtures';
import { aStatus } from '../../testing/fixtures';
import { CommandIDs } from '../../tokens';
import { itemsOf, type IFileItem } from './items';
import { fileMenu, menuItems } from './menu';

function only(change: Parameters<typeof aStatusChange>[0]): IFileItem {
  const items = itemsOf(aStatus({ changes: [aStatusChange(change)] }));
  return items[1] as IFileItem;
}

function commandsFor(
  change: Parameters<typeof aStatusChange>[0]
): (string | undefined)[] {
  return menuItems(only(change)).map(({ type, command }) => type ?? command);
}

const { openDiff, openChangedFile, discardChanges } = CommandIDs;
const { copyPath, showInFileBrowser } = CommandIDs;

it('has what can be done with a file as it stands', () => {
  expect(commandsFor({})).toEqual([
    ...[openDiff, openChangedFile, 'separator', discardChanges],
    ...['separator', copyPath, showInFileBrowser]
  ]);
  const noDiscard = ['separator', copyPath, showInFileBrowser];
  const discard = ['separator', discardChanges, ...noDiscard];
  const staged = { index: 'modified', worktree: null } as const;
  expect(commandsFor(staged)).toEqual([
    ...[openDiff, openChangedFile, ...noDiscard]
  ]);
  expect(commandsFor({ worktree: 'untracked', path: 'runs/' })).toEqual([
    ...[openDiff, ...noDiscard]
  ]);
  expect(commandsFor({ worktree: 'deleted' })).toEqual([
    ...[openDiff, 'separator', discardChanges, 'separator', copyPath]
  ]);
  expect(commandsFor({ kind: 'submodule' })).toEqual([openDiff, ...noDiscard]);
  expect(commandsFor({ worktree: 'untracked' })).toEqual([
    ...[openDiff, openChangedFile, ...discard]
  ]);
  const added = { index: 'added', worktree: null } as const;
  expect(commandsFor(added)).toEqual([openDiff, openChangedFile, ...discard]);
});

it('says of a file that no commit has that it is new', () => {
  const told = (change: Parameters<typeof aStatusChange>[0]): unknown =>
    menuItems(only(change)).find(one => one.command === discardChanges)?.args;
  const path = 'train.py';
  expect(told({})).toEqual({ path, new: false });
  expect(told({ worktree: 'untracked' })).toEqual({ path, new: true });
  expect(told({ worktree: 'added' })).toEqual({ path, new: true });
  expect(told({ worktree: 'renamed' })).toEqual({ path, new: true });
  expect(told({ index: 'added', worktree: null })).toEqual({ path, new: true });
});

it('asks for the same difference as a click', () => {
  const staged = only({ index: 'modified', worktree: null });
  expect(menuItems(staged)[0]?.args).toEqual({
    path: 'train.py',
    staged: true,
    untracked: false,
    menu: true
  });
});

it('gives the focus back when it is closed', () => {
  const commands = new CommandRegistry();
  const list = document.body.appendChild(document.createElement('div'));
  list.tabIndex = 0;
  list.focus();
  fileMenu(commands)(only({}), 1, 2);
  const menu = document.querySelector<HTMLElement>('.lm-Menu');
  expect(menu).not.toBeNull();
  menu?.focus();
  menu?.dispatchEvent(
    new KeyboardEvent('keydown', { keyCode: 27, bubbles: true })
  );
  expect(document.querySelector('.lm-Menu')).toBeNull();
  expect(document.activeElement).toBe(list);
});
