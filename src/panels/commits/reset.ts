/** Resets to a commit: shows what each mode would do, does what was chosen, and says how to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { troubleOf } from '../../api/problem';
import type { Reset } from '../../api/schema';
import type { IAgain } from '../../components/PreviewState';
import { toast } from '../../components/toast';
import { shortened, shortId, visibleText } from '../../components/visibleText';
import { askAndAct } from '../../repository/asSeen';
import { undoAction } from '../../repository/undoAction';
import { isBarred } from '../../repository/useBarred';
import type { CommitsModel, IResetChoice, Mode, Outcome } from './model';
import { currentName, titleOf } from './words';

/** How much of a branch's name fits into a toast. */
const NAME = 50;

/** Asks for a mode; null where the person would rather not. */
export type AskReset = (question: {
  readonly rev: string;
  readonly mode: Mode;
  /** Whether leaving pushed commits behind was allowed before. */
  readonly allowPushed: boolean;
  /** Why it is asked again. */
  readonly again: IAgain | null;
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
  return async (rev, mode) => {
    if (isBarred(model.repository.state) || model.view.busy !== null) {
      return;
    }
    model.setView({ refusal: null });
    let name = '';
    const act = async (choice: IResetChoice): Promise<Outcome> => {
      name = currentName(trans, model.repository);
      model.setView({
        busy: trans.__('Resetting %1…', visibleText(name))
      });
      try {
        return await model.reset(choice, trans.__('Save and reset'));
      } finally {
        model.setView({ busy: null });
      }
    };
    try {
      const done = await askAndAct<IResetChoice, Reset>({
        ask: (last, again) =>
          ask({
            rev,
            mode: last?.mode ?? mode,
            allowPushed: last?.allowPushed ?? false,
            again
          }),
        act,
        outdated: {
          message: trans.__(
            'The repository has changed since. Nothing was reset.'
          ),
          hint: trans.__('This is what the reset would do now.')
        }
      });
      if (done !== null) {
        announce(trans, commands, name, done);
      }
    } catch (error) {
      model.setView({ refusal: troubleOf(error) });
    }
  };
}

function announce(
  trans: TranslationBundle,
  commands: CommandRegistry,
  name: string,
  done: Reset
): void {
  toast(
    'success',
    summary(trans, shortened(visibleText(name), NAME), done),
    undoAction(trans, commands, done.operation, titleOf(trans, done))
  );
}

function summary(trans: TranslationBundle, name: string, done: Reset): string {
  const to = shortId(done.head.to);
  const files = done.files.filter(({ effect }) => effect !== 'kept').length;
  const left = done.commitsLeft.length + done.moreLeft;
  const what = [
    files > 0 ? trans._n('%1 file', '%1 files', files) : '',
    left > 0
      ? trans._n('%1 commit left behind', '%1 commits left behind', left)
      : '',
    done.givesUp !== null ? trans.__('%1 given up', done.givesUp) : ''
  ].filter(one => one !== '');
  return what.length > 0
    ? trans.__('Reset %1 to %2 (%3)', name, to, what.join(', '))
    : trans.__('Reset %1 to %2', name, to);
}
