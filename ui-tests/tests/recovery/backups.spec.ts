import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { faint, overflowing } from '../../drivers/looks';
import type { RecoveryPanel } from '../../drivers/recoveryPanel';
import { expect, test } from '../../drivers/story';

/** The row of the timeline with these words. */
function row(recovery: RecoveryPanel, words: string): Locator {
  return recovery.timeline.locator('.jp-mlgit-Happening').filter({
    hasText: words
  });
}

/** Presses a button within something. */
async function press(inside: Locator, name: string): Promise<void> {
  await inside.getByRole('button', { name, exact: true }).click();
}

test('brings files back one by one after the terminal has wrecked them, and takes that back', async ({
  repo,
  recovery
}) => {
  const read = (name: string): string =>
    readFileSync(join(repo.path, name), 'utf8');
  repo
    .init()
    .write('train.py', 'epochs = 99\n')
    .write('notes.txt', 'three days of notes\n');
  await recovery.open();
  await press(
    recovery.timeline,
    'Back up everything that is not committed'
  );
  await expect(recovery.toast('Backed up 2 files')).toBeVisible();
  expect(repo.git('status', '--porcelain')).toBe(' M train.py\n?? notes.txt');

  repo.git('checkout', '--quiet', '--', 'train.py');
  repo.write('notes.txt', 'oops\n');

  const backup = row(recovery, 'Back up 2 files');
  await press(backup, 'Backed-up files: Back up 2 files');
  await press(backup, 'Restore notes.txt');
  const preview = backup.locator('.jp-mlgit-BackupPreview');
  await expect(preview).toContainText('not tracked by git; backed up first');
  await press(preview, 'Restore 1 file');
  await expect(
    recovery.toast('Restored notes.txt from the backup')
  ).toBeVisible();
  expect(read('notes.txt')).toBe('three days of notes\n');
  expect(read('train.py')).toBe('epochs = 10\n');

  await press(backup, 'Restore train.py');
  await press(preview, 'Restore 1 file');
  const restored = recovery.toast('Restored train.py from the backup');
  await expect(restored).toBeVisible();
  expect(read('train.py')).toBe('epochs = 99\n');

  await recovery.press(restored, 'Undo');
  await expect(recovery.toast('Undone: restore train.py')).toBeVisible();
  expect(read('train.py')).toBe('epochs = 10\n');
  await recovery.undoLine
    .getByRole('button', { name: 'Undo: restore notes.txt from a backup' })
    .click();
  await expect(recovery.toast('Undone: restore notes.txt')).toBeVisible();
  expect(read('notes.txt')).toBe('oops\n');

  await press(backup, 'Restore everything in this backup');
  await press(preview, 'Restore 2 files');
  await expect(
    recovery.toast('Restored 2 files from the backup')
  ).toBeVisible();
  expect(read('notes.txt')).toBe('three days of notes\n');
  expect(read('train.py')).toBe('epochs = 99\n');
  expect(repo.git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
});

test.describe('before a run', () => {
  test.use({
    mockSettings: {
      'jupyter-mlgit:panel': { snapshotBeforeRun: true }
    }
  });

  async function run(page: IJupyterLabPageFixture): Promise<void> {
    await page.evaluate(async () => {
      await window.jupyterapp.commands.execute('notebook:run-all-cells');
    });
  }

  test('saves the notebook as it is about to run, and backs it up', async ({
    repo,
    recovery,
    page
  }) => {
    test.slow();
    repo.init().commit('Ignore', { '.gitignore': '.ipynb_checkpoints\n' });
    await recovery.open();
    const name = await page.notebook.createNew('run.ipynb');
    expect(name).not.toBeNull();
    await page.notebook.setCell(0, 'code', 'lr = 0.003');
    await page.notebook.addCell('code', 'print(lr)');
    await run(page);
    const words = 'Back up run.ipynb before a kernel run';
    await page.sidebar.openTab('jp-mlgit-sidebar');
    await expect(row(recovery, words)).toHaveCount(1);
    const commit = repo.git(
      ...['for-each-ref', '--format=%(objectname)', 'refs/mlgit/backup/']
    );
    expect(repo.git('show', `${commit}^3:run.ipynb`)).toContain('lr = 0.003');
  });
});

test('what a backup holds can be read', async ({ repo, recovery, page }, info) => {
  test.slow();
  const long = `${'a-long-name-'.repeat(6)}.ipynb`;
  repo
    .init()
    .commit('More', { 'model.py': 'a\n', 'gone.csv': '1\n', 'both.py': 'a\n' })
    .write('model.py', 'b\n')
    .write('train.py', 'x'.repeat(12_345))
    .write(long, '{}\n')
    .write('both.py', 'staged\n');
  repo.git('add', 'both.py');
  repo.git('rm', '--quiet', 'gone.csv');
  repo.write('both.py', 'edited\n');
  await recovery.open();
  await recovery.section('Recovery').locator('.jp-mlgit-Section-toggle').click();
  await press(recovery.timeline, 'Back up everything that is not committed');
  await expect(recovery.toast('Backed up 5 files')).toBeVisible();
  repo.write('model.py', 'wrecked\n').write(long, 'wrecked\n');
  const backup = row(recovery, 'Back up 5 files');
  await press(backup, 'Backed-up files: Back up 5 files');
  await press(backup, 'Restore everything in this backup');
  await expect(backup.locator('.jp-mlgit-BackupPreview')).toContainText(
    'backed up first'
  );
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of [240, 345]) {
      await page.sidebar.setWidth(width, 'left');
      const name = `backups-${theme.toLowerCase()}-${width}.png`;
      await page.screenshot({
        path: folder === undefined ? info.outputPath(name) : join(folder, name)
      });
      expect.soft(await overflowing(recovery.root), name).toEqual([]);
      expect.soft(await faint(recovery.root), name).toEqual([]);
    }
  }
});
