/** Adds the section that shows what differs, before it is committed. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs, IDiffs, IRepository, ISidebar } from '../../tokens';
import { comparisonOf, ReviewModel } from './model';
import { ReviewWidget } from './view';

/** The id of the section. */
const SECTION = 'review';

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
    sidebar.addSection({
      id: SECTION,
      rank: 5,
      setting: 'showReview',
      widget: new ReviewWidget({
        trans,
        model,
        onOpen: ({ group, path }) => {
          diffs.open({ path, comparison: comparisonOf(group) });
        }
      })
    });
    app.commands.addCommand(CommandIDs.showReview, {
      label: trans.__('Show What Changed Since the Last Commit'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        sidebar.reveal(SECTION);
      }
    });
    palette?.addItem({
      command: CommandIDs.showReview,
      category: trans.__('ML Git')
    });
  }
};
