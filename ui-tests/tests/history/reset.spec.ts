import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import type { GitRepository } from '../../drivers/gitRepository';
import { expect, test } from '../../drivers/story';

const BLOCK = 'class Block:\n    convolutions = 2\n';
/** Line ends and bytes that no editor would write like this. */
const SCRATCH = Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x0d]);

/** Commits once too often, and goes on working: an edit, something staged, an untracked file in the way. */
function commitTooMany(repo: GitRepository): void {
  repo
    .init()
    .commit('Add the ResNet block', {
      'block.py': BLOCK,
      'scratch.ipynb': '{"cells": []}\n'
    })
    .commit('Explore the data', { 'explore.py': 'rows = 10\n' });
  repo.git('rm', '--quiet', 'scratch.ipynb');
  repo.commit('Simplify the ResNet block', {
    'block.py': 'class Block:\n    convolutions = 1\n'
  });
  repo.write('staged.py', 'seed = 7\n');
  repo.git('add', 'staged.py');
  repo.write('train.py', 'epochs = 99\n');
  writeFileSync(join(repo.path, 'scratch.ipynb'), SCRATCH);
}

/** All that a reset could take: where HEAD is, what is in the index, every file to the byte. */
function everything(repo: GitRepository): Readonly<Record<string, string>> {
  const bytes = (name: string): string =>
    repo.hasFile(name)
      ? readFileSync(join(repo.path, name)).toString('base64')
      : 'not there';
  return {
    head: repo.git('rev-parse', 'HEAD'),
    branch: repo.current(),
    index: repo.git('ls-files', '--stage'),
    status: repo.git('status', '--porcelain=v2'),
    ...Object.fromEntries(
      [
        'block.py',
        'config.yaml',
        'explore.py',
        'scratch.ipynb',
        'staged.py',
        'train.py'
      ].map(name => [name, bytes(name)])
    )
  };
}

async function openFile(
  page: IJupyterLabPageFixture,
  path: string
): Promise<Locator> {
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path,
      factory: 'Editor'
    });
  }, path);
  const editor = page.locator('.jp-FileEditor:visible .cm-content');
  await editor.waitFor();
  return editor;
}

test('resets hard after showing what goes, and brings all of it back to the byte', async ({
  repo,
  commits
}) => {
  commitTooMany(repo);
  const before = everything(repo);
  const target = repo.git('rev-parse', 'HEAD~2');
  const to = target.slice(0, 7);
  await commits.open();
  await commits.resetTo('Add the ResNet block');

  await commits.choose('Soft');
  await expect(commits.column('HEAD')).toContainText('2 commits left behind');
  await expect(commits.column('HEAD')).toContainText(
    'Simplify the ResNet block'
  );
  await expect(commits.column('Index')).toContainText('Stays as it is');
  await commits.choose('Mixed');
  await expect(commits.column('Index')).toContainText('block.py');
  await expect(commits.column('Working files')).toContainText(
    'Stay as they are.'
  );
  await commits.choose('Hard');
  await expect(commits.file('scratch.ipynb')).toContainText(
    'not tracked by git; backed up first'
  );
  await expect(commits.file('train.py')).toContainText(
    'overwritten; its edits are backed up first'
  );
  await expect(commits.file('explore.py')).toContainText('deleted');
  await expect(commits.accept).toHaveText(`Reset hard to ${to}`);
  expect(everything(repo)).toEqual(before);

  await commits.accept.click();
  const toast = commits.toast(`Reset main to ${to}`);
  await expect(toast).toContainText(/\(\d files, 2 commits left behind\)/);
  expect(repo.git('rev-parse', 'HEAD')).toBe(target);
  expect(repo.git('status', '--porcelain')).toBe('');
  expect(readFileSync(join(repo.path, 'block.py'), 'utf8')).toBe(BLOCK);
  await expect(commits.commit('Simplify the ResNet block')).toHaveCount(0);

  await commits.press(toast, 'Undo');
  await expect(commits.commit('Simplify the ResNet block')).toBeVisible();
  await expect(commits.toast(`Undone: hard reset to ${to}`)).toBeVisible();
  expect(everything(repo)).toEqual(before);
  expect(repo.git('fsck', '--full', '--no-dangling')).toBe('');
});

test('asks about unsaved edits of a file that is open, and undo brings them back', async ({
  repo,
  commits,
  page,
  tmpPath
}) => {
  repo.init().commit('Train longer', { 'train.py': 'epochs = 20\n' });
  const tip = repo.tip('main');
  await commits.open();
  const editor = await openFile(page, `${tmpPath}/train.py`);
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('lr = 3e-4');

  const reset = async (): Promise<void> => {
    await commits.resetTo('Start the project');
    await commits.choose('Hard');
    await commits.accept.click();
  };
  const question = page.locator('.jp-Dialog').filter({ hasText: 'Unsaved' });
  await reset();
  await expect(question).toContainText(`${tmpPath}/train.py`);
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(repo.tip('main')).toBe(tip);

  await reset();
  await question.getByRole('button', { name: 'Save and reset' }).click();
  const toast = commits.toast('Reset main to');
  await expect(toast).toBeVisible();
  await expect(editor).toHaveText('epochs = 10');
  await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  expect(repo.git('status', '--porcelain', 'train.py')).toBe('');

  await commits.press(toast, 'Undo');
  await expect(editor).toHaveText('epochs = 20lr = 3e-4');
  expect(repo.tip('main')).toBe(tip);
  expect(readFileSync(join(repo.path, 'train.py'), 'utf8')).toBe(
    'epochs = 20\nlr = 3e-4'
  );
});

test('goes by keyboard alone, there and back', async ({
  repo,
  commits,
  page
}) => {
  repo
    .init()
    .commit('Second', { 'train.py': 'epochs = 20\n' })
    .commit('Third', { 'train.py': 'epochs = 30\n' });
  const tip = repo.tip('main');
  const index = repo.git('ls-files', '--stage');
  await commits.open();
  await commits.fromPalette('Reset to a Commit');
  await expect(commits.commit('Third')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(commits.commit('Second')).toBeFocused();
  await page.keyboard.press('Enter');

  const radio = (name: string): Locator =>
    commits.dialog.getByRole('radio', { name });
  await expect(radio('Mixed')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(radio('Soft')).toBeFocused();
  await expect(commits.accept).toBeEnabled();
  await expect(commits.accept).toHaveText(/^Reset soft to/);
  await page.keyboard.press('Tab');
  await expect(
    commits.dialog.getByRole('button', { name: 'Cancel' })
  ).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(commits.accept).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(radio('Soft')).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(commits.toast('Reset main to')).toBeVisible();
  expect(repo.git('rev-parse', 'HEAD')).toBe(
    repo.git('rev-parse', `${tip ?? ''}~1`)
  );
  expect(repo.git('ls-files', '--stage')).toBe(index);
  expect(repo.git('status', '--porcelain')).toBe('M  train.py');

  await expect(commits.commit('Second')).toBeFocused();
  await expect(
    commits.undoLine.getByRole('button', { name: 'Undo: soft reset to' })
  ).toBeEnabled();
  await page.keyboard.press('Control+z');
  await expect(commits.toast('Undone: soft reset to')).toBeVisible();
  expect(repo.tip('main')).toBe(tip);
  await expect(
    commits.undoLine.getByRole('button', { name: 'Redo: soft reset to' })
  ).toBeEnabled();
  await page.keyboard.press('Control+Shift+z');
  await expect(commits.toast('Done again: soft reset to')).toBeVisible();
  expect(repo.tip('main')).not.toBe(tip);
});

test('leaves pushed commits behind only when that is said', async ({
  repo,
  commits,
  page
}) => {
  repo
    .init()
    .commit('Second', { 'train.py': 'epochs = 20\n' })
    .withRemote()
    .commit('Third', { 'train.py': 'epochs = 30\n' });
  const tip = repo.tip('main');
  await commits.open();
  await expect(commits.commit('Second')).toContainText('pushed');
  await expect(commits.commit('Third')).not.toContainText('pushed');
  await commits.commit('Second').click({ button: 'right' });
  await page.locator('.lm-Menu-item').filter({ hasText: 'Reset to' }).click();
  await expect(commits.accept).toBeEnabled();
  await expect(commits.dialog.getByRole('checkbox')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await commits.resetTo('Start the project');
  await expect(commits.dialog).toContainText(
    '1 commit that is left behind has been pushed.'
  );
  await expect(commits.accept).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(commits.dialog).toBeVisible();
  await commits.dialog
    .getByRole('checkbox', { name: 'Leave pushed commits behind' })
    .check();
  await commits.accept.click();
  await expect(commits.toast('2 commits left behind')).toBeVisible();
  expect(repo.tip('main')).toBe(repo.git('rev-parse', `${tip ?? ''}~2`));
});
