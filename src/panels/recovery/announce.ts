/** Says in a toast that a branch is back, and offers to go there or to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Restored } from '../../api/schema';
import { toast, type IToastAction } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { CommandIDs } from '../../tokens';

/** How much of a name fits into a toast. */
const NAME = 70;

/** Announces a restored branch. */
export function announceRestored(
  trans: TranslationBundle,
  commands: CommandRegistry,
  restored: Restored
): void {
  const name = visibleText(restored.branch);
  const shown = shortened(name, NAME);
  const tip = shortId(restored.tip);
  const actions: IToastAction[] = [];
  const { operation } = restored;
  if (operation !== null) {
    actions.push({
      label: trans.__('Undo'),
      caption: trans.__('Undo: restore branch %1', name),
      run: () => {
        void commands.execute(CommandIDs.undo, { id: operation });
      }
    });
  }
  if (!restored.switched && commands.hasCommand(CommandIDs.switchBranch)) {
    actions.push({
      label: trans.__('Switch to it'),
      caption: trans.__('Switch to %1', name),
      run: () => {
        void commands.execute(CommandIDs.switchBranch, {
          branch: restored.branch
        });
      }
    });
  }
  toast('success', words(trans, restored, shown, tip), actions);
}

function words(
  trans: TranslationBundle,
  restored: Restored,
  name: string,
  tip: string
): string {
  if (!restored.created) {
    return trans.__('%1 is there already, at %2', name, tip);
  }
  const count = restored.commits;
  const what =
    count === 0
      ? trans.__('Restored %1 (%2)', name, tip)
      : trans._n(
          'Restored %2 (%3, %1 commit)',
          'Restored %2 (%3, %1 commits)',
          count,
          name,
          tip
        );
  return restored.upstreamRestored === null
    ? what
    : trans.__(
        '%1, following %2',
        what,
        visibleText(restored.upstreamRestored)
      );
}
