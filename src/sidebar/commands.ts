/** The commands that belong to no section: show the panel, refresh it, look at trust, undo, redo. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { troubleOf } from '../api/problem';
import { toast } from '../components/toast';
import { reviewTrust } from '../repository/trustDialog';
import { outdates } from '../repository/useRefusal';
import { CommandIDs, type IRepository } from '../tokens';
import type { HeadModel } from './head';
import type { Sidebar } from './sidebar';
import { addUndoCommands } from './undoCommands';

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  repository: IRepository,
  head: HeadModel,
  sidebar: Sidebar
): void {
  const { commands } = app;
  const none = { type: 'object', properties: {} } as const;

  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show ML Git'),
    describedBy: { args: none },
    execute: () => {
      sidebar.reveal();
    }
  });

  commands.addCommand(CommandIDs.refresh, {
    label: trans.__('Refresh ML Git'),
    describedBy: { args: none },
    execute: () => repository.refresh()
  });

  commands.addCommand(CommandIDs.reviewTrust, {
    label: trans.__('Trust of This Repository…'),
    caption: trans.__('Show what it would run, and whether it may'),
    describedBy: { args: none },
    isEnabled: () => repository.state.status !== null,
    execute: async () => {
      try {
        await reviewTrust(trans, repository);
      } catch (error) {
        const { message } = troubleOf(error);
        toast('error', message);
      }
    }
  });

  addUndoCommands(app, trans, repository, head, sidebar);

  repository.changed.connect((_, change) => {
    const { trouble } = head.state;
    if (trouble !== null && outdates(change, trouble)) {
      head.set({ trouble: null });
    }
  });
  repository.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.reviewTrust);
  });
}
