/** Resets under an open notebook of a jupytext pair, and demands that no later save brings the old sources back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitRepository } from '../../drivers/gitRepository';
import { isSaved } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

/** A notebook that jupytext pairs with a text. */
function notebook(source: string): string {
  return `${JSON.stringify(
    {
      cells: [
        {
          cell_type: 'code',
          execution_count: null,
          id: 'c1',
          metadata: {},
          outputs: [],
          source: [source]
        }
      ],
      metadata: {
        jupytext: { formats: 'ipynb,py:percent' },
        kernelspec: {
          display_name: 'Python 3',
          language: 'python',
          name: 'python3'
        }
      },
      nbformat: 4,
      nbformat_minor: 5
    },
    null,
    1
  )}\n`;
}

/** Gives what the notebook on disk says; nothing while the server is just writing it. */
function sourceIn(repo: GitRepository): string {
  const text = readFileSync(join(repo.path, 'train.ipynb'), 'utf8');
  if (!text.endsWith('}\n') && !text.endsWith('}')) {
    return '';
  }
  const found = JSON.parse(text) as { cells: { source: string | string[] }[] };
  return [found.cells[0]?.source ?? ''].flat().join('');
}

test('a notebook that is open follows a hard reset, and saving it brings nothing back', async ({
  repo,
  commits,
  page,
  tmpPath
}) => {
  repo
    .init()
    .commit('Train', {
      'train.ipynb': notebook('epochs = 10'),
      'train.py': '# %%\nepochs = 10\n'
    })
    .commit('Train longer', {
      'train.ipynb': notebook('epochs = 99'),
      'train.py': '# %%\nepochs = 99\n'
    });
  await commits.open();
  await page.evaluate(async path => {
    await window.jupyterapp.commands.execute('docmanager:open', {
      path,
      factory: 'Notebook'
    });
  }, `${tmpPath}/train.ipynb`);
  const cell = page.locator('.jp-Notebook .jp-CodeCell .cm-content').first();
  await expect(cell).toHaveText('epochs = 99');
  // Unsaved edits are the person's: they are saved, and so backed up, before the files change.
  await page.notebook.enterCellEditingMode(0);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('0');
  await expect(cell).toHaveText('epochs = 990');

  await commits.resetTo('Train');
  await commits.choose('Hard');
  await commits.accept.click();
  const question = page.locator('.jp-Dialog').filter({ hasText: 'Unsaved' });
  await question.getByRole('button', { name: 'Save and reset' }).click();
  await expect(commits.toast('Reset main to')).toBeVisible();
  await expect(cell).toHaveText('epochs = 10');
  await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);

  await page.notebook.enterCellEditingMode(0);
  const saved = isSaved(page, 'train.ipynb');
  await page.keyboard.press('Control+s');
  await saved;
  await expect(page.locator('.jp-Dialog')).toHaveCount(0);
  await expect.poll(() => sourceIn(repo)).toBe('epochs = 10');
  expect(readFileSync(join(repo.path, 'train.py'), 'utf8')).toBe(
    '# %%\nepochs = 10\n'
  );
});
