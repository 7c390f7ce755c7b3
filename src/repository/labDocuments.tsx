/** Finds the documents that are open in JupyterLab, asks in its dialog and tells in its toasts. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ServerConnection, type Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { ask } from '../components/dialog';
import { GitText } from '../components/GitText';
import { toast } from '../components/toast';
import type { IDesk, IOpenDocument } from './openDocuments';

/** The drives whose files lie under the server's root: its own, and that of people who edit together. */
export const DRIVES: readonly string[] = ['', 'RTC'];

/** Gives the documents in the main area. */
export function labDesk(
  app: JupyterFrontEnd,
  manager: IDocumentManager,
  trans: TranslationBundle
): IDesk {
  const { contents } = app.serviceManager;
  return {
    documents: () =>
      openContexts(app, manager).map(context =>
        openDocument(contents, context, trans)
      ),
    ask: (paths, accept) =>
      ask({
        title: trans.__('Unsaved edits'),
        body: <Question trans={trans} paths={paths} />,
        cancel: trans.__('Cancel'),
        accept
      }),
    tell: toast
  };
}

/** Gives what JupyterLab holds of the documents in the main area whose files lie under the server's root. */
export function openContexts(
  app: JupyterFrontEnd,
  manager: IDocumentManager
): readonly DocumentRegistry.Context[] {
  const { contents } = app.serviceManager;
  // A document can be shown twice, as a notebook and its new view.
  const contexts = new Set<DocumentRegistry.Context>();
  for (const widget of app.shell.widgets('main')) {
    const context = manager.contextForWidget(widget);
    if (
      context !== undefined &&
      DRIVES.includes(contents.driveName(context.path))
    ) {
      contexts.add(context);
    }
  }
  return [...contexts];
}

/**
 * Gives a document.
 *
 * @param contents - reads the files.
 * @param context - the document, as JupyterLab holds it.
 */
export function openDocument(
  contents: Contents.IManager,
  context: DocumentRegistry.Context,
  trans: TranslationBundle
): IOpenDocument {
  return {
    path: contents.localPath(context.path),
    get dirty() {
      return context.model.dirty;
    },
    save: () => context.save(),
    revert: () =>
      withoutLoss(context.model, trans, async () => {
        await context.revert();
        if (context.contentsModel?.size === 0) {
          // JupyterLab takes an empty file for one without content and leaves the editor as it is.
          context.model.fromString('');
        }
        // Taking the file's content over counts as an edit, like any other.
        context.model.dirty = false;
      }),
    onDisk: async () => {
      try {
        const file = await contents.get(context.path, {
          content: false,
          hash: true
        });
        const known = context.contentsModel?.hash;
        return typeof known === 'string' && known === file.hash
          ? 'same'
          : 'other';
      } catch (error) {
        if (
          error instanceof ServerConnection.ResponseError &&
          error.response.status === 404
        ) {
          return 'gone';
        }
        throw error;
      }
    }
  };
}

/**
 * Lets a file's content be taken over unless there are edits by then.
 *
 * JupyterLab asks the server for the content and then puts it in the place of all that was typed until the
 * answer came. So the model refuses it: the edits stay, and the document still knows that the file on disk is
 * another, so that JupyterLab asks before it saves over it.
 */
async function withoutLoss(
  model: DocumentRegistry.IModel,
  trans: TranslationBundle,
  takeOver: () => Promise<void>
): Promise<void> {
  const check = (): void => {
    if (model.dirty) {
      throw new Error(
        trans.__('It was edited meanwhile, so the edits were kept instead.')
      );
    }
  };
  const { fromString, fromJSON } = model;
  Object.assign(model, {
    fromString: (value: string) => {
      check();
      fromString.call(model, value);
    },
    fromJSON: (value: Parameters<typeof fromJSON>[0]) => {
      check();
      fromJSON.call(model, value);
    }
  });
  try {
    await takeOver();
  } finally {
    // What the model's class says counts again.
    Reflect.deleteProperty(model, 'fromString');
    Reflect.deleteProperty(model, 'fromJSON');
  }
}

function Question(props: {
  readonly trans: TranslationBundle;
  readonly paths: readonly string[];
}): React.JSX.Element {
  const { trans, paths } = props;
  return (
    <div>
      <p>
        {trans.__(
          'The files of these documents may change now, and their edits are not saved yet:'
        )}
      </p>
      <ul>
        {paths.map(path => (
          <li key={path}>
            <GitText text={path} />
          </li>
        ))}
      </ul>
    </div>
  );
}
