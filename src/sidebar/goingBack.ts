/**
 * Goes back to before an act, with everything that was done since, or takes one act back, after a preview.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Undone, UndoRequest } from '../api/schema';
import type { IAgain } from '../components/PreviewState';
import { toast } from '../components/toast';
import { lowerFirst, shortened, visibleText } from '../components/visibleText';
import { askAndAct, asSeen } from '../repository/asSeen';
import { CommandIDs, type IRepository } from '../tokens';

/** How much of a title fits into a toast. */
const TITLE = 70;

/** How far to go back: one act; before an act; or just behind one. */
export type Target =
  | { readonly id: string }
  | { readonly before: string }
  | { readonly to: string };

/** What the person chose, having seen what it does. */
export interface IWayBack {
  readonly target: Target;
  /** The preview. */
  readonly seen: Undone;
}

/** Asks how far; null where the person would rather not. */
export type AskWayBack = (
  target: Target,
  /** Why it is asked again. */
  again: IAgain | null
) => Promise<IWayBack | null>;

/** Says what going back would do, and changes nothing. */
export function foresee(
  repository: IRepository,
  target: Target
): Promise<Undone> {
  const { client, state } = repository;
  return client.undo(state.at, asked(target, true), {});
}

/**
 * Makes the act.
 *
 * @param ask - shows the preview; the tests answer in its place.
 * @returns the act. It rejects with a `ProblemError` when the server refused.
 */
export function goingBack(
  trans: TranslationBundle,
  commands: CommandRegistry,
  repository: IRepository,
  ask: AskWayBack
): (target: Target) => Promise<void> {
  return async target => {
    const { client } = repository;
    const done = await askAndAct<IWayBack, Undone>({
      ask: (last, again) => ask(last?.target ?? target, again),
      act: ({ target: chosen, seen }) =>
        repository.changingFiles(trans.__('Save and go back'), () =>
          asSeen(
            repository,
            async () => isAsSeen(await foresee(repository, chosen), seen),
            (at, stateToken) =>
              client.undo(at, asked(chosen, false), { stateToken })
          )
        ),
      outdated: {
        message: trans.__(
          'The repository has changed since. Nothing was undone.'
        ),
        hint: trans.__('This is what would be undone now.')
      }
    });
    if (done !== null) {
      announce(trans, commands, done);
    }
  };
}

function isAsSeen(now: Undone, seen: Undone): boolean {
  const print = ({ operations, refs, index, files }: Undone): string =>
    JSON.stringify([operations.map(({ id }) => id), refs, index, files]);
  return print(now) === print(seen);
}

function announce(
  trans: TranslationBundle,
  commands: CommandRegistry,
  done: Undone
): void {
  const [newest] = done.operations;
  const oldest = done.operations.at(-1);
  if (newest === undefined || oldest === undefined) {
    return;
  }
  const title = lowerFirst(shortened(visibleText(oldest.title), TITLE));
  const count = done.operations.length;
  toast(
    'success',
    count === 1
      ? trans.__('Undone: %1', title)
      : trans._n(
          'Back to before: %2 (%1 operation undone)',
          'Back to before: %2 (%1 operations undone)',
          count,
          title
        ),
    [
      {
        label: trans.__('Redo'),
        caption:
          count === 1
            ? trans.__('Redo: %1', title)
            : trans._n(
                'Do the %1 operation again',
                'Do all %1 operations again',
                count
              ),
        run: () => {
          void commands.execute(CommandIDs.redo, { to: newest.id });
        }
      }
    ]
  );
}

function asked(target: Target, dryRun: boolean): UndoRequest {
  return { id: null, to: null, before: null, ...target, dryRun };
}
