/** Takes the changes of a working file back: shows what that does, does it, and says how to undo it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { ProblemError } from '../../api/problem';
import type { Discarded } from '../../api/schema';
import type { IAgain } from '../../components/PreviewState';
import { toast } from '../../components/toast';
import { shortened, visibleText } from '../../components/visibleText';
import { askAndAct, asSeen } from '../../repository/asSeen';
import { undoAction } from '../../repository/undoAction';
import { isBarred } from '../../repository/useBarred';
import type { IRepository } from '../../tokens';

/** How much of a name fits into a toast. */
const NAME = 60;

/** Asks whether to discard what was seen; null where the person would rather not. */
export type AskDiscard = (
  path: string,
  /** Why it is asked again. */
  again: IAgain | null
) => Promise<Discarded | null>;

/** Says what would go back, and changes nothing. */
export function previewDiscard(
  { client, state }: IRepository,
  path: string
): Promise<Discarded> {
  return client.discard(state.at, asked(path, true), {});
}

/**
 * Makes the act.
 *
 * @param ask - shows the preview; the tests answer in its place.
 */
export function discarding(
  trans: TranslationBundle,
  commands: CommandRegistry,
  repository: IRepository,
  ask: AskDiscard
): (path: string) => Promise<void> {
  const act = (
    path: string,
    seen: Discarded
  ): Promise<Discarded | 'outdated' | null> =>
    repository.changingFiles(trans.__('Save and discard'), () =>
      asSeen(
        repository,
        async () => isAsSeen(await previewDiscard(repository, path), seen),
        (at, stateToken) =>
          repository.client.discard(at, asked(path, false), { stateToken })
      )
    );
  return async path => {
    if (isBarred(repository.state)) {
      return;
    }
    try {
      const done = await askAndAct<Discarded, Discarded>({
        ask: (_, again) => ask(path, again),
        act: seen => act(path, seen),
        outdated: {
          message: trans.__(
            'The files have changed since. Nothing was discarded.'
          ),
          hint: trans.__('This is what would be discarded now.')
        }
      });
      if (done !== null) {
        announce(trans, commands, path, done);
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { message, hint } = error.problem;
      toast('error', trans.__('%1 %2', message, hint));
    }
  };
}

function announce(
  trans: TranslationBundle,
  commands: CommandRegistry,
  path: string,
  { files, operation }: Discarded
): void {
  const what =
    files.length > 1
      ? trans._n('%1 file', '%1 files', files.length)
      : shortened(visibleText(path), NAME);
  toast(
    'success',
    trans.__('Discarded changes in %1', what),
    undoAction(
      trans,
      commands,
      operation,
      trans.__('discard changes in %1', what)
    )
  );
}

/** Tells whether no file would go back that the person has not seen. */
function isAsSeen(now: Discarded, seen: Discarded): boolean {
  const known = new Set(seen.files.map(({ path }) => path));
  return now.files.length > 0 && now.files.every(({ path }) => known.has(path));
}

function asked(
  path: string,
  dryRun: boolean
): { paths: string[]; alone: boolean; dryRun: boolean } {
  return { paths: [path], alone: false, dryRun };
}
