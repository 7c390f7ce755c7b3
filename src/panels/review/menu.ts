/** The menu of a changed file: its difference, the file itself, and the way back. */
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { Menu } from '@lumino/widgets';
import { CommandIDs } from '../../tokens';
import type { IFileItem } from './items';
import { comparisonOf } from './model';

/** Opens the menu of a file at a point of the page. */
export type OpenFileMenu = (item: IFileItem, x: number, y: number) => void;

/** What the menu has, in its order; a null is a line between. */
export function menuItems(file: IFileItem): readonly Menu.IItemOptions[] {
  const { group, path } = file;
  const { staged, untracked } = comparisonOf(group);
  const line = { type: 'separator' } as const;
  const item = (
    command: string,
    args: ReadonlyJSONObject = fileArgs(file)
  ): Menu.IItemOptions => ({ command, args });
  return [
    item(CommandIDs.openDiff, { path, staged, untracked, menu: true }),
    ...(canOpen(file) ? [item(CommandIDs.openChangedFile)] : []),
    ...(canDiscard(file) ? [line, item(CommandIDs.discardChanges)] : []),
    line,
    item(CommandIDs.copyPath),
    ...(isThere(file) ? [item(CommandIDs.showInFileBrowser)] : [])
  ];
}

/** What the commands of a file are told of it. */
export function fileArgs(file: IFileItem): { path: string; new: boolean } {
  return { path: file.path, new: isNew(file) };
}

/** Tells whether there is something to go back to, or a file that can go; a folder with many files isn't one. */
export function canDiscard(file: IFileItem): boolean {
  const { group, kind, path } = file;
  return (
    (group === 'changed' || isNew(file)) &&
    kind !== 'submodule' &&
    !path.endsWith('/')
  );
}

/** Tells whether no commit has a file, and nothing else stands behind it: to discard it is to let it go. */
export function isNew({ group, letter }: IFileItem): boolean {
  // What counts as renamed before it is staged has a name that is only to be added (git add -N).
  return (
    group === 'untracked' ||
    letter === 'A' ||
    (group === 'changed' && letter === 'R')
  );
}

/** Tells whether there is a file to open. */
export function canOpen(file: IFileItem): boolean {
  return isThere(file) && !file.path.endsWith('/') && file.kind !== 'submodule';
}

function isThere({ letter }: IFileItem): boolean {
  return letter !== 'D';
}

/** Makes what opens the menu. */
export function fileMenu(commands: CommandRegistry): OpenFileMenu {
  const menu = new Menu({ commands });
  return (item, x, y) => {
    const before = document.activeElement;
    menu.clearItems();
    menuItems(item).forEach(one => menu.addItem(one));
    menu.open(x, y);
    // Lumino leaves the focus nowhere; the list's keys shall go on working.
    const slot = (): void => {
      menu.aboutToClose.disconnect(slot);
      if (before instanceof HTMLElement) {
        before.focus();
      }
    };
    menu.aboutToClose.connect(slot);
  };
}
