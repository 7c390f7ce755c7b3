/** The menu of a branch: what is done with it, what to compare it with, and a new branch that begins at it. */
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import { typedName, usualBase } from '../../comparison/subject';
import { CommandIDs } from '../../tokens';
import type { OpenMenu } from './branches';
import type { HistoryModel } from './model';

const HEADS = 'refs/heads/';

/** Makes what opens the menu. */
export function branchMenu(
  commands: CommandRegistry,
  model: HistoryModel
): OpenMenu {
  const menu = new Menu({ commands });
  return (ref, x, y) => {
    const base = usualBase(model.branches.state.value, typedName(ref));
    const branch = ref.startsWith(HEADS) ? ref.slice(HEADS.length) : null;
    const own =
      branch === null
        ? []
        : [
            CommandIDs.switchBranch,
            CommandIDs.renameBranch,
            CommandIDs.deleteBranch
          ];
    const items = [
      ...own.map(command => ({ command, args: { branch, listed: true } })),
      ...(base === null
        ? []
        : [
            {
              command: CommandIDs.compareBranch,
              args: { branch: ref, old: base }
            }
          ]),
      { command: CommandIDs.compare, args: { new: ref, menu: true } },
      { command: CommandIDs.compareWorkingFiles, args: { rev: ref } },
      { command: CommandIDs.createBranch, args: { start: ref } }
    ];
    menu.clearItems();
    // The comparison may be switched off, and its commands with it.
    items
      .filter(({ command }) => commands.hasCommand(command))
      .forEach(item => menu.addItem(item));
    menu.open(x, y);
  };
}
