/**
 * Does what a person saw in a preview, or nothing.
 *
 * Just before the act the preview is made once more and compared, and the act names the state in which that was
 * made. Where it would do something else by now, or something else holds a lock, the question is asked again: with
 * a new preview, the choices as they were, and a sentence on what happened.
 */
import { ProblemError, wayOn, type Trouble } from '../api/problem';
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

/** Says why a question is asked again after a refusal; null where asking again is of no use. */
export function againAfter(trouble: Trouble): IAgain | null {
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
