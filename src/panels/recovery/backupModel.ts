/**
 * Holds which backups are unfolded, makes new ones, and brings files back from them.
 *
 * As with a reset, what the person saw in the preview is what happens: it is made once more just before the act,
 * which names the state that it was made in.
 */
import { Signal } from '@lumino/signaling';
import { ProblemError } from '../../api/problem';
import type {
  BackedUp,
  Backup,
  BackupRestored,
  BackupRestoreRequest
} from '../../api/schema';
import type { IRepository } from '../../tokens';

/** How often an act is tried while something else, such as a training run, goes on writing files. */
const TRIES = 3;

/** What the person wants back. */
export interface IBackupChoice {
  /** The id of the backup. */
  readonly id: string;
  /** The files; all of the backup when there are none. */
  readonly paths: readonly string[];
  /** Whether the index stays as it is. */
  readonly filesOnly: boolean;
}

/** How it went: done; the person would rather not; it would no longer do what was seen. */
export type Outcome = BackupRestored | 'declined' | 'outdated';

/** The model. */
export class BackupModel {
  /** @param repository - the repository that is shown. */
  constructor(readonly repository: IRepository) {
    repository.changed.connect((_, change) => {
      if (change.moved) {
        this._set(new Set());
      }
    });
  }

  readonly openChanged = new Signal<this, void>(this);

  /** The ids of the backups whose files are shown. */
  get open(): ReadonlySet<string> {
    return this._open;
  }

  /** Shows the files of a backup, or no longer. */
  setOpen(id: string, open: boolean): void {
    const next = new Set(this._open);
    if (open) {
      next.add(id);
    } else {
      next.delete(id);
    }
    this._set(next);
  }

  /** The id of the newest operation that has a backup; null where none is known. */
  get newest(): string | null {
    const known = this.repository.state.operations?.operations ?? [];
    return known.find(({ backup }) => backup)?.id ?? null;
  }

  /** Backs up everything that is not committed. */
  backUp(): Promise<BackedUp> {
    return this.repository.act(at =>
      this.repository.client.backup(at, {
        message: null,
        reason: 'on-demand',
        dryRun: false
      })
    );
  }

  /** Asks what a backup holds. */
  async files(id: string): Promise<Backup> {
    const { client, state } = this.repository;
    const [found] = (await client.backups(state.at, id, 1, null)).backups;
    if (found === undefined) {
      throw new Error(`The server gave no backup ${id}.`);
    }
    return found;
  }

  /** Says what bringing files back would do, and changes nothing. */
  preview(choice: IBackupChoice): Promise<BackupRestored> {
    const { client, state } = this.repository;
    return client.restoreBackup(state.at, asked(choice, true), {});
  }

  /**
   * Brings files back.
   *
   * @param choice - what.
   * @param seen - what the person was shown.
   * @param accept - the words for saving open documents and going on.
   */
  async restore(
    choice: IBackupChoice,
    seen: BackupRestored,
    accept: string
  ): Promise<Outcome> {
    const act = (): Promise<Outcome> => this._restore(choice, seen);
    return (await this.repository.changingFiles(accept, act)) ?? 'declined';
  }

  private async _restore(
    choice: IBackupChoice,
    seen: BackupRestored
  ): Promise<Outcome> {
    const { client, state } = this.repository;
    for (let tries = 0; tries < TRIES; tries++) {
      // What is held of the state may be older than the files that were saved just now.
      const { stateToken } = await client.status(state.at);
      if (!isAsSeen(await this.preview(choice), seen)) {
        break;
      }
      try {
        return await this.repository.act(at =>
          client.restoreBackup(at, asked(choice, false), { stateToken })
        );
      } catch (error) {
        if (!isOutdated(error)) {
          throw error;
        }
      }
    }
    return 'outdated';
  }

  private _set(open: ReadonlySet<string>): void {
    this._open = open;
    this.openChanged.emit();
  }

  private _open: ReadonlySet<string> = new Set();
}

/** Tells whether nothing is gone over, staged or deleted that the person was not shown. */
function isAsSeen(now: BackupRestored, seen: BackupRestored): boolean {
  const known = new Set(seen.files.map(({ path, effect }) => effect + path));
  return (
    now.index.join('\0') === seen.index.join('\0') &&
    now.files.every(({ path, effect }) => known.has(effect + path))
  );
}

function isOutdated(error: unknown): boolean {
  return (
    error instanceof ProblemError && error.problem.code === 'state-changed'
  );
}

function asked(choice: IBackupChoice, dryRun: boolean): BackupRestoreRequest {
  const { id, paths, filesOnly } = choice;
  return { id, paths: [...paths], filesOnly, dryRun };
}
