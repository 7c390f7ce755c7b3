/** Provides the repository of the folder that the default file browser shows. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createClient } from '../api/client';
import { IRepository } from '../tokens';
import { labDesk } from './labDocuments';
import { RepositoryModel } from './model';
import { OpenDocuments } from './openDocuments';

/** The plugin. */
export const repositoryPlugin: JupyterFrontEndPlugin<IRepository> = {
  id: 'jupyter-mlgit:repository',
  description: 'Follows the git repository of the folder in the file browser.',
  autoStart: true,
  provides: IRepository,
  optional: [IDefaultFileBrowser, ITranslator, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    browser: IDefaultFileBrowser | null,
    translator: ITranslator | null,
    documents: IDocumentManager | null
  ): IRepository => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const { contents, events, serverSettings } = app.serviceManager;
    const client = createClient(serverSettings, {
      unreachable: {
        message: trans.__('The ML Git server extension did not answer.'),
        hint: trans.__(
          'The panel looks again by itself. Check that the server runs and that "jupyter server extension list" names jupyter_mlgit.'
        )
      },
      unanswered: {
        message: trans.__(
          'The server did not answer, so this may have been done or not.'
        ),
        hint: trans.__(
          'The timeline shows it once the server answers again. Look there before you repeat it.'
        )
      }
    });
    const model = new RepositoryModel(
      client,
      events.stream,
      documents === null
        ? null
        : new OpenDocuments(trans, client, labDesk(app, documents, trans))
    );
    const follow = (): void => {
      model.setFolder(contents.localPath(browser?.model.path ?? ''));
    };
    browser?.model.pathChanged.connect(follow);
    // Before this the browser stands at the root, which is not where the person left it.
    void (browser?.model.restored ?? app.restored).then(follow);
    document.addEventListener('visibilitychange', () => {
      model.setTabVisible(!document.hidden);
    });
    return model;
  }
};
