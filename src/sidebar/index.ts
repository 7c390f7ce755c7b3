/** Puts the panel into the left sidebar, adds the commands, follows the settings. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IRepository, ISidebar } from '../tokens';
import { addCommands } from './commands';
import { HeadModel, HeadWidget } from './head';
import { followSettings } from './settings';
import { Sidebar, SIDEBAR_ID } from './sidebar';

/** JupyterLab's command that opens the settings. */
const OPEN_SETTINGS = 'settingeditor:open';
const GO_TO = 'filebrowser:go-to-path';

/** The plugin. */
export const sidebarPlugin: JupyterFrontEndPlugin<ISidebar> = {
  id: 'jupyter-mlgit:panel',
  description: 'The ML Git panel in the left sidebar.',
  autoStart: true,
  requires: [IRepository],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer, ISettingRegistry],
  provides: ISidebar,
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    registry: ISettingRegistry | null
  ): ISidebar => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const head = new HeadModel();
    const widget = new HeadWidget({
      trans,
      repository,
      head,
      onUndo: id => {
        void app.commands.execute(CommandIDs.undo, { id });
      },
      onRedo: id => {
        void app.commands.execute(CommandIDs.redo, { id });
      },
      onPreview: id => {
        void app.commands.execute(CommandIDs.goBack, { id });
      },
      onOpen: folder => {
        if (app.commands.hasCommand(GO_TO)) {
          // The panel stays: what was asked for is the repository in it.
          void app.commands.execute(GO_TO, {
            path: `/${folder}`,
            dontShowBrowser: true
          });
        }
      },
      onSettings: () => {
        if (app.commands.hasCommand(OPEN_SETTINGS)) {
          void app.commands.execute(OPEN_SETTINGS, {
            query: trans.__('ML Git')
          });
        }
      }
    });
    const sidebar = new Sidebar(repository, widget, () => {
      app.shell.activateById(SIDEBAR_ID);
    });
    sidebar.title.caption = trans.__('ML Git');
    sidebar.node.setAttribute('aria-label', trans.__('ML Git'));
    app.shell.add(sidebar, 'left', { rank: 230, type: 'ML Git' });
    restorer?.add(sidebar, SIDEBAR_ID);

    addCommands(app, trans, repository, head, sidebar);
    const category = trans.__('ML Git');
    for (const command of [
      CommandIDs.showPanel,
      CommandIDs.refresh,
      CommandIDs.undo,
      CommandIDs.redo,
      CommandIDs.goBack,
      CommandIDs.reviewTrust
    ]) {
      palette?.addItem({ command, category });
    }
    if (registry !== null) {
      void followSettings(registry, repository, sidebar);
    }
    return sidebar;
  }
};
