/** A client that answers from memory and writes down what it was asked. */
import type { IClient } from '../api/client';
import { ProblemError, type Trouble } from '../api/problem';
import {
  aDoctored,
  aLive,
  aRunning,
  aSummary,
  aVolume
} from './environmentFixtures';
import { aRetention, aStatus } from './fixtures';

/** One question. */
export interface IAsked {
  readonly verb: keyof IClient;
  readonly args: readonly unknown[];
}

/** The client, and what a test holds of it. */
export interface IFakeClient extends IClient {
  readonly asked: readonly IAsked[];
  /** How often a verb was asked for. */
  count(verb: keyof IClient): number;
  /** Replaces the answers of some verbs. */
  answer(answers: Partial<IClient>): void;
}

/** Makes a client of a repository in which nothing is missing. */
export function fakeClient(answers: Partial<IClient> = {}): IFakeClient {
  const asked: IAsked[] = [];
  const nothingUnfinished = {
    title: null,
    when: null,
    refs: [],
    missing: [],
    files: [],
    backup: null,
    settled: false
  };
  const operation = { operation: 'op-2' };
  const undone = { operations: [], refs: [], index: [], files: [] };
  const standard: IClient = {
    status: () => Promise.resolve(aStatus()),
    watch: () => Promise.resolve({ top: '/srv/project', noticed: 0 }),
    operations: () =>
      Promise.resolve({ operations: [], undo: null, redo: null }),
    undo: () => Promise.resolve({ ...undone, ...operation }),
    redo: () => Promise.resolve({ ...undone, ...operation }),
    unfinished: () => Promise.resolve(nothingUnfinished),
    recover: () => Promise.resolve({ ...nothingUnfinished, settled: true }),
    deleted: () => Promise.resolve({ branches: [], more: 0, skipped: 0 }),
    preview: () => never('preview'),
    restore: () => never('restore'),
    pin: () => never('pin'),
    unpin: () => never('unpin'),
    timeline: () => Promise.resolve({ entries: [], skipped: 0, next: null }),
    retention: () => Promise.resolve(aRetention()),
    setRetention: () => Promise.resolve(aRetention(operation)),
    backup: () => never('backup'),
    backups: () => Promise.resolve({ backups: [], more: 0 }),
    restoreBackup: () => never('restoreBackup'),
    setup: () => never('setup'),
    trust: () =>
      Promise.resolve({
        trusted: true,
        wouldRun: [],
        onlyGit: [],
        repositories: []
      }),
    setTrust: () =>
      Promise.resolve({
        trusted: true,
        wouldRun: [],
        onlyGit: [],
        repositories: []
      }),
    log: () => Promise.resolve({ commits: [], more: false }),
    reset: () => never('reset'),
    discard: () => never('discard'),
    branches: () =>
      Promise.resolve({
        branches: [],
        remotes: [],
        remoteCount: 0,
        main: null
      }),
    createBranch: () => never('createBranch'),
    deleteBranch: () => never('deleteBranch'),
    renameBranch: () => never('renameBranch'),
    switchBranch: () => never('switchBranch'),
    diffSummary: () =>
      Promise.resolve({ old: 'index', new: 'working files', files: [] }),
    overview: () => never('overview'),
    patch: () => never('patch'),
    fileSides: () => never('fileSides'),
    output: () => never('output'),
    live: () => Promise.resolve(aLive()),
    summary: () => Promise.resolve(aSummary()),
    runningKernels: () => Promise.resolve(aRunning()),
    gpuTest: () => never('gpuTest'),
    volume: () => Promise.resolve(aVolume()),
    checkedKernels: () => Promise.resolve({ ...aDoctored(), kernels: [] }),
    doctor: ({ kernel }) =>
      Promise.resolve(aDoctored({ name: kernel ?? 'python3' }))
  };
  let current: IClient = { ...standard, ...answers };
  const recording = Object.fromEntries(
    (Object.keys(standard) as (keyof IClient)[]).map(verb => [
      verb,
      (...args: unknown[]) => {
        asked.push({ verb, args });
        return (current[verb] as (...args: unknown[]) => unknown)(...args);
      }
    ])
  ) as unknown as IClient;
  return {
    ...recording,
    asked,
    count: verb => asked.filter(question => question.verb === verb).length,
    answer: next => {
      current = { ...current, ...next };
    }
  };
}

/** A refusal, as the client rejects with it. */
export function refusal(
  code: Trouble['code'],
  details: Readonly<Record<string, unknown>> = {}
): ProblemError {
  return new ProblemError({
    code,
    message: `Refused: ${code}.`,
    hint: 'Do something else.',
    ...details
  } as Trouble);
}

function never(verb: string): Promise<never> {
  return Promise.reject(new Error(`The test did not expect ${verb}.`));
}
