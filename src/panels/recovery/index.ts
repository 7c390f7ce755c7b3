/** Adds the Recovery section to the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { toast } from '../../components/toast';
import { CommandIDs, IRepository, ISidebar } from '../../tokens';
import { announcePinned, announceRestored, announceUnpinned } from './announce';
import { backingUp, restoringFiles } from './backupActs';
import { addBackupCommands } from './backupCommands';
import { BackupModel } from './backupModel';
import { addCommands, SECTION } from './commands';
import { RecoveryModel } from './model';
import { RecoveryWidget } from './view';
import { lostName } from './words';

/** The plugin. */
export const recoveryPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:recovery',
  description: 'Deleted, overwritten and lost work, and the timeline.',
  autoStart: true,
  requires: [IRepository, ISidebar],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    sidebar: ISidebar,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const { commands } = app;
    const model = new RecoveryModel(repository);
    const backups = new BackupModel(repository);
    const backUp = backingUp(trans, backups);
    const undo = (id: string): void => {
      void commands.execute(CommandIDs.undo, { id });
    };
    const widget = new RecoveryWidget({
      trans,
      model,
      onRestore: async (branch, choice) => {
        const restored = await model.restore({
          branch: branch.id,
          at: choice.at,
          as: choice.as,
          switch: false,
          stash: choice.way === 'stash',
          move: choice.way === 'move',
          dryRun: false
        });
        announceRestored(trans, commands, restored);
      },
      onPin: async branch => {
        announcePinned(trans, commands, await model.pin(branch.id), branch);
      },
      onUnpin: async branch => {
        announceUnpinned(trans, commands, await model.unpin(branch.id), branch);
      },
      onPinAll: async () => {
        announcePinned(trans, commands, await model.pinAll(), null);
      },
      onCompare: branch => {
        if (commands.hasCommand(CommandIDs.compareBranch)) {
          void commands.execute(CommandIDs.compareBranch, {
            branch: branch.tip,
            name: lostName(trans, branch)
          });
        }
      },
      onUndo: undo,
      onGoBack: before => {
        void commands.execute(CommandIDs.goBack, { before });
      },
      backups,
      onBackUp: backUp,
      onRestoreFiles: restoringFiles(trans, commands, backups),
      onRetention: operations => {
        toast(
          'success',
          trans.__('Changed how long lost work is kept'),
          operations.length === 0
            ? []
            : [
                {
                  label: trans.__('Undo'),
                  caption: trans.__('Undo: change how long lost work is kept'),
                  run: () => {
                    [...operations].reverse().forEach(undo);
                  }
                }
              ]
        );
      }
    });
    sidebar.addSection({
      id: SECTION,
      rank: 20,
      setting: 'showRecovery',
      widget
    });
    addCommands(app, trans, model, sidebar);
    addBackupCommands(
      app,
      trans,
      backups,
      sidebar,
      () => {
        model.setOpen('timeline', true);
      },
      backUp
    );
    const category = trans.__('ML Git');
    for (const command of [
      CommandIDs.restoreDeletedBranch,
      CommandIDs.showLost,
      CommandIDs.backUp,
      CommandIDs.restoreBackup
    ]) {
      palette?.addItem({ command, category });
    }
  }
};
