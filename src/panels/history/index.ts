/** Adds the section with the branches to the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IRepository, ISidebar } from '../../tokens';
import { branchActs } from './acts';
import { checkOutDialog } from './checkOutDialog';
import { addCommands, SECTION } from './commands';
import { branchMenu } from './menu';
import { HistoryModel } from './model';
import { HistoryWidget } from './view';

/** The plugin. */
export const historyPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:history',
  description: 'The branches.',
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
    const model = new HistoryModel(repository);
    const acts = branchActs(
      trans,
      app.commands,
      model,
      checkOutDialog(trans, model)
    );
    sidebar.addSection({
      id: SECTION,
      rank: 30,
      setting: 'showBranches',
      widget: new HistoryWidget({
        trans,
        model,
        acts,
        onMenu: branchMenu(app.commands, model),
        onShowChanges: path => {
          void app.commands.execute(CommandIDs.openDiff, {
            path,
            revisions: ['HEAD'],
            untracked: true
          });
        }
      })
    });
    addCommands(app, trans, model, acts, sidebar);
    const category = trans.__('ML Git');
    for (const command of [
      CommandIDs.createBranch,
      CommandIDs.switchBranch,
      CommandIDs.renameBranch,
      CommandIDs.deleteBranch
    ]) {
      palette?.addItem({ command, category });
    }
  }
};
