/**
 * Takes the changes of a working file back, or lets a new one go: shows what that does, does it, and says how to undo
 * it.
 *
 * What is shown is what is done: where index or file have changed since, it is asked again. Edits in an open document
 * that are not saved are told in the same question; they are saved first, so that *Undo* brings them back as well.
 */
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

/** A file whose changes are to go. */
export interface IToDiscard {
  /** From the top of its repository. */
  readonly path: string;
  /** Whether no commit has it, so that the file itself goes. */
  readonly isNew: boolean;
}

/** Asks whether to discard what was seen; null where the person would rather not. */
export type AskDiscard = (
  file: IToDiscard,
  /** Why it is asked again. */
  again: IAgain | null
) => Promise<Discarded | null>;

/** Says what would go back, and changes nothing. */
export function previewDiscard(
  { client, state }: IRepository,
  file: IToDiscard
): Promise<Discarded> {
  return client.discard(state.at, asked(file, true), {});
}

/** Names all files that have to do with it: what changes, and the other halves of pairs. */
export function filesOf({ files, stamps }: Discarded): readonly string[] {
  const halves = files.flatMap(({ pair }) => pair);
  return [...new Set([...Object.keys(stamps), ...halves])];
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
): (file: IToDiscard) => Promise<void> {
  const act = (
    file: IToDiscard,
    seen: Discarded
  ): Promise<Discarded | 'outdated' | null> =>
    repository.changingFiles(filesOf(seen), saved =>
      asSeen(
        repository,
        async () =>
          isAsSeen(await previewDiscard(repository, file), seen, saved),
        (at, stateToken) =>
          repository.client.discard(at, asked(file, false), { stateToken })
      )
    );
  return async file => {
    if (isBarred(repository.state)) {
      return;
    }
    try {
      const done = await askAndAct<Discarded, Discarded>({
        ask: (_, again) => ask(file, again),
        act: seen => act(file, seen),
        outdated: {
          message: trans.__(
            'The files have changed since. Nothing was discarded.'
          ),
          hint: trans.__('This is what would be discarded now.')
        }
      });
      if (done !== null) {
        announce(trans, commands, file, done);
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
  { path, isNew }: IToDiscard,
  { stamps, operation }: Discarded
): void {
  const count = Object.keys(stamps).length;
  const what =
    count > 1
      ? trans._n('%1 file', '%1 files', count)
      : shortened(visibleText(path), NAME);
  toast(
    'success',
    isNew
      ? trans.__('Discarded new: %1', what)
      : trans.__('Discarded changes in %1', what),
    undoAction(
      trans,
      commands,
      operation,
      isNew
        ? trans.__('discard new: %1', what)
        : trans.__('discard changes in %1', what)
    )
  );
}

/**
 * Tells whether nothing would go that the person has not seen as it is.
 *
 * @param saved - files that were saved for this very act; their content is another one by that, and what is staged of
 *   them is not.
 */
function isAsSeen(
  now: Discarded,
  seen: Discarded,
  saved: ReadonlySet<string>
): boolean {
  // Jupytext writes both halves of a pair when one is saved.
  const halves = seen.files
    .filter(({ path }) => saved.has(path))
    .flatMap(({ pair }) => pair);
  const own = new Set([...saved, ...halves]);
  const stamps = Object.entries(now.stamps);
  return (
    stamps.length > 0 &&
    stamps.every(
      ([path, stamp]) =>
        seen.stamps[path] === stamp ||
        (own.has(path) && seen.staged[path] === now.staged[path])
    )
  );
}

function asked(
  { path, isNew }: IToDiscard,
  dryRun: boolean
): { paths: string[]; alone: boolean; new: boolean; dryRun: boolean } {
  return { paths: [path], alone: false, new: isNew, dryRun };
}
