/** Adds the section with the commits to the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Menu } from '@lumino/widgets';
import { CommandIDs, IRepository, ISidebar } from '../../tokens';
import { addCommands, SECTION } from './commands';
import { CommitsModel } from './model';
import { DEFAULT_MODE, resetting } from './reset';
import { resetDialog } from './resetDialog';
import { CommitsWidget } from './view';

/** The plugin. */
export const commitsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:commits',
  description: 'The commits of what is checked out.',
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
    const model = new CommitsModel(repository);
    const reset = resetting(
      trans,
      app.commands,
      model,
      resetDialog(trans, model)
    );
    const menu = new Menu({ commands: app.commands });
    sidebar.addSection({
      id: SECTION,
      rank: 25,
      setting: 'showCommits',
      widget: new CommitsWidget({
        trans,
        model,
        onReset: rev => {
          void reset(rev, DEFAULT_MODE);
        },
        onShow: rev => {
          if (app.commands.hasCommand(CommandIDs.changesInCommit)) {
            void app.commands.execute(CommandIDs.changesInCommit, { rev });
          }
        },
        onMenu: (rev, x, y) => {
          menu.clearItems();
          // The branches and the comparison may be switched off, and their commands with them.
          const items = [
            { command: CommandIDs.changesInCommit, args: { rev } },
            { command: CommandIDs.compareWorkingFiles, args: { rev } },
            {
              command: CommandIDs.compare,
              args: { new: rev, menu: true }
            },
            { command: CommandIDs.createBranch, args: { start: rev } },
            { command: CommandIDs.checkOutCommit, args: { rev } },
            { command: CommandIDs.reset, args: { rev } }
          ];
          for (const item of items) {
            if (app.commands.hasCommand(item.command)) {
              menu.addItem(item);
            }
          }
          menu.open(x, y);
        }
      })
    });
    addCommands(app, trans, repository, sidebar, reset);
    palette?.addItem({
      command: CommandIDs.reset,
      category: trans.__('ML Git')
    });
  }
};
