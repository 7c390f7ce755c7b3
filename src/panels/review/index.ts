/** Adds the section that shows what differs, before it is committed. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, type MainAreaWidget } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IDiffs, IRepository, ISidebar } from '../../tokens';
import { addCommands, SECTION } from './commands';
import { discarding } from './discard';
import { discardDialog } from './discardDialog';
import type { IFileItem } from './items';
import { fileArgs, fileMenu } from './menu';
import { comparisonOf, ReviewModel } from './model';
import { goingThroughChanges } from './tabs';
import { ReviewWidget } from './view';

/** The plugin. */
export const reviewPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:review',
  description: 'Lists what differs, and leads to the differences.',
  autoStart: true,
  requires: [IRepository, ISidebar, IDiffs],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    sidebar: ISidebar,
    diffs: IDiffs,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const model = new ReviewModel(repository);
    const open = ({ group, path }: IFileItem): MainAreaWidget =>
      diffs.open({ path, comparison: comparisonOf(group) });
    goingThroughChanges(app, trans, diffs, model, open, palette);
    sidebar.addSection({
      id: SECTION,
      rank: 5,
      setting: 'showReview',
      widget: new ReviewWidget({
        trans,
        model,
        onOpen: open,
        onMenu: fileMenu(app.commands),
        onCommand: (command, item) => {
          void app.commands.execute(command, fileArgs(item));
        }
      })
    });
    addCommands(
      app,
      trans,
      repository,
      sidebar,
      discarding(
        trans,
        app.commands,
        repository,
        discardDialog(trans, repository)
      )
    );
    palette?.addItem({
      command: CommandIDs.showReview,
      category: trans.__('ML Git')
    });
  }
};
