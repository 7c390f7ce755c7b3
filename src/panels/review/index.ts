/** Adds the section that shows what differs, before it is committed. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IDiffs, IRepository, ISidebar } from '../../tokens';
import { comparisonOf, ReviewModel } from './model';
import { ReviewWidget } from './view';

/** The plugin. */
export const reviewPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:review',
  description: 'Lists what differs, and leads to the differences.',
  autoStart: true,
  requires: [IRepository, ISidebar, IDiffs],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    repository: IRepository,
    sidebar: ISidebar,
    diffs: IDiffs,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const model = new ReviewModel(repository);
    sidebar.addSection({
      id: 'review',
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
  }
};
