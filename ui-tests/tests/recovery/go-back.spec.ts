/** Goes back by several acts, the terminal's among them, after having seen what that does; and forth again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { GitRepository } from '../../drivers/gitRepository';
import { faint, overflowing } from '../../drivers/looks';
import { expect, test } from '../../drivers/story';

/** All that going back could change. */
function everything(repo: GitRepository): Readonly<Record<string, string>> {
  const bytes = (name: string): string =>
    repo.hasFile(name)
      ? readFileSync(join(repo.path, name)).toString('base64')
      : 'not there';
  return {
    branches: repo.git('for-each-ref', 'refs/heads'),
    index: repo.git('ls-files', '--stage'),
    status: repo.git('status', '--porcelain=v2'),
    ...Object.fromEntries(
      ['train.py', 'model.py', 'notes.md'].map(name => [name, bytes(name)])
    )
  };
}

/** The row of the timeline that says this. */
function row(timeline: Locator, text: string): Locator {
  return timeline.locator('.jp-mlgit-Happening').filter({ hasText: text });
}

async function ask(timeline: Locator, text: string): Promise<void> {
  const found = row(timeline, text).first();
  await found.hover();
  await found.getByRole('button', { name: /^Go back to before this/ }).click();
}

test.beforeEach(({ repo }) => {
  repo
    .init()
    .commit('Add the model', { 'model.py': 'layers = 2\n' })
    .commit('Tune it', { 'train.py': 'epochs = 20\n' });
  repo.git('branch', 'exp/try');
});

test('goes back to before a reset and a deletion of the terminal, and does both again', async ({
  repo,
  recovery,
  commits,
  page
}, info) => {
  repo.write('notes.md', 'never committed\n');
  const before = everything(repo);
  await commits.open();
  await commits.resetTo('Add the model');
  await commits.choose('Hard');
  await commits.accept.click();
  await expect(commits.toast('Reset main to')).toBeVisible();
  repo.git('branch', '--quiet', '-D', 'exp/try');
  await expect(row(recovery.timeline, 'Delete branch exp/try')).toBeVisible();
  const after = everything(repo);

  // At the width that the sidebar has by itself the words have their room, and nothing is cut off.
  const words = row(recovery.timeline, 'Hard reset to').locator(
    '.jp-mlgit-Line-text'
  );
  expect((await words.boundingBox())?.width).toBeGreaterThan(120);
  expect.soft(await overflowing(recovery.timeline)).toEqual([]);
  expect.soft(await overflowing(commits.commits)).toEqual([]);

  await expect(
    row(recovery.timeline, 'Delete branch exp/try').getByRole('button', {
      name: /^Go back/
    })
  ).toHaveCount(0);
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Dark', 'Light']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    await ask(recovery.timeline, 'Hard reset to');
    await expect(commits.dialog).toContainText(
      '2 operations are undone, the newest first:'
    );
    const content = commits.dialog.locator('.jp-Dialog-content');
    for (const [width, height] of [
      [1280, 880],
      [520, 720]
    ] as const) {
      await page.setViewportSize({ width, height });
      const name = `go-back-${theme.toLowerCase()}-${width}.png`;
      await page.screenshot({
        path: folder === undefined ? info.outputPath(name) : join(folder, name)
      });
      expect.soft(await overflowing(content), name).toEqual([]);
      expect.soft(await faint(content), name).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 880 });
    await page.keyboard.press('Escape');
  }

  await ask(recovery.timeline, 'Hard reset to');
  const acts = commits.dialog.getByRole('list', {
    name: 'Operations that are undone'
  });
  await expect(acts.locator('li').first()).toContainText(
    'Delete branch exp/try'
  );
  await expect(
    commits.dialog.getByRole('region', { name: 'Branches' })
  ).toContainText('exp/try comes back at');
  await expect(commits.file('train.py')).toContainText('overwritten');
  expect(everything(repo)).toEqual(after);
  await expect(commits.accept).toHaveText('Undo 2 operations');
  await commits.accept.click();
  const toast = recovery.toast('Back to before: hard reset to');
  await expect(toast).toContainText('(2 operations undone)');
  expect(everything(repo)).toEqual(before);

  await recovery.press(toast, 'Redo');
  await expect(recovery.toast('Done again: 2 operations')).toBeVisible();
  expect(everything(repo)).toEqual(after);
});

test('says what is in the way, changes nothing, and goes back as far as that', async ({
  repo,
  recovery,
  commits
}) => {
  await commits.open();
  await commits.resetTo('Add the model');
  await commits.choose('Hard');
  await commits.accept.click();
  await expect(commits.toast('Reset main to')).toBeVisible();
  repo.git('branch', '--quiet', '-D', 'exp/try');
  await expect(row(recovery.timeline, 'Delete branch exp/try')).toBeVisible();
  repo.write('train.py', 'epochs = 99, and three days of work\n');
  const untouched = everything(repo);

  await ask(recovery.timeline, 'Hard reset to');
  const alert = commits.dialog.getByRole('alert');
  await expect(alert).toContainText('is in the way');
  await expect(
    commits.dialog.getByRole('list', { name: 'Files in the way' })
  ).toHaveText('train.py');
  await expect(commits.accept).toBeDisabled();
  expect(everything(repo)).toEqual(untouched);
  await alert
    .getByRole('button', { name: /^Go back only to after: hard reset/ })
    .click();
  await expect(commits.accept).toHaveText('Undo 1 operation');
  await commits.accept.click();
  await expect(recovery.toast('Undone: delete branch exp/try')).toBeVisible();
  expect(repo.git('for-each-ref', 'refs/heads')).toContain('exp/try');
  expect(readFileSync(join(repo.path, 'train.py'), 'utf8')).toBe(
    'epochs = 99, and three days of work\n'
  );
});
