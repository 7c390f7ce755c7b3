/** The commands of the section: restore a deleted branch, look for lost commits. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { ProblemError } from '../../api/problem';
import type { RestoreRequest } from '../../api/schema';
import { toast } from '../../components/toast';
import { CommandIDs, type ISidebar } from '../../tokens';
import { announceRestored } from './announce';
import type { RecoveryModel } from './model';

/** The id of the section. */
export const SECTION = 'recovery';

/** Adds the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  model: RecoveryModel,
  sidebar: ISidebar
): void {
  const { commands } = app;

  commands.addCommand(CommandIDs.restoreDeletedBranch, {
    label: trans.__('Restore a Deleted Branch…'),
    caption: trans.__('Without a branch, show those that can be restored'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          branch: {
            type: 'string',
            description: trans.__('The name or id of the deleted branch.')
          },
          at: {
            type: 'string',
            description: trans.__('An earlier tip, instead of the last.')
          },
          as: {
            type: 'string',
            description: trans.__('The name to give it.')
          }
        }
      }
    },
    execute: async args => {
      const request = asked(args);
      if (request === null) {
        sidebar.reveal(SECTION);
        return;
      }
      try {
        const restored = await model.restore(request);
        announceRestored(trans, commands, restored);
      } catch (error) {
        if (!(error instanceof ProblemError)) {
          throw error;
        }
        toast('error', error.problem.message);
      }
    }
  });

  commands.addCommand(CommandIDs.showLost, {
    label: trans.__('Show Lost Commits and Stashes'),
    isToggled: () => model.view.all,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      model.setAll(!model.view.all);
      sidebar.reveal(SECTION);
    }
  });
}

function asked(args: ReadonlyPartialJSONObject): RestoreRequest | null {
  const { branch, at, as } = args;
  if (typeof branch !== 'string') {
    return null;
  }
  return {
    branch,
    at: typeof at === 'string' ? at : null,
    as: typeof as === 'string' ? as : null,
    switch: false,
    stash: false,
    move: false,
    dryRun: false
  };
}
