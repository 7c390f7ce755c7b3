/**
 * Says what each problem code means for the panel: which way on it can offer beside the hint.
 *
 * Nobody matches on a message. The switch is exhaustive over the codes that the contract lists, so that a
 * code added on the server fails the build here until somebody has decided what to offer.
 */
import type { Problem } from './schema';

/** Why an answer never came from our own server code. */
export const UNREACHABLE = 'unreachable';

/** The same for an act: it may have been done all the same. */
export const UNANSWERED = 'unanswered';

/** A problem as the panel holds it: one of the contract, or no answer came from the server. */
export type Trouble =
  | Problem
  | {
      readonly code: typeof UNREACHABLE | typeof UNANSWERED;
      readonly message: string;
      readonly hint: string;
    };

/** A refused or failed request. */
export class ProblemError extends Error {
  /** @param problem - what the server answered. */
  constructor(readonly problem: Trouble) {
    super(problem.message);
    this.name = 'ProblemError';
  }
}

/**
 * What the panel offers beside the hint.
 *
 * - `none`: nothing but the words
 * - `retry`: the same request again
 * - `reload`: what is shown is out of date
 * - `rename`: another name, free according to the server where it gives one
 * - `resolve`: finish or roll back what was interrupted
 * - `trust`: look at what would run, then decide
 * - `back-up`: look at the work that is in the way; it can be backed up and gone over
 */
export type WayOn =
  'none' | 'retry' | 'reload' | 'rename' | 'resolve' | 'trust' | 'back-up';

/** Tells which way on a problem has. A code that a newer server sends has none. */
export function wayOn(trouble: Trouble): WayOn {
  const { code } = trouble;
  switch (code) {
    case 'branch-exists':
    case 'bad-name':
      return 'rename';
    case 'unfinished-operation':
      // What git has half done, a merge for example, is not ours to finish.
      return 'interrupted' in trouble ? 'resolve' : 'none';
    case 'untrusted-repository':
      return 'trust';
    case 'would-overwrite':
      return 'backUp' in trouble ? 'back-up' : 'none';
    case 'state-changed':
    case 'backup-not-found':
    case 'branch-not-found':
    case 'no-undo':
    case UNANSWERED:
      return 'reload';
    case 'busy':
    case 'index-locked':
    case 'ref-locked':
    case 'repository-busy':
    case 'took-too-long':
    case 'internal-error':
    case 'damaged-repository':
    case UNREACHABLE:
      return 'retry';
    case 'bad-request':
    case 'bad-revision':
    case 'no-common-commit':
    case 'branch-checked-out':
    case 'hook-rejected':
    case 'not-a-repository':
    case 'not-authorized':
    case 'outside-server-root':
    case 'path-outside-repository':
    case 'protected-branch':
    case 'pushed-commits':
    case 'read-only':
    case 'tip-gone':
    case 'notebook-invalid':
    case 'too-large':
    case 'tool-missing':
    case 'unmerged-branch':
    case 'unsupported-repository':
      return 'none';
    default:
      return unknownCode(code);
  }
}

function unknownCode(code: never): WayOn {
  console.warn(`A problem code this version does not know: ${String(code)}`);
  return 'none';
}

/** Gives the free name that a problem offers, if it offers one. */
export function suggestedName(trouble: Trouble): string | null {
  const value = (trouble as Readonly<Record<string, unknown>>).suggestion;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Gives the files that a problem names. */
export function filesIn(trouble: Trouble): readonly string[] {
  return textsIn(trouble, 'files');
}

/** Gives the repositories that lie in a folder which is none, by their names there. */
export function repositoriesIn(trouble: Trouble): readonly string[] {
  return textsIn(trouble, 'repositories');
}

function textsIn(trouble: Trouble, name: string): readonly string[] {
  const value = (trouble as Readonly<Record<string, unknown>>)[name];
  return Array.isArray(value)
    ? value.filter(text => typeof text === 'string')
    : [];
}

/** Turns whatever was thrown into something that a person can be told. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProblemError) {
    return error.problem;
  }
  throw error;
}
