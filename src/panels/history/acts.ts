/** Does what a person asks of a branch, and says in a toast what was done and how to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { toast, type IToastAction } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { CommandIDs } from '../../tokens';
import type { HistoryModel } from './model';

/** How much of a name fits into a toast. */
const NAME = 60;

/** The acts; each rejects with a `ProblemError` when the server refuses. */
export interface IBranchActs {
  create(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  switchTo(name: string): Promise<void>;
}

/** Makes the acts. */
export function branchActs(
  trans: TranslationBundle,
  commands: CommandRegistry,
  model: HistoryModel
): IBranchActs {
  const shown = (name: string): string => shortened(visibleText(name), NAME);
  const undo = (operation: string | null, what: string): IToastAction[] =>
    operation === null
      ? []
      : [
          {
            label: trans.__('Undo'),
            caption: trans.__('Undo: %1', what),
            run: () => {
              void commands.execute(CommandIDs.undo, { id: operation });
            }
          }
        ];
  return {
    async create(name) {
      const { branch, operation } = await model.create(name);
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

    async switchTo(name) {
      const switched = await model.switchTo(name, trans.__('Save and switch'));
      if (switched === null) {
        return;
      }
      const { branch, operation } = switched;
      toast(
        'success',
        trans.__('Switched to %1', shown(branch)),
        undo(operation, trans.__('switch to %1', visibleText(branch)))
      );
    }
  };
}
