/**
 * Does what a person saw in a preview, or nothing.
 *
 * Just before the act the preview is made once more and compared, and the act names the state in which that was
 * made. Where it would do something else by now, or something else holds a lock, the question is asked again: with
 * a new preview, the choices as they were, and a sentence on what happened.
 */
import { ProblemError, troubleOf, wayOn, type Trouble } from '../api/problem';
import type { IAgain } from '../components/PreviewState';
import type { IRepository } from '../tokens';

/** How often it is tried while something else, such as a training run, goes on writing files. */
const TRIES = 3;

/**
 * Acts as seen.
 *
 * @param isAsSeen - makes the preview once more, and tells whether it is what the person saw.
 * @param run - asks the client for the act; gets the folder and the state that it is for.
 * @returns what the act gave, or that it would no longer do what was seen.
 * @throws ProblemError when the server refused for another reason.
 */
export async function asSeen<T>(
  repository: IRepository,
  isAsSeen: () => Promise<boolean>,
  run: (at: string, stateToken: string) => Promise<T>
): Promise<T | 'outdated'> {
  const { client, state } = repository;
  for (let tries = 0; tries < TRIES; tries++) {
    // What is held of the state may be older than the files that were saved just now.
    const { stateToken } = await client.status(state.at);
    if (!(await isAsSeen())) {
      break;
    }
    try {
      return await repository.act(at => run(at, stateToken));
    } catch (error) {
      if (!isOutdated(error)) {
        throw error;
      }
    }
  }
  return 'outdated';
}

/** A question about an act, with a preview of what it does. */
export interface IAsking<C, T> {
  /** Asks; gets what was chosen the last time and why it is asked again. Null where the person would rather not. */
  readonly ask: (last: C | null, again: IAgain | null) => Promise<C | null>;
  /** Does what was chosen; null where the person would rather not. */
  readonly act: (choice: C) => Promise<T | 'outdated' | null>;
  /** What to say where it would no longer do what was seen. */
  readonly outdated: Pick<IAgain, 'message' | 'hint'>;
}

/**
 * Asks, and does what was chosen, until that is done or the person would rather not.
 *
 * @returns what the act gave; null where nothing was done.
 * @throws ProblemError when the server refused and asking again is of no use.
 */
export async function askAndAct<C, T>(
  asking: IAsking<C, T>
): Promise<T | null> {
  let choice = await asking.ask(null, null);
  while (choice !== null) {
    let again: IAgain | null = { tone: 'warn', ...asking.outdated };
    try {
      const outcome = await asking.act(choice);
      if (outcome !== 'outdated') {
        return outcome;
      }
    } catch (error) {
      again = againAfter(troubleOf(error));
      if (again === null) {
        throw error;
      }
    }
    choice = await asking.ask(choice, again);
  }
  return null;
}

/** Says why a question is asked again after a refusal; null where asking again is of no use. */
function againAfter(trouble: Trouble): IAgain | null {
  const { message, hint } = trouble;
  return wayOn(trouble) === 'retry' ? { tone: 'error', message, hint } : null;
}

/** Tells whether the server refused because of something that came meanwhile. */
function isOutdated(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    ['state-changed', 'pushed-commits'].includes(error.problem.code)
  );
}
