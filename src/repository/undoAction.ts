/** Lets a toast take back what it tells of. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IToastAction } from '../components/toast';
import { CommandIDs } from '../tokens';

/**
 * Makes the button; none where nothing was done.
 *
 * @param operation - the id of what was done.
 * @param what - the act and its object, inside a sentence.
 */
export function undoAction(
  trans: TranslationBundle,
  commands: CommandRegistry,
  operation: string | null,
  what: string
): readonly IToastAction[] {
  return operation === null
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
}
