/** Resets to a commit: shows what each mode would do, does what was chosen, and says how to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { troubleOf } from '../../api/problem';
import type { Reset } from '../../api/schema';
import { toast } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { isBarred } from '../../repository/useBarred';
import { CommandIDs } from '../../tokens';
import type { CommitsModel, IResetChoice, Mode } from './model';
import { currentName, titleOf } from './words';

/** How much of a branch's name fits into a toast. */
const NAME = 50;

/** Asks for a mode; null where the person would rather not. */
export type AskReset = (question: {
  readonly rev: string;
  readonly mode: Mode;
  /** Whether the repository changed since the last time it was asked. */
  readonly again: boolean;
}) => Promise<IResetChoice | null>;

/** What git does without a mode. */
export const DEFAULT_MODE: Mode = 'mixed';

/**
 * Makes the act.
 *
 * @param ask - shows the preview; the tests answer in its place.
 */
export function resetting(
  trans: TranslationBundle,
  commands: CommandRegistry,
  model: CommitsModel,
  ask: AskReset
): (rev: string, mode: Mode) => Promise<void> {
  /** Tells whether that was all, or the question has to be asked again. */
  const attempt = async (choice: IResetChoice): Promise<boolean> => {
    const name = currentName(trans, model.repository);
    model.setView({ busy: trans.__('Resetting %1…', visibleText(name)) });
    try {
      const outcome = await model.reset(choice, trans.__('Save and reset'));
      if (outcome !== 'declined' && outcome !== 'outdated') {
        announce(trans, commands, name, outcome);
      }
      return outcome !== 'outdated';
    } catch (error) {
      model.setView({ refusal: troubleOf(error) });
      return true;
    } finally {
      model.setView({ busy: null });
    }
  };
  return async (rev, mode) => {
    if (isBarred(model.repository.state) || model.view.busy !== null) {
      return;
    }
    model.setView({ refusal: null });
    let choice = await ask({ rev, mode, again: false });
    while (choice !== null && !(await attempt(choice))) {
      choice = await ask({ rev, mode: choice.mode, again: true });
    }
  };
}

function announce(
  trans: TranslationBundle,
  commands: CommandRegistry,
  name: string,
  done: Reset
): void {
  const { operation } = done;
  toast(
    'success',
    summary(trans, shortened(visibleText(name), NAME), done),
    operation === null
      ? []
      : [
          {
            label: trans.__('Undo'),
            caption: trans.__('Undo: %1', titleOf(trans, done)),
            run: () => {
              void commands.execute(CommandIDs.undo, { id: operation });
            }
          }
        ]
  );
}

function summary(trans: TranslationBundle, name: string, done: Reset): string {
  const to = shortId(done.head.to);
  const files = done.files.filter(({ effect }) => effect !== 'kept').length;
  const left = done.commitsLeft.length + done.moreLeft;
  const inFiles = trans._n('%1 file', '%1 files', files);
  const inCommits = trans._n(
    '%1 commit left behind',
    '%1 commits left behind',
    left
  );
  if (files > 0 && left > 0) {
    return trans.__('Reset %1 to %2 (%3, %4)', name, to, inFiles, inCommits);
  }
  if (files > 0 || left > 0) {
    const what = files > 0 ? inFiles : inCommits;
    return trans.__('Reset %1 to %2 (%3)', name, to, what);
  }
  return trans.__('Reset %1 to %2', name, to);
}
