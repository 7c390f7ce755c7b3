/** Leads to differences from where files are: the file browser and an open notebook. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ProblemError } from '../api/problem';
import { panelIcon } from '../components/icons';
import { toast } from '../components/toast';
import { DRIVES } from '../repository/labDocuments';
import { topFolder } from '../repository/openDocuments';
import { CommandIDs, IRepository } from '../tokens';
import { pathBelow, TopFolder } from './topFolder';

/** The plugin. */
export const diffEntriesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:diff-entries',
  description: 'Leads to differences from the file browser and notebooks.',
  autoStart: true,
  requires: [IRepository],
  optional: [
    IDefaultFileBrowser,
    INotebookTracker,
    ITranslator,
    ICommandPalette
  ],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    browser: IDefaultFileBrowser | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const { commands, serviceManager } = app;
    const { contents } = serviceManager;
    const { client } = repository;
    const top = new TopFolder(repository);
    const none = { type: 'object', properties: {} } as const;

    const open = async (lab: string): Promise<void> => {
      const path = contents.localPath(lab);
      const at = PathExt.dirname(path);
      try {
        const { root, head } = await client.status(at);
        const below = pathBelow(await topFolder(client, at, root), path);
        await commands.execute(CommandIDs.openDiff, {
          path: below ?? path,
          at,
          revisions: head === null ? [] : ['HEAD'],
          staged: false,
          untracked: true
        });
      } catch (error) {
        if (!(error instanceof ProblemError)) {
          throw error;
        }
        const { message, hint } = error.problem;
        toast('error', trans.__('%1 %2', message, hint));
      }
    };
    /** The one file that is chosen in the file browser, if it differs. */
    const chosen = (): string | null => {
      const items = Array.from(browser?.selectedItems() ?? []);
      const [item] = items;
      return items.length === 1 &&
        item !== undefined &&
        item.type !== 'directory' &&
        DRIVES.includes(contents.driveName(item.path)) &&
        top.differs(contents.localPath(item.path))
        ? item.path
        : null;
    };

    commands.addCommand(CommandIDs.openDiffOfFile, {
      label: trans.__('Show What Changed'),
      caption: trans.__('Compare the file with the last commit'),
      icon: panelIcon.bindprops({ stylesheet: 'menuItem' }),
      describedBy: { args: none },
      isVisible: () => chosen() !== null,
      execute: async () => {
        const path = chosen();
        if (path !== null) {
          await open(path);
        }
      }
    });

    commands.addCommand(CommandIDs.openDiffOfNotebook, {
      label: args =>
        args.toolbar === true
          ? ''
          : trans.__('Show Changes Since the Last Commit'),
      caption: trans.__('Changes since the last commit'),
      icon: panelIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            toolbar: {
              type: 'boolean',
              description: trans.__('Whether it is a button without words.')
            }
          }
        }
      },
      isEnabled: () => (notebooks?.currentWidget ?? null) !== null,
      execute: async () => {
        const context = notebooks?.currentWidget?.context;
        if (context === undefined) {
          return;
        }
        if (!DRIVES.includes(contents.driveName(context.path))) {
          toast('info', trans.__('This notebook is not on this server.'));
          return;
        }
        await open(context.path);
      }
    });
    palette?.addItem({
      command: CommandIDs.openDiffOfNotebook,
      category: trans.__('ML Git')
    });
  }
};
