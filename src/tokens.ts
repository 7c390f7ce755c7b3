/** The interfaces that the plugins share. A section of the panel needs these and nothing of its neighbours. */
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { IClient, IComparison } from './api/client';
import type { Trouble } from './api/problem';
import type {
  Live,
  Operation,
  Operations,
  Running,
  Status,
  Summary
} from './api/schema';
import type { KernelChecks } from './environment/checks';
import type { Courses } from './environment/courses';
import type { IAnswer } from './repository/answer';

/** What of a repository may have changed. The words of the server's change event. */
export type Aspect =
  'refs' | 'head' | 'index' | 'files' | 'config' | 'operations';

/** A change that a section may have to follow. */
export interface IChange {
  /** True when another repository is shown now, or none. */
  readonly moved: boolean;
  /** What changed; everything when `moved`. */
  readonly what: ReadonlySet<Aspect>;
}

/** What is known of the repository that is shown. */
export interface IRepositoryState {
  /** The folder, relative to the server's root, that every request names. */
  readonly at: string;
  /** Null while unknown, and where there is no repository. */
  readonly status: Status | null;
  readonly operations: Operations | null;
  /** Why there is no status. */
  readonly trouble: Trouble | null;
  /** Says that an act's answer never came, until somebody has read it. */
  readonly unanswered: Trouble | null;
}

/** The repository of the folder that the file browser shows. */
export interface IRepository {
  readonly client: IClient;
  readonly state: IRepositoryState;
  /** Emitted after each change of `state`. */
  readonly stateChanged: ISignal<IRepository, void>;
  /** Emitted when what sections show may be out of date; never while nobody looks. */
  readonly changed: ISignal<IRepository, IChange>;

  /** Says that somebody looks, or no longer does. Nothing is asked while nobody looks. */
  setAttention(attention: Attention, on: boolean): void;
  /** Asks for everything again. */
  refresh(): Promise<void>;
  /** False while an act runs, or `state` doesn't know yet what it did. */
  readonly isSettled: boolean;
  /** Resolves when `state` knows what the acts so far did; an undo that names no act waits for it. */
  settled(): Promise<void>;
  /**
   * Runs an act and lets everything follow it.
   *
   * @param run - asks the client; gets the folder and the state token.
   * @throws ProblemError when the server refused.
   */
  act<T>(
    run: (at: string, stateToken: string | undefined) => Promise<T>
  ): Promise<T>;
  /**
   * Runs an act that changes working files, with the open documents in step: what is not saved is saved
   * before, after asking, and what is open shows the files as they are afterwards.
   *
   * @param accept - the words for saving and going on; or the files, named from the top of the repository, of which
   *   the person has agreed that their edits are saved. No others are then.
   * @param act - the act; `act` of this interface or what is built on it. It gets the files that were saved.
   * @returns null where the person would rather not.
   */
  changingFiles<T>(
    accept: string | readonly string[],
    act: (saved: ReadonlySet<string>) => Promise<T>
  ): Promise<T | null>;
  /** Names those of some files that are open with edits that are not saved; all from the top of the repository. */
  unsaved(paths: readonly string[]): Promise<readonly string[]>;
  /** Takes away what says that an answer never came. */
  dismissUnanswered(): void;
  /** Takes what the person set. */
  configure(options: IRefreshOptions): void;
  /** Finds an operation that is known here. */
  operation(id: string | null): Operation | null;
}

/** What the person can set about refreshing. */
export interface IRefreshOptions {
  /** Whether to ask again when the browser's tab comes back into view. */
  readonly onReturn: boolean;
  /** Seconds between two questions where no change events arrive; 0 never asks by itself. */
  readonly fallbackSeconds: number;
}

/** Who looks: the status bar wants only the branch; the panel, and every view in the main area, everything. */
export type Attention = 'panel' | 'status-bar' | object;

/** The token of the repository plugin. */
export const IRepository = new Token<IRepository>(
  'jupyter-mlgit:IRepository',
  'The git repository of the folder that the file browser shows.'
);

/** Who looks at the GPUs: the status bar wants few figures and seldom, the panel all of them as they change. */
export type EnvironmentAttention = 'panel' | 'status-bar';

/** The machine, and what torch sees in each kernel. */
export interface IEnvironment {
  readonly client: IClient;
  /** What the GPUs do and who holds their memory; asked while the panel looks. */
  readonly live: IAnswer<Live>;
  /** What running kernels hold by torch's own account; asked while the panel looks. */
  readonly running: IAnswer<Running>;
  /** What the status bar shows; asked while it looks. */
  readonly brief: IAnswer<Summary>;
  /** How the figures have gone. */
  readonly courses: Courses;
  /** What the kernels' own interpreters have said. */
  readonly checks: KernelChecks;
  /** The specification of the kernel that the notebook in front runs; null where there is none. */
  readonly kernel: string | null;
  /** Emitted after each change of all this. */
  readonly changed: ISignal<IEnvironment, void>;

  /** Says that somebody looks, or no longer does. Nothing is asked while nobody looks. */
  setAttention(attention: EnvironmentAttention, on: boolean): void;
  /** Says which kernel the notebook in front runs. */
  setKernel(kernel: string | null): void;
  /** Asks again what the GPUs do. */
  refresh(): Promise<void>;
}

/** The token of the environment plugin. */
export const IEnvironment = new Token<IEnvironment>(
  'jupyter-mlgit:IEnvironment',
  'What the GPUs of the machine do, and what torch sees in each kernel.'
);

/** A section of the panel. */
export interface ISection {
  readonly id: string;
  /** The place from the top; smaller is higher. */
  readonly rank: number;
  /** The key of the setting that switches it off. */
  readonly setting: string;
  /** Whether it is there also where no repository is. */
  readonly everywhere?: boolean;
  readonly widget: Widget;
}

/** The panel in the left sidebar. */
export interface ISidebar {
  /** Adds a section in the order of its rank. */
  addSection(section: ISection): void;
  /** Adds what stands between the top and the sections. */
  addBanner(banner: Widget): void;
  /** Brings the panel, and in it a section, into view and puts the focus there. */
  reveal(sectionId?: string): void;
}

/** The token of the sidebar plugin. */
export const ISidebar = new Token<ISidebar>(
  'jupyter-mlgit:ISidebar',
  'The ML Git panel, to which each section adds itself.'
);

/** One file of a comparison. */
export interface IDiffPlace {
  readonly comparison: IComparison;
  readonly path: string;
  /** What is compared, in words, where the comparison names mere ids. */
  readonly words?: string;
  /** The id of the view that it was opened from, where that leads from file to file. */
  readonly from?: string;
}

/** A difference that was opened. */
export interface IOpenedDiff {
  readonly widget: MainAreaWidget;
  readonly place: IDiffPlace;
}

/** Shows differences in the main area. */
export interface IDiffs {
  /**
   * Opens the difference of one file, or brings it to the front.
   *
   * @param place - the file.
   * @param at - a folder of its repository; without one, it is that of the panel.
   */
  open(place: IDiffPlace, at?: string): MainAreaWidget;
  /** Emitted for each, also where it was open before or comes back with the page. */
  readonly opened: ISignal<IDiffs, IOpenedDiff>;
}

/** The token of the plugin that shows differences. */
export const IDiffs = new Token<IDiffs>(
  'jupyter-mlgit:IDiffs',
  'Shows in the main area what differs between two states of a file.'
);

/** The commands, by the act they do. */
export const CommandIDs = {
  showPanel: 'mlgit:show-panel',
  refresh: 'mlgit:refresh',
  undo: 'mlgit:undo',
  redo: 'mlgit:redo',
  goBack: 'mlgit:go-back',
  reviewTrust: 'mlgit:review-trust',
  restoreDeletedBranch: 'mlgit:restore-deleted-branch',
  showLost: 'mlgit:show-lost-commits',
  backUp: 'mlgit:back-up',
  restoreBackup: 'mlgit:restore-backup',
  reset: 'mlgit:reset',
  createBranch: 'mlgit:create-branch',
  switchBranch: 'mlgit:switch-branch',
  checkOutCommit: 'mlgit:check-out-commit',
  renameBranch: 'mlgit:rename-branch',
  deleteBranch: 'mlgit:delete-branch',
  openDiff: 'mlgit:open-diff',
  openDiffOfFile: 'mlgit:open-diff-of-file',
  openDiffOfNotebook: 'mlgit:open-diff-of-notebook',
  toggleLayout: 'mlgit:toggle-diff-layout',
  toggleWrap: 'mlgit:toggle-diff-wrap',
  toggleUnchanged: 'mlgit:toggle-diff-unchanged',
  showReview: 'mlgit:show-review',
  openChangedFile: 'mlgit:open-changed-file',
  discardChanges: 'mlgit:discard-changes',
  copyPath: 'mlgit:copy-path',
  showInFileBrowser: 'mlgit:show-in-file-browser',
  openComparison: 'mlgit:open-comparison',
  compare: 'mlgit:compare',
  compareBranch: 'mlgit:compare-branch',
  changesInCommit: 'mlgit:changes-in-commit',
  compareWorkingFiles: 'mlgit:compare-working-files',
  nextFile: 'mlgit:next-file',
  previousFile: 'mlgit:previous-file',
  backToComparison: 'mlgit:back-to-comparison',
  nextChangedFile: 'mlgit:next-changed-file',
  previousChangedFile: 'mlgit:previous-changed-file',
  nextChange: 'mlgit:next-change',
  previousChange: 'mlgit:previous-change',
  showGpus: 'mlgit:show-gpus',
  checkKernels: 'mlgit:check-kernels'
} as const;
