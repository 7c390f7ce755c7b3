/** Does what a person asks of a branch, and says in a toast what was done and how to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { RemoteBranch, Switched } from '../../api/schema';
import { toast, type IToastAction } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { askAndAct } from '../../repository/asSeen';
import { undoAction } from '../../repository/undoAction';
import { CommandIDs } from '../../tokens';
import type { AskCheckOut, ICheckOut } from './checkOutDialog';
import type { Goal, HistoryModel } from './model';
import { switchedWords, switchTitle } from './words';

/** How much of a name fits into a toast. */
const NAME = 60;

/** The acts; each rejects with a `ProblemError` when the server refuses. */
export interface IBranchActs {
  /** Makes a branch, where HEAD is or at a commit. */
  create(name: string, start: string | null): Promise<void>;
  remove(name: string): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  /**
   * Switches to a branch.
   *
   * @param name - the branch.
   * @param over - the files in the way that the person was shown: they are backed up and gone over, and no others.
   */
  switchTo(name: string, over?: readonly string[]): Promise<void>;
  /** Switches to the local branch of a remote one, which is made where there is none. */
  follow(remote: RemoteBranch, over?: readonly string[]): Promise<void>;
  /** Checks a commit out after showing what that does. */
  checkOut(rev: string): Promise<void>;
}

/** Makes the acts. */
export function branchActs(
  trans: TranslationBundle,
  commands: CommandRegistry,
  model: HistoryModel,
  ask: AskCheckOut
): IBranchActs {
  const shown = (name: string): string => shortened(visibleText(name), NAME);
  const undo = (
    operation: string | null,
    what: string
  ): readonly IToastAction[] => undoAction(trans, commands, operation, what);
  const announce = (done: Switched | null): void => {
    if (done === null) {
      return;
    }
    toast(
      'success',
      switchedWords(trans, done, NAME),
      undo(done.operation, switchTitle(trans, done))
    );
    if (done.hook !== null && done.hook.status !== 0) {
      toast(
        'warning',
        trans.__(
          'The hook post-checkout ended with status %1. %2',
          done.hook.status,
          done.hook.output
        )
      );
    }
  };
  const goTo = async (goal: Goal): Promise<void> => {
    announce(await model.switchTo(goal, trans.__('Save and switch')));
  };
  return {
    async create(name, start) {
      const { branch, operation } = await model.create(name, start);
      toast('success', trans.__('Created %1', shown(branch)), [
        ...undo(operation, trans.__('create branch %1', visibleText(branch))),
        {
          label: trans.__('Switch to it'),
          caption: trans.__('Switch to %1', visibleText(branch)),
          run: () => {
            void commands.execute(CommandIDs.switchBranch, { branch });
          }
        }
      ]);
    },

    async remove(name) {
      const { branch, tip, uniqueCommits, operation } =
        await model.remove(name);
      const words =
        uniqueCommits === 0
          ? trans.__('Deleted %1 (%2)', shown(branch), shortId(tip))
          : trans._n(
              'Deleted %2 (%3, %1 commit found nowhere else)',
              'Deleted %2 (%3, %1 commits found nowhere else)',
              uniqueCommits,
              shown(branch),
              shortId(tip)
            );
      toast(
        'success',
        words,
        undo(operation, trans.__('delete branch %1', visibleText(branch)))
      );
    },

    async rename(name, to) {
      const { branch, operation } = await model.rename(name, to);
      toast(
        'success',
        trans.__('Renamed %1 to %2', shown(name), shown(branch)),
        undo(operation, trans.__('rename branch %1', visibleText(name)))
      );
    },

    switchTo: (name, over) => goTo({ name, ...goingOver(over) }),

    follow: ({ name, branch, local }, over) =>
      goTo({
        ...(local ? { name: branch } : { name, track: true }),
        ...goingOver(over)
      }),

    async checkOut(rev) {
      announce(
        await askAndAct<ICheckOut, Switched>({
          ask: (_, again) => ask(rev, again),
          act: ({ seen, backUp }) =>
            model.switchAsSeen(
              { name: rev, detach: true, backUp },
              seen,
              trans.__('Save and check out')
            ),
          outdated: {
            message: trans.__(
              'The repository has changed since. Nothing was checked out.'
            ),
            hint: trans.__('This is what it would do now.')
          }
        })
      );
    }
  };
}

function goingOver(files: readonly string[] | undefined): Goal {
  return files === undefined ? {} : { backUp: true, inTheWay: [...files] };
}
