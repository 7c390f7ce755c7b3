/**
 * Asks the server extension, one function per verb.
 *
 * The types are the generated contract's; the paths are written here once. A refusal of any kind becomes a
 * `ProblemError`, so that callers have one thing to catch.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ProblemError, UNANSWERED, UNREACHABLE, type Trouble } from './problem';
import type * as contract from './schema';

/** An act's optional guard: the server refuses when the repository is no longer as this token says. */
export interface IGuard {
  readonly stateToken?: string | undefined;
}

/** The verbs. `at` is a folder relative to the server's root, in the repository that is meant. */
export interface IClient {
  status(at: string): Promise<contract.Status>;
  watch(at: string): Promise<contract.Watching>;
  operations(at: string, n: number): Promise<contract.Operations>;
  undo(
    at: string,
    body: contract.UndoRequest,
    guard: IGuard
  ): Promise<contract.Undone>;
  redo(at: string, body: contract.RedoRequest): Promise<contract.Undone>;
  unfinished(at: string): Promise<contract.Unfinished>;
  recover(
    at: string,
    body: contract.RecoverRequest
  ): Promise<contract.Unfinished>;
  deleted(
    at: string,
    all: boolean,
    n: number
  ): Promise<contract.DeletedBranches>;
  preview(
    at: string,
    branch: string,
    tip: string | null
  ): Promise<contract.BranchPreview>;
  restore(
    at: string,
    body: contract.RestoreRequest
  ): Promise<contract.Restored>;
  pin(at: string, body: contract.PinRequest): Promise<contract.Pinned>;
  unpin(at: string, body: contract.UnpinRequest): Promise<contract.Unpinned>;
  timeline(
    at: string,
    ref: string,
    n: number,
    after: string | null
  ): Promise<contract.Timeline>;
  retention(at: string): Promise<contract.Retention>;
  setRetention(
    at: string,
    body: contract.RetentionChange
  ): Promise<contract.Retention>;
  backup(at: string, body: contract.BackupRequest): Promise<contract.BackedUp>;
  /** Gives one backup with all of its files, or the newest ones. */
  backups(
    at: string,
    id: string | null,
    n: number,
    after: string | null
  ): Promise<contract.Backups>;
  restoreBackup(
    at: string,
    body: contract.BackupRestoreRequest,
    guard: IGuard
  ): Promise<contract.BackupRestored>;
  setup(at: string, body: contract.SetupRequest): Promise<contract.Setup>;
  trust(at: string): Promise<contract.Trust>;
  setTrust(at: string, body: contract.TrustChange): Promise<contract.Trust>;
  log(at: string, n: number, after: string | null): Promise<contract.Log>;
  reset(
    at: string,
    body: contract.ResetRequest,
    guard: IGuard
  ): Promise<contract.Reset>;
  discard(
    at: string,
    body: contract.DiscardRequest,
    guard: IGuard
  ): Promise<contract.Discarded>;
  branches(at: string, remotes: boolean): Promise<contract.Branches>;
  createBranch(
    at: string,
    body: contract.BranchCreateRequest
  ): Promise<contract.BranchActed>;
  deleteBranch(
    at: string,
    body: contract.BranchDeleteRequest,
    guard: IGuard
  ): Promise<contract.BranchDeleted>;
  renameBranch(
    at: string,
    body: contract.BranchRenameRequest,
    guard: IGuard
  ): Promise<contract.BranchActed>;
  switchBranch(
    at: string,
    body: contract.SwitchRequest,
    guard: IGuard
  ): Promise<contract.Switched>;
  /** Counts what differs in some files, or in all of them, and unless not wanted tells what deserves a second look. */
  diffSummary(
    at: string,
    comparison: IComparison,
    paths: readonly string[],
    warnings?: boolean
  ): Promise<contract.Diff>;
  /** Says how both sides stand to each other, and names the files that differ if they are asked for. */
  overview(
    at: string,
    comparison: IComparison,
    files: boolean
  ): Promise<contract.Overview>;
  /** Gives what differs as a patch. */
  patch(at: string, comparison: IComparison): Promise<contract.Patch>;
  /** Gives one file as it is on both sides. */
  fileSides(
    at: string,
    comparison: IComparison,
    path: string,
    form: Form
  ): Promise<contract.FileSides>;
  /** Gives the content of one output of a notebook. */
  output(
    at: string,
    comparison: IComparison,
    wanted: IOutputPlace
  ): Promise<contract.OutputContent>;
  /** Gives what the GPUs do now, and what they did since a reading that one has; the server watches on for a while. */
  live(after: number | null): Promise<contract.Live>;
  /** Gives what the status bar shows. */
  summary(kernel: string | null): Promise<contract.Summary>;
  /** Gives what running kernels hold, by torch's own account; the server watches on for a while. */
  runningKernels(): Promise<contract.Running>;
  /** Computes something small on the GPU with a kernel's interpreter. */
  gpuTest(body: contract.GpuTestRequest): Promise<contract.GpuTest>;
  /** Says whether the repository outlives the container. */
  volume(at: string): Promise<contract.RepositoryVolume>;
  /** Gives what the server remembers of the kernels that were asked; nothing is started for it. */
  checkedKernels(): Promise<contract.Doctored>;
  /** Asks kernels' own interpreters what torch sees. */
  doctor(body: contract.DoctorRequest): Promise<contract.Doctored>;
}

/** Where an output stands. */
export interface IOutputPlace {
  readonly path: string;
  readonly side: 'old' | 'new';
  /** The cell's place, from 0. */
  readonly cell: number;
  /** The output's number in its cell, from 1. */
  readonly n: number;
  readonly mime: string;
}

type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null>
>;

/** Two states that are compared. */
export interface IComparison {
  /** Nothing for the index and the working files; a commit, two of them, `A..B`, `A...B` or `A^!`. */
  readonly revisions: readonly string[];
  /** Whether the index takes the place of the working files. */
  readonly staged: boolean;
  /** Whether untracked files are compared too, as added. */
  readonly untracked: boolean;
}

/** How a notebook is compared. */
export type Form = 'cells' | 'text' | 'raw';

/** What happened, and what to do. */
type Words = Pick<Trouble, 'message' | 'hint'>;

/**
 * Makes the client that talks to the server.
 *
 * @param settings - the connection of the application, with its base URL and token.
 * @param words - the sentences for when no answer comes, already translated: to a question, and to an act.
 */
export function createClient(
  settings: ServerConnection.ISettings,
  words: { readonly unreachable: Words; readonly unanswered: Words }
): IClient {
  const unreachable: Trouble = { code: UNREACHABLE, ...words.unreachable };
  const unanswered: Trouble = { code: UNANSWERED, ...words.unanswered };

  const send = async <T>(
    path: string,
    query: Query,
    init: RequestInit,
    silence: Trouble
  ): Promise<T> => {
    const url = URLExt.join(settings.baseUrl, 'mlgit', path);
    const request = `${url}?${asked(query).toString()}`;
    let response: Response;
    let body: unknown;
    try {
      response = await ServerConnection.makeRequest(request, init, settings);
      body = await response.json();
    } catch (error) {
      console.warn('The ML Git server extension did not answer.', error);
      throw new ProblemError(silence);
    }
    if (!response.ok) {
      // What is in front of the server has let nothing through that it calls a fault of the request.
      throw new ProblemError(
        problemIn(body) ?? (response.status < 500 ? unreachable : silence)
      );
    }
    return body as T;
  };

  const get = <T>(at: string, path: string, query: Query = {}): Promise<T> =>
    send<T>(path, { repository: at, ...query }, { method: 'GET' }, unreachable);

  /** Asks about the machine, which is no repository. */
  const look = <T>(path: string, query: Query = {}): Promise<T> =>
    send<T>(path, query, { method: 'GET' }, unreachable);

  /** Starts programs that look, and change nothing. */
  const examine = <T>(path: string, body: object): Promise<T> =>
    send<T>(
      path,
      {},
      { method: 'POST', body: JSON.stringify(body) },
      unreachable
    );

  const post = <T>(
    at: string,
    path: string,
    body: object,
    guard: IGuard = {}
  ): Promise<T> =>
    send<T>(
      path,
      { repository: at },
      {
        method: 'POST',
        body: JSON.stringify(body),
        ...(guard.stateToken === undefined
          ? {}
          : { headers: { 'If-Match': guard.stateToken } })
      },
      'dryRun' in body && body.dryRun === true ? unreachable : unanswered
    );

  return {
    status: at => get(at, 'status'),
    watch: at => post(at, 'watch', {}),
    operations: (at, n) => get(at, 'operations', { n }),
    undo: (at, body, guard) => post(at, 'operations/undo', body, guard),
    redo: (at, body) => post(at, 'operations/redo', body),
    unfinished: at => get(at, 'operations/unfinished'),
    recover: (at, body) => post(at, 'operations/unfinished', body),
    deleted: (at, all, n) => get(at, 'recovery/deleted-branches', { all, n }),
    preview: (at, branch, tip) =>
      get(at, 'recovery/deleted-branches/preview', { branch, at: tip }),
    restore: (at, body) => post(at, 'recovery/deleted-branches/restore', body),
    pin: (at, body) => post(at, 'recovery/deleted-branches/pin', body),
    unpin: (at, body) => post(at, 'recovery/deleted-branches/unpin', body),
    timeline: (at, ref, n, after) =>
      get(at, 'recovery/timeline', { ref, n, after }),
    retention: at => get(at, 'recovery/retention'),
    setRetention: (at, body) => post(at, 'recovery/retention', body),
    backup: (at, body) => post(at, 'recovery/backup', body),
    backups: (at, id, n, after) =>
      get(at, 'recovery/backups', { id, n, after }),
    restoreBackup: (at, body, guard) =>
      post(at, 'recovery/backups/restore', body, guard),
    setup: (at, body) => post(at, 'setup', body),
    trust: at => get(at, 'trust'),
    setTrust: (at, body) => post(at, 'trust', body),
    log: (at, n, after) => get(at, 'log', { n, after }),
    reset: (at, body, guard) => post(at, 'reset', body, guard),
    discard: (at, body, guard) => post(at, 'files/discard', body, guard),
    branches: (at, remotes) => get(at, 'branches', { remotes }),
    createBranch: (at, body) => post(at, 'branches/create', body),
    deleteBranch: (at, body, guard) => post(at, 'branches/delete', body, guard),
    renameBranch: (at, body, guard) => post(at, 'branches/rename', body, guard),
    switchBranch: (at, body, guard) => post(at, 'branches/switch', body, guard),
    diffSummary: (at, comparison, paths, warnings = true) =>
      get(at, 'review/diff', {
        ...comparison,
        paths,
        summary: true,
        warnings
      }),
    overview: (at, comparison, files) =>
      get(at, 'review/overview', { ...comparison, files }),
    patch: (at, comparison) => get(at, 'review/patch', { ...comparison }),
    fileSides: (at, comparison, path, form) =>
      get(at, 'review/file', { ...comparison, path, form }),
    output: (at, comparison, wanted) =>
      get(at, 'review/output', { ...comparison, ...wanted }),
    live: after => look('environment/live', { after }),
    summary: kernel => look('environment/summary', { kernel }),
    runningKernels: () => examine('environment/kernels', {}),
    gpuTest: body => examine('environment/gpu-test', body),
    volume: at => get(at, 'environment/volume'),
    checkedKernels: () => look('environment/checked', {}),
    doctor: body => examine('environment/doctor', body)
  };
}

function asked(query: Query): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : value === null ? [] : [value];
    values.forEach(one => {
      parameters.append(key, String(one));
    });
  }
  return parameters;
}

function problemIn(body: unknown): Trouble | null {
  if (typeof body !== 'object' || body === null || !('problem' in body)) {
    return null;
  }
  const problem = (body as { readonly problem: unknown }).problem;
  const whole =
    typeof problem === 'object' &&
    problem !== null &&
    'code' in problem &&
    'message' in problem &&
    'hint' in problem;
  return whole ? (problem as Trouble) : null;
}
