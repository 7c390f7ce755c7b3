/**
 * Backs a notebook's repository up when a cell of it begins to run.
 *
 * The run waits for nothing of this: saving and backing up go on beside it, and whatever fails there is told once.
 * A run of many cells begins them all at once, so while a backup is under way no other is begun for that notebook.
 */
import { ProblemError } from '../api/problem';
import type { BackedUp } from '../api/schema';

/** A notebook that runs. */
export interface IRunning {
  /** Relative to the server's root. */
  readonly path: string;
  readonly dirty: boolean;
  save(): Promise<void>;
}

/** Where no backup is possible, and nobody expects one. */
const NO_REPOSITORY: readonly string[] = [
  'not-a-repository',
  'outside-server-root'
];

/** Makes the backups. */
export class Snapshots {
  /**
   * @param _backUp - backs up the repository of a folder, relative to the server's root.
   * @param _tell - tells that it failed.
   */
  constructor(
    private readonly _backUp: (folder: string) => Promise<BackedUp>,
    private readonly _tell: (message: string) => void
  ) {}

  /** Begins a backup unless one is under way; resolves when it is over, and never rejects. */
  run(notebook: IRunning): Promise<void> {
    const { path } = notebook;
    const known = this._underWay.get(path);
    if (known !== undefined) {
      return known;
    }
    const made = this._make(notebook).finally(() => {
      this._underWay.delete(path);
    });
    this._underWay.set(path, made);
    return made;
  }

  private async _make(notebook: IRunning): Promise<void> {
    const { path } = notebook;
    if (notebook.dirty) {
      try {
        await notebook.save();
      } catch (error) {
        // JupyterLab says so itself; what is on disk is worth keeping all the same.
        console.warn('The notebook was not saved before its run.', error);
      }
    }
    try {
      await this._backUp(path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
      this._told = false;
    } catch (error) {
      this._failed(error);
    }
  }

  private _failed(error: unknown): void {
    if (!(error instanceof ProblemError)) {
      console.error('The backup before a run failed.', error);
    } else if (!NO_REPOSITORY.includes(error.problem.code) && !this._told) {
      this._told = true;
      this._tell(error.problem.message);
    }
  }

  private readonly _underWay = new Map<string, Promise<void>>();
  private _told = false;
}
