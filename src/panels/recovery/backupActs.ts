/** Backs up and brings files back, and says in a toast how that went and how to take it back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { ProblemError } from '../../api/problem';
import type { BackedUp, BackupRestored } from '../../api/schema';
import { toast } from '../../components/toast';
import { shortened, visibleText } from '../../components/visibleText';
import { undoAction } from '../../repository/undoAction';
import type { BackupModel } from './backupModel';
import type { OnRestoreFiles } from './backupPreview';

/** How much of a name fits into a toast. */
const NAME = 60;

/** Makes the act behind "Back up now". */
export function backingUp(
  trans: TranslationBundle,
  model: BackupModel
): () => Promise<void> {
  return async () => {
    try {
      announceBackup(trans, await model.backUp());
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      toast('error', error.problem.message);
    }
  };
}

/** Makes the act behind "Restore". */
export function restoringFiles(
  trans: TranslationBundle,
  commands: CommandRegistry,
  model: BackupModel
): OnRestoreFiles {
  return async (choice, seen) => {
    const accept = trans.__('Save and restore');
    const outcome = await model.restore(choice, seen, accept);
    if (outcome !== null && outcome !== 'outdated') {
      announceRestored(trans, commands, outcome);
    }
    return outcome;
  };
}

/** Says what was backed up, and what was not. */
export function announceBackup(trans: TranslationBundle, done: BackedUp): void {
  const count = done.files.length + done.moreFiles;
  const files = trans._n('%1 file', '%1 files', count);
  if (count === 0) {
    toast(
      'info',
      trans.__('Nothing to back up: everything is as in the last commit')
    );
  } else if (done.created) {
    toast('success', trans.__('Backed up %1', files));
  } else {
    toast(
      'success',
      trans.__('Nothing has changed since the last backup (%1)', files)
    );
  }
  const [left] = done.skipped;
  if (left !== undefined) {
    const name = shortened(visibleText(left.path), NAME);
    toast(
      'warning',
      done.skipped.length === 1
        ? trans.__('Not backed up: %1. %2', name, visibleText(left.reason))
        : trans.__(
            'Not backed up: %1 and %2 more. %3',
            name,
            done.skipped.length - 1,
            visibleText(left.reason)
          )
    );
  }
}

function announceRestored(
  trans: TranslationBundle,
  commands: CommandRegistry,
  done: BackupRestored
): void {
  const { operation, files } = done;
  const [first] = files;
  const what =
    first === undefined
      ? trans.__('what was staged')
      : files.length === 1
        ? shortened(visibleText(first.path), NAME)
        : trans._n('%1 file', '%1 files', files.length);
  toast(
    'success',
    trans.__('Restored %1 from the backup', what),
    undoAction(trans, commands, operation, trans.__('restore %1', what))
  );
}
