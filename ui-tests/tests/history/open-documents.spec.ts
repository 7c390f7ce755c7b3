import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { isSaved } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

test.beforeEach(({ repo }) => {
  repo.init();
  repo.git('switch', '--quiet', '--create', 'exp/longer');
  repo.commit('Train longer', { 'train.py': 'epochs = 99\n' });
  repo.git('switch', '--quiet', 'main');
});

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

test('saves what is not saved before a switch, and shows the other branch after it', async ({
  repo,
  branches,
  page,
  tmpPath
}) => {
  await branches.open();
  await openFile(page, `${tmpPath}/train.py`);
  const editor = await openFile(page, `${tmpPath}/config.yaml`);
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('seed: 7');

  await branches.pressIn('exp/longer', 'Switch to exp/longer');
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog).toContainText(`${tmpPath}/config.yaml`);
  await expect(dialog).not.toContainText('train.py');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(repo.current()).toBe('main');

  await branches.pressIn('exp/longer', 'Switch to exp/longer');
  await dialog.getByRole('button', { name: 'Save and switch' }).click();
  await expect(branches.toast('Switched to exp/longer')).toBeVisible();
  expect(repo.current()).toBe('exp/longer');
  expect(readFileSync(join(repo.path, 'config.yaml'), 'utf8')).toContain(
    'seed: 7'
  );

  const train = await openFile(page, `${tmpPath}/train.py`);
  await expect(train).toHaveText('epochs = 99');
  await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  await train.click();
  const saved = isSaved(page, 'train.py');
  await page.keyboard.press('Control+s');
  await saved;
  await expect(page.locator('.jp-Dialog')).toHaveCount(0);
  expect(repo.git('status', '--porcelain', 'train.py')).toBe('');

  await branches.undoLine
    .getByRole('button', { name: 'Undo: switch to exp/longer' })
    .click();
  await expect(train).toHaveText('epochs = 10');
});
