/** Leads from a difference to the notebook that is open, or opens it. */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IClient } from '../api/client';
import { ProblemError } from '../api/problem';
import { toast } from '../components/toast';
import { placeBelow } from '../repository/openDocuments';
import { placeOf } from './liveCell';

/** A cell of a working file. */
export interface ICellPlace {
  /** A folder of the repository, relative to the server's root. */
  readonly at: string;
  /** The notebook, from the top of its repository. */
  readonly path: string;
  /** Its place in the notebook, from 0. */
  readonly index: number;
  readonly id: string | null;
  readonly source: string;
}

/** Goes to a cell. */
export type GoToCell = (cell: ICellPlace) => Promise<void>;

/** Goes to cells in Lab's notebooks. */
export function goingToCells(
  trans: TranslationBundle,
  client: IClient,
  documents: IDocumentManager
): GoToCell {
  const go: GoToCell = async cell => {
    const { root } = await client.status(cell.at);
    const path = await placeBelow(client, cell.at, root, cell.path);
    const panel = documents.openOrReveal(path);
    if (!(panel instanceof NotebookPanel)) {
      return;
    }
    await panel.context.ready;
    await panel.revealed;
    const { content } = panel;
    const place = placeOf(
      cell,
      content.widgets.map(({ model }) => ({
        id: model.id,
        source: model.sharedModel.getSource()
      }))
    );
    if (place === null) {
      toast('info', trans.__('The notebook no longer has this cell.'));
      return;
    }
    content.activeCellIndex = place;
    await content.scrollToItem(place, 'center');
    content.activate();
  };
  return async cell => {
    try {
      await go(cell);
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      toast('error', error.problem.message);
    }
  };
}
