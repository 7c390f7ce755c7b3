/** The commands of backups: make one now, and show what the newest or another one holds. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isBarred } from '../../repository/useBarred';
import { CommandIDs, type ISidebar } from '../../tokens';
import type { BackupModel } from './backupModel';
import { SECTION } from './commands';

/** Adds the commands. */
export function addBackupCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  model: BackupModel,
  sidebar: ISidebar,
  show: () => void,
  backUp: () => Promise<void>
): void {
  const { commands } = app;
  const { repository } = model;
  const isPossible = (): boolean =>
    repository.state.status !== null && !isBarred(repository.state);

  commands.addCommand(CommandIDs.backUp, {
    label: trans.__('Back Up What Is Not Committed'),
    caption: trans.__('Save index, changed and untracked files; change none'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: isPossible,
    execute: backUp
  });

  commands.addCommand(CommandIDs.restoreBackup, {
    label: trans.__('Restore Files From a Backup…'),
    caption: trans.__('Show what the newest backup holds'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: {
            type: 'string',
            description: trans.__('The backup; without it, the newest.')
          }
        }
      }
    },
    isEnabled: isPossible,
    execute: ({ id }) => {
      const chosen = typeof id === 'string' ? id : model.newest;
      show();
      sidebar.reveal(SECTION);
      if (chosen !== null) {
        model.setOpen(chosen, true);
      }
    }
  });

  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.backUp);
    commands.notifyCommandChanged(CommandIDs.restoreBackup);
  });
}
