/** The commands about the machine: show its GPUs, ask every kernel what torch sees. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { CommandIDs, type IEnvironment, type ISidebar } from '../../tokens';
import type { InstalledKernels } from './installed';

/** The id of the section. */
export const SECTION = 'environment';

/** What the palette offers. */
export const COMMANDS = [CommandIDs.showGpus, CommandIDs.checkKernels] as const;

/** Adds the commands. */
export function addCommands(
  commands: CommandRegistry,
  trans: TranslationBundle,
  environment: IEnvironment,
  installed: InstalledKernels,
  sidebar: ISidebar
): void {
  const describedBy = {
    args: { type: 'object', properties: {} }
  } as const;
  commands.addCommand(CommandIDs.showGpus, {
    label: trans.__('Environment: Show GPU'),
    caption: trans.__('What the GPUs do, and who holds their memory'),
    describedBy,
    execute: () => {
      sidebar.reveal(SECTION);
    }
  });
  commands.addCommand(CommandIDs.checkKernels, {
    label: trans.__('Environment: Check Kernels'),
    caption: trans.__('Ask each kernel what torch it has and what that sees'),
    describedBy,
    execute: () => {
      sidebar.reveal(SECTION);
      return environment.checks.check(
        installed.read().map(({ name }) => name),
        true
      );
    }
  });
}
