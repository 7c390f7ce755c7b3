/** Provides the view of differences in the main area. */
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
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISearchProviderRegistry } from '@jupyterlab/documentsearch';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { diffIcon } from '../components/icons';
import { topFolderIfKnown } from '../repository/openDocuments';
import {
  CommandIDs,
  IDiffs,
  IRepository,
  type IDiffPlace,
  type IOpenedDiff
} from '../tokens';
import { addCommands } from './commands';
import { Languages } from './language';
import { DiffModel } from './model';
import { goingToCells } from './notebooks';
import { OpenFile } from './openFile';
import { DiffSearch } from './search';
import { Titles } from './titles';
import { DiffWidget } from './view';
import { hasWorkingFiles } from './words';

/** The plugin. */
export const diffPlugin: JupyterFrontEndPlugin<IDiffs> = {
  id: 'jupyter-mlgit:diff',
  description: 'Shows what differs between two states of a file.',
  autoStart: true,
  provides: IDiffs,
  requires: [IRepository],
  optional: [
    IEditorLanguageRegistry,
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IDocumentManager,
    ISearchProviderRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    languages: IEditorLanguageRegistry | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    documents: IDocumentManager | null,
    searches: ISearchProviderRegistry | null
  ): IDiffs => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const highlighting = new Languages(languages);
    const goToCell =
      documents === null
        ? null
        : goingToCells(trans, repository.client, documents);
    const tracker = new WidgetTracker<MainAreaWidget<DiffWidget>>({
      namespace: 'mlgit-diff'
    });

    const titles = new Titles(trans);

    searches?.add('jupyter-mlgit:diff', DiffSearch);

    const show = (
      place: IDiffPlace,
      at: string
    ): MainAreaWidget<DiffWidget> => {
      const key = keyOf(place, at);
      const shown = tracker.find(widget => widget.id === key);
      if (shown !== undefined) {
        app.shell.activateById(shown.id);
        return shown;
      }
      const top = topFolderIfKnown(repository, at);
      const open =
        documents === null || !hasWorkingFiles(place.comparison)
          ? null
          : new OpenFile(
              app,
              documents,
              top.then(folder =>
                folder === null ? null : PathExt.join(folder, place.path)
              )
            );
      const model = new DiffModel(repository, at, place, open);
      const content = new DiffWidget({
        trans,
        model,
        top,
        languages: highlighting,
        goToCell
      });
      const widget = new MainAreaWidget({ content });
      widget.id = key;
      titles.add(widget, place, top);
      widget.title.icon = diffIcon;
      widget.title.closable = true;
      // What belongs to the file stands in the view itself, and an empty row has a border all the same.
      widget.toolbar.hide();
      void tracker.add(widget);
      app.shell.add(widget, 'main');
      app.shell.activateById(widget.id);
      return widget;
    };

    const diffs = new Diffs((place, at = repository.state.at) =>
      show(place, at)
    );
    addCommands(app, trans, tracker, (place, at) => diffs.open(place, at));
    [
      CommandIDs.nextChange,
      CommandIDs.previousChange,
      CommandIDs.toggleLayout,
      CommandIDs.toggleWrap,
      CommandIDs.toggleUnchanged
    ].forEach(command => {
      palette?.addItem({ command, category: trans.__('ML Git') });
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openDiff,
      args: ({ content: { model } }) => ({
        at: model.at,
        path: model.place.path,
        revisions: [...model.place.comparison.revisions],
        staged: model.place.comparison.staged,
        untracked: model.place.comparison.untracked,
        words: model.place.words ?? null,
        from: model.place.from ?? null
      }),
      name: widget => widget.id
    });
    return diffs;
  }
};

class Diffs implements IDiffs {
  constructor(private readonly _show: IDiffs['open']) {}

  readonly opened = new Signal<this, IOpenedDiff>(this);

  open(place: IDiffPlace, at?: string): MainAreaWidget {
    const widget = this._show(place, at);
    this.opened.emit({ widget, place });
    return widget;
  }
}

function keyOf({ comparison, path }: IDiffPlace, at: string): string {
  return `mlgit-diff:${JSON.stringify([at, path, comparison.revisions, comparison.staged])}`;
}
