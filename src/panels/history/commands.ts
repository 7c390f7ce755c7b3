/** The commands of the section: create, switch to, rename and delete a branch. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { filesIn, ProblemError, wayOn } from '../../api/problem';
import { toast } from '../../components/toast';
import { shortlyBarred, withReason } from '../../repository/useBarred';
import { CommandIDs, type ISidebar } from '../../tokens';
import type { IBranchActs } from './acts';
import { whyNotDelete } from './branchRow';
import type { HistoryModel, IChosen } from './model';

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
      branch: { type: 'string', description: trans.__('The branch.') },
      listed: {
        type: 'boolean',
        description: trans.__('Whether the list does it, and shows why not.')
      }
    }
  } as const;
  const renaming = {
    type: 'object',
    properties: {
      ...branchOnly.properties,
      to: { type: 'string', description: trans.__('The new name.') }
    }
  } as const;

  const run = async (
    act: () => Promise<void>,
    backingUp?: (files: readonly string[]) => Promise<void>
  ): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { message, hint } = error.problem;
      const named = filesIn(error.problem);
      const offered =
        wayOn(error.problem) === 'back-up' ? backingUp : undefined;
      toast(
        'error',
        trans.__('%1 %2', message, hint),
        offered === undefined
          ? []
          : [
              {
                label: trans.__('Back up and switch'),
                caption: trans.__('Undo brings all of it back as it is'),
                run: () => {
                  void run(() => offered(named), offered);
                }
              }
            ]
      );
    }
  };
  const choose = (): Promise<void> => {
    sidebar.reveal(SECTION);
    return Promise.resolve();
  };

  /** Gives what is to be done in the list; null where it was not asked from there. */
  const chosen = (
    { branch, listed }: ReadonlyPartialJSONObject,
    act: IChosen['act']
  ): IChosen | null =>
    listed === true && typeof branch === 'string' ? { act, branch } : null;
  const barred = (): string | null =>
    shortlyBarred(trans, model.repository.state);
  /** Says why it can't be done in the list; null where it can. */
  const whyNot = (
    args: ReadonlyPartialJSONObject,
    act: IChosen['act']
  ): string | null => {
    const what = chosen(args, act);
    if (what === null) {
      return null;
    }
    const branch = model.find(what.branch);
    if (branch === null) {
      return trans.__('it is gone');
    }
    const own =
      act === 'delete'
        ? whyNotDelete(trans, branch)
        : act === 'switch' && branch.current
          ? trans.__('it is checked out here')
          : null;
    return barred() ?? own;
  };
  /** Adds the command of an act on one branch. */
  const add = (
    command: string,
    act: IChosen['act'],
    words: { readonly any: string; readonly this: string },
    execute: (args: ReadonlyPartialJSONObject) => Promise<void>
  ): void => {
    commands.addCommand(command, {
      label: args =>
        args.listed === true
          ? withReason(trans, words.this, whyNot(args, act))
          : words.any,
      describedBy: { args: act === 'rename' ? renaming : branchOnly },
      isEnabled: args => whyNot(args, act) === null,
      execute: args => {
        const what = chosen(args, act);
        if (what === null) {
          return execute(args);
        }
        model.chosen.emit(what);
        return Promise.resolve();
      }
    });
  };

  commands.addCommand(CommandIDs.createBranch, {
    label: ({ start }) =>
      typeof start === 'string'
        ? withReason(trans, trans.__('New Branch Here…'), barred())
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
    isEnabled: ({ start }) => typeof start !== 'string' || barred() === null,
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
    label: () =>
      withReason(
        trans,
        trans.__('Check Out This Commit (Detached)…'),
        barred()
      ),
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
    isEnabled: () => barred() === null,
    isVisible: ({ rev }) => typeof rev === 'string',
    execute: ({ rev }) =>
      typeof rev === 'string'
        ? run(() => acts.checkOut(rev))
        : Promise.resolve()
  });

  add(
    CommandIDs.switchBranch,
    'switch',
    {
      any: trans.__('Switch to a Branch…'),
      this: trans.__('Switch to This Branch')
    },
    ({ branch }) =>
      typeof branch === 'string'
        ? run(
            () => acts.switchTo(branch),
            files => acts.switchTo(branch, files)
          )
        : choose()
  );
  add(
    CommandIDs.renameBranch,
    'rename',
    { any: trans.__('Rename a Branch…'), this: trans.__('Rename…') },
    ({ branch, to }) =>
      typeof branch === 'string' && typeof to === 'string'
        ? run(() => acts.rename(branch, to))
        : choose()
  );
  add(
    CommandIDs.deleteBranch,
    'delete',
    { any: trans.__('Delete a Branch…'), this: trans.__('Delete') },
    ({ branch }) =>
      typeof branch === 'string' ? run(() => acts.remove(branch)) : choose()
  );
}
