/** The commands of the section: create, switch to, rename and delete a branch. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ProblemError } from '../../api/problem';
import { toast } from '../../components/toast';
import { isBarred } from '../../repository/useBarred';
import { CommandIDs, type ISidebar } from '../../tokens';
import type { IBranchActs } from './acts';
import type { HistoryModel } from './model';

/** The id of the section. */
export const SECTION = 'branches';

/** Adds the commands. Without a branch each leads to the list, where one can be chosen by keyboard. */
export function addCommands(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  model: HistoryModel,
  acts: IBranchActs,
  sidebar: ISidebar
): void {
  const { commands } = app;
  const branchOnly = {
    type: 'object',
    properties: {
      branch: { type: 'string', description: trans.__('The branch.') }
    }
  } as const;

  const run = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { message, hint } = error.problem;
      toast('error', trans.__('%1 %2', message, hint));
    }
  };
  const choose = (): Promise<void> => {
    sidebar.reveal(SECTION);
    return Promise.resolve();
  };

  commands.addCommand(CommandIDs.createBranch, {
    label: ({ start }) =>
      typeof start === 'string'
        ? trans.__('New Branch Here…')
        : trans.__('Create a Branch…'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...branchOnly.properties,
          start: {
            type: 'string',
            description: trans.__('The commit that it begins at.')
          }
        }
      }
    },
    execute: ({ branch, start }) => {
      const from = typeof start === 'string' ? start : null;
      if (typeof branch === 'string') {
        return run(() => acts.create(branch, from));
      }
      model.setView({ open: true, creating: true, start: from });
      return choose();
    }
  });

  commands.addCommand(CommandIDs.checkOutCommit, {
    label: trans.__('Check Out This Commit (Detached)…'),
    caption: trans.__('Show first what it does, then be on no branch'),
    describedBy: {
      args: {
        type: 'object',
        required: ['rev'],
        properties: {
          rev: {
            type: 'string',
            description: trans.__('The commit, tag or branch.')
          }
        }
      }
    },
    isEnabled: () => !isBarred(model.repository.state),
    isVisible: ({ rev }) => typeof rev === 'string',
    execute: ({ rev }) =>
      typeof rev === 'string'
        ? run(() => acts.checkOut(rev))
        : Promise.resolve()
  });

  commands.addCommand(CommandIDs.switchBranch, {
    label: trans.__('Switch to a Branch…'),
    describedBy: { args: branchOnly },
    execute: ({ branch }) =>
      typeof branch === 'string' ? run(() => acts.switchTo(branch)) : choose()
  });

  commands.addCommand(CommandIDs.renameBranch, {
    label: trans.__('Rename a Branch…'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...branchOnly.properties,
          to: { type: 'string', description: trans.__('The new name.') }
        }
      }
    },
    execute: ({ branch, to }) =>
      typeof branch === 'string' && typeof to === 'string'
        ? run(() => acts.rename(branch, to))
        : choose()
  });

  commands.addCommand(CommandIDs.deleteBranch, {
    label: trans.__('Delete a Branch…'),
    describedBy: { args: branchOnly },
    execute: ({ branch }) =>
      typeof branch === 'string' ? run(() => acts.remove(branch)) : choose()
  });
}
