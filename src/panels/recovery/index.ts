/** Adds the Recovery section to the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { toast } from '../../components/toast';
import { visibleText } from '../../components/visibleText';
import { CommandIDs, IRepository, ISidebar } from '../../tokens';
import { announceRestored } from './announce';
import { addCommands, SECTION } from './commands';
import { RecoveryModel } from './model';
import { RecoveryWidget } from './view';
import { nameOf } from './words';

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
    const undo = (id: string): void => {
      void commands.execute(CommandIDs.undo, { id });
    };
    const widget = new RecoveryWidget({
      trans,
      model,
      onRestore: async (branch, choice) => {
        const restored = await model.restore({
          branch: branch.id,
          ...choice,
          switch: false,
          dryRun: false
        });
        announceRestored(trans, commands, restored);
      },
      onPin: async branch => {
        await model.pin(branch.id);
        const name = visibleText(nameOf(trans, branch));
        toast('success', trans.__('Pinned %1: git gc leaves it alone', name));
      },
      onUndo: undo,
      onRetention: operation => {
        toast(
          'success',
          trans.__('Changed how long lost work is kept'),
          operation === null
            ? []
            : [
                {
                  label: trans.__('Undo'),
                  caption: trans.__('Undo: change how long lost work is kept'),
                  run: () => {
                    undo(operation);
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
    const category = trans.__('ML Git');
    for (const command of [
      CommandIDs.restoreDeletedBranch,
      CommandIDs.showLost
    ]) {
      palette?.addItem({ command, category });
    }
  }
};
