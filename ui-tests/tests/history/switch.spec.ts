import { expect, test } from '../../drivers/story';
import { join } from 'node:path';
import type { GitRepository } from '../../drivers/gitRepository';
import { faint, overflowing } from '../../drivers/looks';

/** Gives it a branch that only its remote has, and edits that a switch carries along. */
function withRemoteBranch(repo: GitRepository): void {
  repo.init().withRemote().experiment('exp/lr-3e4', 'Try 3e-4');
  repo.git('push', '--quiet', 'origin', 'exp/lr-3e4');
  repo.git('branch', '--quiet', '-D', 'exp/lr-3e4');
  repo.write('config.yaml', 'batch_size: 128\n');
}

/** All that a switch could take. */
function everything(repo: GitRepository): readonly string[] {
  return [
    repo.git('symbolic-ref', 'HEAD'),
    repo.git('for-each-ref', 'refs/heads', 'refs/remotes'),
    repo.git('config', '--local', '--list'),
    repo.git('ls-files', '--stage'),
    repo.git('status', '--porcelain=v2'),
    repo.git('diff')
  ];
}

test('switches to a branch that only a remote has, and back', async ({
  repo,
  branches,
  page
}, info) => {
  withRemoteBranch(repo);
  const before = everything(repo);
  await branches.open();
  await branches.section('Recovery').locator('.jp-mlgit-Section-toggle').click();
  await branches.section('Timeline').locator('.jp-mlgit-Section-toggle').click();
  await branches.section('Commits').locator('.jp-mlgit-Section-toggle').click();
  await branches.branches
    .getByRole('button', { name: 'Remote branches' })
    .click();
  await expect(branches.row('origin/exp/lr-3e4')).toBeVisible();
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    await branches.row('origin/exp/lr-3e4').hover();
    const name = `remotes-${theme.toLowerCase()}.png`;
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
    expect.soft(await overflowing(branches.root), name).toEqual([]);
    expect.soft(await faint(branches.root), name).toEqual([]);
  }

  await branches.pressIn(
    'origin/exp/lr-3e4',
    'Switch to a new exp/lr-3e4 that follows it'
  );
  const toast = branches.toast('Created exp/lr-3e4 and switched to it');
  await expect(toast).toContainText('1 edited file kept');
  await expect(branches.row('exp/lr-3e4')).toHaveAttribute(
    'aria-current',
    'true'
  );
  expect(repo.current()).toBe('exp/lr-3e4');
  expect(repo.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe(
    'origin/exp/lr-3e4'
  );
  expect(repo.git('status', '--porcelain')).toBe(' M config.yaml');
  expect(repo.hasFile('runs/0.json')).toBe(true);

  await branches.press(toast, 'Undo');
  await expect(branches.row('exp/lr-3e4')).toHaveCount(0);
  await expect(branches.row('main')).toHaveAttribute('aria-current', 'true');
  expect(everything(repo)).toEqual(before);
  expect(repo.git('fsck', '--full', '--no-dangling')).toBe('');
});

test('checks a commit out after showing what is left, and begins a branch at another', async ({
  repo,
  branches,
  commits,
  page
}, info) => {
  repo
    .init()
    .commit('Second', { 'train.py': 'epochs = 20\n' })
    .commit('Third', { 'train.py': 'epochs = 30\n' });
  repo.git('switch', '--quiet', '--detach');
  repo.commit('Nameless', { 'other.py': 'seed = 1\n' });
  const nameless = repo.git('rev-parse', 'HEAD');
  const second = repo.git('rev-parse', 'HEAD~2');
  await branches.open();
  const menu = async (item: string): Promise<void> => {
    await commits.commit('Second').click({ button: 'right' });
    await page.locator('.lm-Menu-item').filter({ hasText: item }).click();
  };
  await menu('Check Out This Commit');
  const dialog = page.getByRole('dialog', { name: 'Check out' });
  await expect(dialog).toContainText('1 commit is left behind');
  await expect(dialog).toContainText('Nameless');
  await expect(dialog).toContainText('2 working files change.');
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    const name = `check-out-${theme.toLowerCase()}.png`;
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
    const content = dialog.locator('.jp-Dialog-content');
    expect.soft(await overflowing(content), name).toEqual([]);
    expect.soft(await faint(content), name).toEqual([]);
  }
  await dialog.getByRole('button', { name: 'Check out' }).click();
  const toast = branches.toast('Checked out');
  await expect(toast).toContainText('1 commit left behind, in Recovery');
  expect(repo.git('rev-parse', 'HEAD')).toBe(second);
  await branches.press(toast, 'Undo');
  await expect(commits.commit('Nameless')).toBeVisible();
  expect(repo.git('rev-parse', 'HEAD')).toBe(nameless);

  await menu('New Branch Here');
  const field = branches.branches.getByRole('textbox', {
    name: `Name of the new branch at ${second.slice(0, 7)}`
  });
  await field.fill('exp/again');
  await field.press('Enter');
  await expect(branches.row('exp/again')).toBeVisible();
  expect(repo.tip('exp/again')).toBe(second);
});

test('shows what is in the way of a switch, and goes on once it is backed up', async ({
  repo,
  branches,
  page
}, info) => {
  repo.init().experiment('exp/lr-3e4', 'Try 3e-4');
  repo.git('switch', '--quiet', 'exp/lr-3e4');
  repo.commit('Tune it', { 'train.py': 'epochs = 20\n' });
  repo.git('switch', '--quiet', 'main');
  repo.write('train.py', 'epochs = 30\n').git('add', 'train.py');
  repo.write('train.py', 'epochs = 40\n');
  repo.write('train.ipynb', 'work of three days\n');
  const before = everything(repo);
  await branches.open();
  await branches.pressIn('exp/lr-3e4', 'Switch to exp/lr-3e4');
  const alert = branches.branches.getByRole('alert');
  await expect(alert).toContainText('train.ipynb');
  await expect(alert).toContainText('Commit it, or switch with --back-up');
  expect(everything(repo)).toEqual(before);
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    const name = `in-the-way-${theme.toLowerCase()}.png`;
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
    expect.soft(await overflowing(branches.root), name).toEqual([]);
    expect.soft(await faint(branches.root), name).toEqual([]);
  }
  await alert.getByRole('button', { name: 'Show changes in train.py' }).click();
  const diff = page.locator('.jp-mlgit-Diff');
  await expect(diff).toContainText('epochs = 40');

  await alert.getByRole('button', { name: 'Back up and switch' }).click();
  const toast = branches.toast('Switched to exp/lr-3e4');
  await expect(toast).toContainText('2 edited files in a backup');
  expect(repo.current()).toBe('exp/lr-3e4');
  expect(repo.git('status', '--porcelain')).toBe('');
  await branches.press(toast, 'Undo');
  await expect(branches.row('main')).toHaveAttribute('aria-current', 'true');
  expect(everything(repo)).toEqual(before);

  // Now the terminal is about to commit it, and holds the index while the message is written.
  const commit = repo.committing('Go on');
  await expect.poll(() => repo.hasFile('.git/index.lock')).toBe(true);
  await branches.pressIn('exp/lr-3e4', 'Switch to exp/lr-3e4');
  await expect(alert).toContainText('Another program holds');
  await expect(alert).toContainText('Wait until it has finished');
  await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible();
  await commit();
  expect(repo.git('log', '-1', '--format=%s')).toBe('Go on');
  // The commit is news, so what was refused before is no longer said.
  await expect(alert).toHaveCount(0);
  await branches.pressIn('exp/lr-3e4', 'Switch to exp/lr-3e4');
  await expect(alert).toContainText('train.ipynb');
  expect(repo.git('fsck', '--full', '--no-dangling')).toBe('');
});
