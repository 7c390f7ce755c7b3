/**
 * Goes back to before an act, with everything that was done since, or takes one act back, after a preview.
 *
 * It does what the person saw or nothing: just before the act the preview is made once more and compared, and the
 * act names the state that this was made in.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { ProblemError } from '../api/problem';
import type { Undone, UndoRequest } from '../api/schema';
import { toast } from '../components/toast';
import { shortened, visibleText } from '../components/visibleText';
import { CommandIDs, type IRepository } from '../tokens';
import { lowerFirst } from './words';

/** How much of a title fits into a toast. */
const TITLE = 70;

/** How often it is tried while something else, such as a training run, goes on writing files. */
const TRIES = 3;

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
  /** Whether the repository changed since the last time it was asked. */
  again: boolean
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
    let choice = await ask(target, false);
    while (choice !== null) {
      const chosen = choice;
      const outcome = await repository.changingFiles(
        trans.__('Save and go back'),
        () => goBack(repository, chosen)
      );
      if (outcome === null) {
        return;
      }
      if (outcome !== 'outdated') {
        announce(trans, commands, outcome);
        return;
      }
      choice = await ask(chosen.target, true);
    }
  };
}

async function goBack(
  repository: IRepository,
  { target, seen }: IWayBack
): Promise<Undone | 'outdated'> {
  const { client, state } = repository;
  for (let tries = 0; tries < TRIES; tries++) {
    const { stateToken } = await client.status(state.at);
    if (!isAsSeen(await foresee(repository, target), seen)) {
      break;
    }
    try {
      return await repository.act(at =>
        client.undo(at, asked(target, false), { stateToken })
      );
    } catch (error) {
      if (
        !(error instanceof ProblemError) ||
        error.problem.code !== 'state-changed'
      ) {
        throw error;
      }
    }
  }
  return 'outdated';
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
