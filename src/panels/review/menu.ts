/** The menu of a changed file: its difference, the file itself, and the way back. */
import type { CommandRegistry } from '@lumino/commands';
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
  const item = (command: string, more = {}): Menu.IItemOptions => ({
    command,
    args: { path, ...more }
  });
  return [
    item(CommandIDs.openDiff, { staged, untracked, menu: true }),
    ...(canOpen(file) ? [item(CommandIDs.openChangedFile)] : []),
    ...(canDiscard(file) ? [line, item(CommandIDs.discardChanges)] : []),
    line,
    item(CommandIDs.copyPath),
    ...(isThere(file) ? [item(CommandIDs.showInFileBrowser)] : [])
  ];
}

/** Tells whether there is something to go back to: the index has a version, and one alone. */
export function canDiscard({ group, kind }: IFileItem): boolean {
  return group === 'changed' && kind !== 'submodule';
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
