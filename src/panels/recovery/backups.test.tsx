import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type {
  BackedUp,
  Backup,
  BackupRestored,
  BackupRestoreRequest
} from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import {
  aBackedUp,
  aBackup,
  aBackupRestored
} from '../../testing/backupFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aFile, aStatus } from '../../testing/fixtures';
import { CommandIDs } from '../../tokens';
import { backingUp, restoringFiles } from './backupActs';
import { BackupModel } from './backupModel';
import { BackupFiles, BackupToggle } from './backups';
import { sizeWords } from './backupWords';

const trans = nullTranslator.load('jupyter_mlgit');
const done = aBackupRestored({ operation: 'op-9' });
let client: IFakeClient;
let undone: unknown[];
let model: BackupModel;

async function settle(): Promise<void> {
  await act(() => new Promise(resolve => setTimeout(resolve)));
}

async function click(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name }));
  await settle();
}

function toasts(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

function acts(): BackupRestoreRequest[] {
  return client.asked
    .filter(({ verb }) => verb === 'restoreBackup')
    .map(({ args }) => args[1] as BackupRestoreRequest)
    .filter(({ dryRun }) => !dryRun);
}

/** Shows a backup, unfolded; its previews and its acts give these answers, the last one again and again. */
async function show(
  backup: Backup,
  previews: readonly BackupRestored[] = [aBackupRestored()],
  answers: readonly (BackupRestored | Error)[] = [done]
): Promise<void> {
  const left = { previews: [...previews], answers: [...answers] };
  const next = <T,>(list: T[]): T =>
    (list.length > 1 ? list.shift() : list[0]) as T;
  client = fakeClient({
    status: () => Promise.resolve(aStatus({ stateToken: 'now' })),
    backups: () => Promise.resolve({ backups: [backup], more: 0 }),
    restoreBackup: (_, { dryRun }) => {
      const answer = dryRun ? next(left.previews) : next(left.answers);
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer);
    }
  });
  const commands = new CommandRegistry();
  undone = [];
  commands.addCommand(CommandIDs.undo, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: args => {
      undone.push(args);
    }
  });
  const repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
  model = new BackupModel(repository);
  render(
    <>
      <BackupToggle trans={trans} model={model} id="op-1" title="Back up" />
      <BackupFiles
        trans={trans}
        model={model}
        id="op-1"
        onRestore={restoringFiles(trans, commands, model)}
      />
    </>
  );
  await click('Backed-up files: Back up');
}

beforeEach(() => {
  Notification.dismiss();
});

describe('the files of a backup', () => {
  it('are listed with what they are, and asked for only when unfolded', async () => {
    await show(aBackup());
    expect(screen.getByText('train.py')).toBeTruthy();
    expect(screen.getByText('1.2 kB')).toBeTruthy();
    expect(
      screen.getByRole('img', { name: 'not tracked by git' })
    ).toBeTruthy();
    expect(client.count('backups')).toBe(1);
    await click('Backed-up files: Back up');
    expect(screen.queryByText('train.py')).toBeNull();
  });

  it('come back one by one, after saying what that does', async () => {
    await show(aBackup());
    await click('Restore train.py');
    expect(acts()).toEqual([]);
    expect(
      screen.getByText('overwritten; what is there now is backed up first')
    ).toBeTruthy();
    await click('Restore 1 file');
    expect(acts()).toEqual([
      { id: 'op-1', paths: ['train.py'], filesOnly: false, dryRun: false }
    ]);
    const guards = client.asked
      .filter(
        ({ verb, args }) =>
          verb === 'restoreBackup' && !(args[1] as BackupRestoreRequest).dryRun
      )
      .map(({ args }) => args[2]);
    expect(guards).toEqual([{ stateToken: 'now' }]);
    expect(toasts()).toEqual(['Restored train.py from the backup']);
    Notification.manager.notifications[0]?.options.actions?.[0]?.callback(
      new MouseEvent('click')
    );
    expect(undone).toEqual([{ id: 'op-9' }]);
    expect(screen.queryByText('Cancel')).toBeNull();
  });

  it('come back all together, with or without what was staged', async () => {
    await show(
      aBackup({
        files: [{ path: 'a', kind: 'modified', staged: true, size: 1 }]
      }),
      [aBackupRestored({ index: ['a'] })]
    );
    await click('Restore everything in this backup');
    expect(
      screen.getByText('1 entry of the index becomes as it was then.')
    ).toBeTruthy();
    fireEvent.click(screen.getByLabelText('Leave the index as it is'));
    await settle();
    await click('Restore 1 file');
    expect(acts()).toEqual([
      { id: 'op-1', paths: [], filesOnly: true, dryRun: false }
    ]);
  });

  it('cannot be deleted again or staged one by one', async () => {
    await show(
      aBackup({
        files: [
          { path: 'gone', kind: 'deleted', staged: false, size: null },
          { path: 'index', kind: 'staged', staged: true, size: 5 }
        ]
      })
    );
    expect(screen.queryByRole('button', { name: 'Restore gone' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Restore index' })).toBeNull();
  });

  it('are not gone over where something has come since', async () => {
    await show(aBackup(), [
      aBackupRestored({ files: [aFile('train.py', 'created')] }),
      aBackupRestored({ files: [aFile('train.py', 'endangered')] })
    ]);
    await click('Restore train.py');
    await click('Restore 1 file');
    expect(acts()).toEqual([]);
    expect(
      screen.getByText('The files have changed since. Nothing was restored.')
    ).toBeTruthy();
    expect(
      screen.getByText('not tracked by git; backed up first')
    ).toBeTruthy();
    await click('Restore 1 file');
    expect(acts()).toHaveLength(1);
  });

  it('stay chosen while something else holds the index', async () => {
    await show(
      aBackup({
        files: [{ path: 'a', kind: 'modified', staged: true, size: 1 }]
      }),
      undefined,
      [refusal('index-locked'), done]
    );
    await click('Restore everything in this backup');
    fireEvent.click(screen.getByLabelText('Leave the index as it is'));
    await settle();
    await click('Restore 1 file');
    expect(screen.getByRole('alert').textContent).toContain(
      'Refused: index-locked.'
    );
    await click('Restore 1 file');
    expect(acts().map(({ filesOnly }) => filesOnly)).toEqual([true, true]);
    expect(toasts()).toHaveLength(1);
  });

  it('are tried again while something else writes', async () => {
    await show(aBackup(), undefined, [refusal('state-changed'), done]);
    await click('Restore train.py');
    await click('Restore 1 file');
    expect(acts()).toHaveLength(2);
    expect(toasts()).toEqual(['Restored train.py from the backup']);
  });

  it('keep the focus of whoever works by keyboard while they come back', async () => {
    await show(aBackup(), undefined, [refusal('index-locked')]);
    await click('Restore train.py');
    const accept = screen.getByRole('button', { name: 'Restore 1 file' });
    act(() => {
      accept.focus();
    });
    fireEvent.click(accept);
    expect(accept.getAttribute('aria-disabled')).toBe('true');
    expect((accept as HTMLButtonElement).disabled).toBe(false);
    await settle();
    expect(document.activeElement).toBe(accept);
    expect(accept.getAttribute('aria-disabled')).toBeNull();
  });

  it('say why they cannot come back', async () => {
    await show(aBackup(), undefined, [refusal('would-overwrite')]);
    await click('Restore train.py');
    await click('Restore 1 file');
    expect(screen.getByText('Refused: would-overwrite.')).toBeTruthy();
    await click('Cancel');
    expect(screen.queryByText('Refused: would-overwrite.')).toBeNull();
  });

  it('say that there is nothing to do', async () => {
    await show(aBackup(), [aBackupRestored({ files: [] })]);
    await click('Restore train.py');
    expect(
      screen.getByText('Nothing to do: it is as in the backup already.')
    ).toBeTruthy();
    await click('Close');
  });

  it('say that they are damaged', async () => {
    await show(aBackup({ damaged: 'It cannot be read.', files: [] }));
    expect(screen.getByText('It cannot be read.')).toBeTruthy();
  });
});

describe('Back up now', () => {
  async function backUp(answer: BackedUp | Error): Promise<string[]> {
    const asked = fakeClient({
      backup: () =>
        answer instanceof Error
          ? Promise.reject(answer)
          : Promise.resolve(answer)
    });
    await backingUp(trans, new BackupModel(new RepositoryModel(asked, null)))();
    return toasts();
  }

  it('says how many files were saved, and which were not', async () => {
    expect(
      await backUp(
        aBackedUp({
          moreFiles: 1,
          skipped: [{ path: 'w.bin', reason: 'It is larger than 100 MB.' }]
        })
      )
    ).toEqual(
      expect.arrayContaining([
        'Backed up 3 files',
        'Not backed up: w.bin. It is larger than 100 MB.'
      ])
    );
  });

  it('says that there was nothing to save, or nothing new', async () => {
    expect(
      await backUp(aBackedUp({ id: null, created: false, files: [] }))
    ).toEqual(['Nothing to back up: everything is as in the last commit']);
    Notification.dismiss();
    expect(await backUp(aBackedUp({ created: false }))).toEqual([
      'Nothing has changed since the last backup (2 files)'
    ]);
  });

  it('says why it was refused', async () => {
    expect(await backUp(refusal('read-only'))).toEqual(['Refused: read-only.']);
  });
});

it('puts sizes into words', () => {
  const sizes = [0, 1, 999, 1000, 1500, 99_900, 999_900, 1_200_000, 3e12];
  expect(sizes.map(size => sizeWords(trans, size))).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '1.5 kB',
    '100 kB',
    '1.0 MB',
    '1.2 MB',
    '3.0 TB'
  ]);
});
