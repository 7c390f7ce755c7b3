/** Backups as the server sends them, with what a test doesn't care about filled in. */
import type { BackedUp, Backup, BackupRestored } from '../api/schema';
import { idOf } from './commitFixtures';
import { aFile } from './fixtures';

export function aBackup(change: Partial<Backup> = {}): Backup {
  return {
    id: 'op-1',
    commit: idOf('abc'),
    when: '2026-03-10T10:00:00+00:00',
    reason: 'on-demand',
    title: 'Back up 2 files',
    head: idOf('fff'),
    files: [
      { path: 'train.py', kind: 'modified', staged: false, size: 1234 },
      { path: 'notes.txt', kind: 'untracked', staged: false, size: 5 }
    ],
    moreFiles: 0,
    bytes: 1239,
    keptUntil: null,
    damaged: null,
    ...change
  };
}

export function aBackedUp(change: Partial<BackedUp> = {}): BackedUp {
  const { id, commit, files } = aBackup();
  return {
    id,
    commit,
    created: true,
    files,
    moreFiles: 0,
    skipped: [],
    operation: id,
    ...change
  };
}

export function aBackupRestored(
  change: Partial<BackupRestored> = {}
): BackupRestored {
  return {
    id: 'op-1',
    index: [],
    files: [aFile('train.py', 'overwritten')],
    refused: [],
    backup: null,
    operation: null,
    ...change
  };
}
