/**
 * Holds which backups are unfolded, makes new ones, and brings files back from them.
 */
import { Signal } from '@lumino/signaling';
import type {
  BackedUp,
  Backup,
  BackupRestored,
  BackupRestoreRequest
} from '../../api/schema';
import { asSeen } from '../../repository/asSeen';
import type { IRepository } from '../../tokens';

/** What the person wants back. */
export interface IBackupChoice {
  /** The id of the backup. */
  readonly id: string;
  /** The files; all of the backup when there are none. */
  readonly paths: readonly string[];
  /** Whether the index stays as it is. */
  readonly filesOnly: boolean;
}

/** How it went: done; it would no longer do what was seen; null: the person would rather not. */
export type Outcome = BackupRestored | 'outdated' | null;

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
  restore(
    choice: IBackupChoice,
    seen: BackupRestored,
    accept: string
  ): Promise<Outcome> {
    const { client } = this.repository;
    return this.repository.changingFiles(accept, () =>
      asSeen(
        this.repository,
        async () => isAsSeen(await this.preview(choice), seen),
        (at, stateToken) =>
          client.restoreBackup(at, asked(choice, false), { stateToken })
      )
    );
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

function asked(choice: IBackupChoice, dryRun: boolean): BackupRestoreRequest {
  const { id, paths, filesOnly } = choice;
  return { id, paths: [...paths], filesOnly, dryRun };
}
