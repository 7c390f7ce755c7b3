/** A branch is read against main before it is merged; refs move meanwhile. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { GitRepository } from '../../drivers/gitRepository';
import { notebookOf } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

const notebook = (rate: string): string =>
  notebookOf(
    [
      { source: 'import torch' },
      { source: `optimizer = AdamW(model.parameters(), lr=${rate})` },
      { source: 'model = Net()' },
      { source: 'train(model)', output: `loss at ${rate}\n` }
    ],
    1
  );

const LIBRARY = Array.from({ length: 20 }, (_, n) => `def f${n}(): return ${n}\n`);

/** Builds `feature`, which left `main` two commits ago, while `main` has gone on. */
function forked(repo: GitRepository): void {
  repo.init().commit('Train', {
    'train.ipynb': notebook('1e-4'),
    'lib.py': LIBRARY.join(''),
    'old.txt': 'gone soon\n'
  });
  repo.git('switch', '--quiet', '--create', 'feature');
  repo.commit('Another rate', {
    'train.ipynb': notebook('3e-4'),
    'train.py': 'epochs = 20\n'
  });
  repo.git('mv', 'lib.py', 'helpers.py');
  repo.git('rm', '--quiet', 'old.txt');
  repo.commit('Tidy up', { 'runs/weights.bin': 'a\u0000b' });
  repo.git('switch', '--quiet', 'main');
  repo.commit('Meanwhile', { 'config.yaml': 'batch_size: 128\n' });
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.MLGIT_UI_STATES;
  if (folder !== undefined) {
    await page.screenshot({ path: join(folder, name) });
  }
}

test('review of a branch against main', async ({ repo, comparison, page }) => {
  test.slow();
  forked(repo);
  await comparison.open();

  await comparison.fromMenu(
    comparison.row('Branches', 'feature'),
    'Compare with main'
  );
  await expect(comparison.tab).toHaveText('main…feature');
  await expect(comparison.list.getByRole('option')).toHaveCount(5);
  await expect(comparison.line('train.ipynb')).toContainText(
    '1 cell edited, outputs rerun'
  );
  await expect(comparison.line('train.ipynb')).toContainText(
    'lr changed from 0.0001 to 0.0003'
  );
  await expect(comparison.line('train.py')).toContainText('+1 −1');
  await expect(comparison.line('helpers.py')).toContainText('lib.py → helpers.py');
  await expect(comparison.line('helpers.py')).toContainText('renamed only');
  await expect(comparison.line('old.txt')).toContainText('deleted');
  await expect(comparison.line('weights.bin')).toContainText('new, binary');
  await expect(comparison.facts).toContainText(
    '2 commits on feature since it left main · main has 1 commit of its own'
  );
  await expect(comparison.facts).toContainText('5 files · +2 −3');
  await picture(page, 'compare-light.png');

  await comparison.line('train.ipynb').click();
  await expect(comparison.tab).toHaveText('train.ipynb (main…feature)');
  await expect(comparison.cell(2)).toContainText('lr=1e-4');
  await expect(comparison.cell(2)).toContainText('lr=3e-4');
  await expect(comparison.steps).toContainText('File 4 of 5');
  await picture(page, 'compare-file.png');
  const tabs = page.locator('#jp-main-dock-panel .lm-TabBar-tab');
  const before = await tabs.count();
  await comparison.steps.getByRole('button', { name: 'Next file' }).click();
  await expect(comparison.diff).toContainText('epochs = 10');
  await expect(comparison.diff).toContainText('epochs = 20');
  await expect(tabs).toHaveCount(before);
  await expect(
    comparison.steps.getByRole('button', { name: 'Next file' })
  ).toBeDisabled();
  await comparison.steps.getByRole('button', { name: /^Back/ }).click();
  await expect(comparison.line('train.py')).toHaveAttribute(
    'aria-selected',
    'true'
  );

  await comparison.button('All differences').click();
  await expect(comparison.tab).toHaveText('main ↔ feature');
  await expect(comparison.line('config.yaml')).toContainText('+1 −1');
  await expect(comparison.list.getByRole('option')).toHaveCount(6);
  await page.theme.setTheme('JupyterLab Dark');
  await picture(page, 'compare-dark.png');
  await page.setViewportSize({ width: 700, height: 700 });
  // A name stays in sight where there is little room.
  await expect(
    comparison.line('train.ipynb').locator('.jp-mlgit-ComparedFile-name')
  ).toBeInViewport({ ratio: 1 });
  await picture(page, 'compare-narrow.png');
  await page.setViewportSize({ width: 1280, height: 880 });
  await comparison.button('Since it left main').click();
  await expect(comparison.list.getByRole('option')).toHaveCount(5);
});

test('a comparison stays as it is while branches move', async ({
  repo,
  comparison,
  page
}) => {
  test.slow();
  forked(repo);
  await comparison.open();
  await comparison.fromMenu(
    comparison.row('Branches', 'feature'),
    'Compare with main'
  );
  await expect(comparison.list.getByRole('option')).toHaveCount(5);

  repo.git('switch', '--quiet', 'feature');
  repo.commit('One more', { 'more.py': 'x = 1\n' });
  const moved = comparison.notice.filter({ hasText: 'feature has moved from' });
  await expect(moved).toBeVisible();
  await expect(moved).toContainText('This is how it was when it was compared.');
  await expect(comparison.list.getByRole('option')).toHaveCount(5);
  await comparison.line('train.py').click();
  await expect(comparison.diff).toContainText('epochs = 20');
  await comparison.steps.getByRole('button', { name: /^Back/ }).click();
  await picture(page, 'compare-moved.png');
  // Nobody has to keep the panel open for it.
  await page.sidebar.getTabLocator('jp-mlgit-sidebar').click();
  await expect(comparison.root).toBeHidden();
  await moved.getByRole('button', { name: 'Refresh' }).click();
  await expect(comparison.line('more.py')).toContainText('new');
  await expect(moved).toHaveCount(0);
  repo.commit('And more', { 'more.py': 'x = 2\n' });
  await expect(moved).toBeVisible();
  await moved.getByRole('button', { name: 'Refresh' }).click();
  await expect(moved).toHaveCount(0);

  repo.git('switch', '--quiet', 'main');
  repo.git('branch', '--quiet', '-D', 'feature');
  await page.sidebar.getTabLocator('jp-mlgit-sidebar').click();
  const gone = comparison.notice.filter({ hasText: 'names no branch' });
  await expect(gone).toBeVisible();
  await expect(comparison.list.getByRole('option')).toHaveCount(6);
  await gone.getByRole('button', { name: 'Look in Recovery' }).click();
  const card = comparison
    .section('Recovery')
    .locator('.jp-mlgit-Card')
    .filter({ hasText: 'feature' });
  await card.getByRole('button', { name: 'Preview feature' }).click();
  await card.getByRole('button', { name: /^Show what feature/ }).click();
  await expect(comparison.tab).toHaveText('main…feature (deleted)');
  await expect(comparison.line('more.py')).toContainText('new');
});

test('branches are compared by keyboard alone', async ({
  repo,
  comparison,
  page
}) => {
  test.slow();
  forked(repo);
  repo.git('switch', '--quiet', 'feature');
  await comparison.open();
  await expect(comparison.header).toContainText('feature');
  const { keyboard } = page;
  await comparison.fromPalette('Compare This Branch with the Main');
  await expect(comparison.list).toBeFocused();
  await expect(comparison.list.getByRole('option')).toHaveCount(5);
  await keyboard.press('End');
  await expect(comparison.line('train.py')).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await expect(comparison.cell(2)).toBeVisible();
  await expect(comparison.diff).toBeFocused();
  await keyboard.press('F7');
  await expect(comparison.cell(2)).toBeFocused();
  await keyboard.press('F8');
  await expect(comparison.diff).toContainText('epochs = 20');
  await expect(comparison.diff).toBeFocused();
  await keyboard.press('Shift+F8');
  await expect(comparison.cell(2)).toBeVisible();
  await keyboard.press('Escape');
  await expect(comparison.list).toBeFocused();
  await expect(comparison.line('train.ipynb')).toHaveAttribute(
    'aria-selected',
    'true'
  );

  await comparison.fromPalette('Compare Branches or Commits');
  const dialog = page.getByRole('dialog', { name: 'Compare' });
  await expect(dialog.getByLabel('From')).toBeFocused();
  await expect(dialog.getByLabel('From')).toHaveValue('main');
  await keyboard.press('Tab');
  await expect(dialog.getByLabel('To')).toBeFocused();
  await keyboard.type('feature~1');
  await picture(page, 'compare-dialog.png');
  await keyboard.press('Enter');
  await expect(comparison.tab).toHaveText('main…feature~1');
  await expect(comparison.list.getByRole('option')).toHaveCount(2);
});

test('a commit is read, and compared with the working files', async ({
  repo,
  comparison,
  page
}) => {
  test.slow();
  forked(repo);
  repo.write('train.py', 'epochs = 99\n');
  await comparison.open();
  const commit = comparison.row('Commits', 'Train');
  await commit.hover();
  await commit.getByRole('button', { name: /^Show what/ }).click();
  await expect(comparison.view.locator('h2')).toContainText('Train');
  await expect(comparison.list.getByRole('option')).toHaveCount(3);
  await expect(comparison.line('lib.py')).toContainText('new');
  await picture(page, 'compare-commit.png');
  await comparison.line('train.ipynb').click();
  await page.setViewportSize({ width: 640, height: 700 });
  // The way back stays in sight, however little room there is.
  await expect(
    comparison.steps.getByRole('button', { name: /^Back/ })
  ).toBeInViewport();
  await picture(page, 'compare-file-narrow.png');
  await page.setViewportSize({ width: 1280, height: 880 });

  await comparison.fromMenu(
    comparison.row('Commits', 'Start the project'),
    'Compare with Working Files'
  );
  await expect(comparison.tab).toContainText('↔ working files');
  await expect(comparison.line('train.py')).toContainText('+1 −1');
  await expect(comparison.facts).toContainText('2 commits since');
  repo.write('train.py', 'epochs = 100\nseed = 1\n');
  await expect(comparison.notice).toContainText(
    'The working files have changed.'
  );
  await comparison.button('Refresh').click();
  await expect(comparison.line('train.py')).toContainText('+2 −1');

  // The first commit has no parent: all of it is new.
  const first = comparison.row('Commits', 'Start the project');
  await first.hover();
  await first.getByRole('button', { name: /^Show what/ }).click();
  await expect(comparison.list.getByRole('option')).toHaveCount(2);
});

test('a comparison comes back when the page is loaded anew', async ({
  repo,
  comparison,
  page
}) => {
  test.slow();
  forked(repo);
  await comparison.open();
  await comparison.fromMenu(
    comparison.row('Branches', 'feature'),
    'Compare with main'
  );
  await comparison.button('All differences').click();
  await expect(comparison.tab).toHaveText('main ↔ feature');
  await comparison.line('train.py').click();
  await expect(comparison.steps).toContainText('File');
  const saved = page.waitForResponse(
    answer =>
      answer.request().method() === 'PUT' &&
      answer.url().includes('/api/workspaces') &&
      /"current": ?"mlgit-comparison/.test(answer.request().postData() ?? '')
  );
  await comparison.steps.getByRole('button', { name: /^Back/ }).click();
  await saved;
  await page.mainFrame().goto('/lab', { waitUntil: 'domcontentloaded' });
  await comparison.started();
  await expect(comparison.tab).toHaveText('main ↔ feature');
  await expect(comparison.list.getByRole('option')).toHaveCount(6);
  // The file's tab leads on to its neighbours as before.
  await page.getByRole('tab', { name: 'train.py (main ↔ feature)' }).click();
  await expect(comparison.steps).toContainText(/File \d of 6/);
  await comparison.steps.getByRole('button', { name: /^Back/ }).click();
  await expect(comparison.tab).toHaveText('main ↔ feature');
});

test('branches with nothing in common say so, and lead on', async ({
  repo,
  comparison
}) => {
  repo.init();
  repo.git('switch', '--quiet', '--orphan', 'alone');
  repo.commit('Begin anew', { 'other.py': 'x = 1\n' });
  await comparison.open();
  await comparison.fromMenu(
    comparison.row('Branches', 'alone'),
    'Compare with main'
  );
  await expect(comparison.notice).toContainText('no commit in common');
  await comparison.button('Show all differences').click();
  await expect(comparison.line('other.py')).toContainText('new');
});

test('a comparison is exported as a patch that git applies', async ({
  repo,
  comparison,
  page
}, info) => {
  forked(repo);
  await comparison.open();
  await comparison.fromMenu(
    comparison.row('Branches', 'feature'),
    'Compare with main'
  );
  await expect(comparison.list.getByRole('option')).toHaveCount(5);
  const coming = page.waitForEvent('download');
  await comparison.button('Download all that differs').click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('feature.patch');
  const place = info.outputPath('feature.patch');
  await download.saveAs(place);
  repo.git('switch', '--quiet', '--detach', repo.git('merge-base', 'main', 'feature'));
  repo.git('apply', '--index', place);
  expect(repo.git('write-tree')).toBe(repo.git('rev-parse', 'feature^{tree}'));
});
