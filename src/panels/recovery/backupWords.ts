/** The words of backups: of what they hold, how large it is, and what bringing it back does. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AffectedFile, BackupFile } from '../../api/schema';

/** The letter of a file, as `git status` has it. */
export const LETTERS: Readonly<Record<BackupFile['kind'], string>> = {
  modified: 'M',
  untracked: '?',
  deleted: 'D',
  staged: 'S',
  conflicted: 'U'
};

/** Says what a backup holds of a file. */
export function kindWords(trans: TranslationBundle, file: BackupFile): string {
  switch (file.kind) {
    case 'modified':
      return file.staged
        ? trans.__('changed, and staged')
        : trans.__('changed');
    case 'untracked':
      return trans.__('not tracked by git');
    case 'deleted':
      return trans.__('deleted');
    case 'staged':
      return trans.__('staged only');
    case 'conflicted':
      return trans.__('in conflict');
  }
}

/** Says what becomes of a working file. */
export function restoreWords(
  trans: TranslationBundle,
  effect: AffectedFile['effect']
): string {
  switch (effect) {
    case 'created':
      return trans.__('comes back');
    case 'overwritten':
      return trans.__('overwritten; what is there now is backed up first');
    case 'deleted':
      return trans.__('deleted; what is there now is backed up first');
    case 'endangered':
      return trans.__('not tracked by git; backed up first');
    case 'kept':
      return trans.__('stays as it is');
  }
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Gives a number of bytes in decimal units. */
export function sizeWords(trans: TranslationBundle, bytes: number): string {
  if (bytes < 1000) {
    return trans._n('%1 byte', '%1 bytes', bytes);
  }
  let amount = bytes;
  let unit = '';
  for (const next of UNITS) {
    if (amount < 999.5 && unit !== '') {
      break;
    }
    amount /= 1000;
    unit = next;
  }
  return `${amount < 10 ? amount.toFixed(1) : amount.toFixed(0)} ${unit}`;
}
