/** Shows in the main area which files differ between branches, commits and the working files. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { compareIcon } from '../components/icons';
import { visibleText } from '../components/visibleText';
import { topFolderIfKnown } from '../repository/openDocuments';
import { CommandIDs, IDiffs, IRepository } from '../tokens';
import { addCommands } from './commands';
import { exporting } from './exporting';
import { goingThroughFiles } from './fileSteps';
import { ComparisonModel } from './model';
import type { Subject } from './subject';
import { ComparisonWidget } from './view';
import { titleOf } from './words';

/** The plugin. */
export const comparisonPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:comparison',
  description: 'Lists the files that differ between branches and commits.',
  autoStart: true,
  requires: [IRepository, IDiffs],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    diffs: IDiffs,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const { commands, shell } = app;
    const tracker = new WidgetTracker<MainAreaWidget<ComparisonWidget>>({
      namespace: 'mlgit-comparison'
    });
    const steps = goingThroughFiles(app, trans, diffs, palette);

    const open = (
      subject: Subject,
      since: boolean,
      at = repository.state.at
    ): void => {
      const id = `mlgit-comparison:${JSON.stringify([at, subject])}`;
      const shown = tracker.find(widget => widget.id === id);
      if (shown !== undefined) {
        shown.content.model.setView({ since });
        shell.activateById(id);
        return;
      }
      const model = new ComparisonModel(repository, at, subject, since);
      const top = topFolderIfKnown(repository, at);
      const content = new ComparisonWidget({
        trans,
        model,
        top,
        acts: {
          choose: () => {
            void commands.execute(
              CommandIDs.compare,
              subject.kind === 'commits'
                ? { old: subject.old, new: subject.new, choose: true }
                : { old: subject.rev }
            );
          },
          swap:
            subject.kind === 'commits' && subject.name === null
              ? () => {
                  open(
                    { ...subject, old: subject.new, new: subject.old },
                    model.view.since,
                    at
                  );
                }
              : null,
          exportPatch: exporting(trans, model),
          recover: () => {
            void commands.execute(CommandIDs.restoreDeletedBranch);
          },
          open: path => {
            steps.open(widget, path);
          }
        }
      });
      const widget = new MainAreaWidget({ content });
      widget.id = id;
      widget.title.icon = compareIcon;
      // What can be done stands in the view itself, and an empty row has a border all the same.
      widget.toolbar.hide();
      let folder = '';
      const name = (): boolean => {
        const before = widget.title.label;
        widget.title.label = titleOf(trans, subject, model.view.since);
        widget.title.caption = [folder, widget.title.label]
          .filter(line => line !== '')
          .join('\n');
        return before !== widget.title.label;
      };
      name();
      void top.then(found => {
        folder = visibleText(found ?? '');
        name();
      });
      model.changed.connect(() => {
        if (name()) {
          // The other way of comparing is what comes back after the page was loaded anew.
          void tracker.save(widget);
        }
      });
      void tracker.add(widget);
      steps.follow(widget);
      shell.add(widget, 'main');
      shell.activateById(id);
    };

    addCommands(app, trans, repository, open);
    palette?.addItem({
      command: CommandIDs.compare,
      category: trans.__('ML Git')
    });
    palette?.addItem({
      command: CommandIDs.compareBranch,
      category: trans.__('ML Git')
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openComparison,
      args: ({ content: { model } }) => ({
        ...model.subject,
        since: model.view.since,
        at: model.at
      }),
      name: widget => widget.id
    });
  }
};
