/** Words are found in a difference by keyboard: in changed lines, in what is folded away, and in deleted lines. */
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { notebookOf } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

const STEPS = Array.from({ length: 60 }, (_, n) => `step_${n} = ${n}`);

/** A cell long enough that most of it is folded, with a word in it. */
const long = (rate: string): string =>
  [
    `lr = ${rate}`,
    ...STEPS.slice(0, 30),
    'schedule = warmup',
    ...STEPS.slice(30)
  ].join('\n');

const written = (rate: string): string =>
  notebookOf(
    [
      { source: 'import torch  # warmup' },
      { source: long(rate) },
      { source: rate === '1e-3' ? 'old_warmup(model)' : 'train(model)' }
    ],
    1
  );

/** Gives what the browser marks outside of editors. */
async function marked(page: Page, name: string): Promise<string[]> {
  return page.evaluate(
    wanted =>
      Array.from(CSS.highlights.get(wanted) ?? []).map(range =>
        range instanceof Range ? range.toString() : ''
      ),
    name
  );
}

test('words are found by keyboard, folded away or deleted', async ({
  repo,
  review,
  page
}, info) => {
  test.slow();
  const folder = process.env.MLGIT_UI_STATES;
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
  };
  repo.init().commit('Train', { 'train.ipynb': written('1e-3') });
  repo.write('train.ipynb', written('1e-4'));
  await review.open();
  await review.file('train.ipynb').click();
  await expect(review.cell(3)).toBeVisible();
  const words = review.cell(2).locator('.cm-changedText');
  await expect(words).toHaveText(['1e-3', '1e-4']);

  const { keyboard } = page;
  const field = page.locator('.jp-DocumentSearch-overlay:visible textarea');
  const count = page.locator(
    '.jp-DocumentSearch-overlay:visible .jp-DocumentSearch-index-counter'
  );
  await keyboard.press('Control+f');
  await expect(field).toBeFocused();
  await keyboard.type('warmup');
  await expect(count).toHaveText('-/3');

  await expect(review.diff.getByText('# warmup')).toHaveCount(0);
  await keyboard.press('Enter');
  await expect(count).toHaveText('1/3');
  await expect(review.diff.getByText('# warmup')).toBeVisible();
  await expect.poll(() => marked(page, 'mlgit-current')).toEqual(['warmup']);

  const inSight = async (one: Locator): Promise<void> => {
    await expect(one.first()).toBeInViewport();
  };
  await keyboard.press('Enter');
  await expect(count).toHaveText('2/3');
  await inSight(review.cell(2).locator('.cm-merge-b .jp-current-match'));
  await expect(review.cell(2).locator('.cm-merge-a .cm-searching')).toHaveCount(1);
  await picture('search-light.png');

  await keyboard.press('Enter');
  await expect(count).toHaveText('3/3');
  await inSight(review.cell(3).locator('.cm-merge-a .jp-current-match'));
  await keyboard.press('Shift+Enter');
  await expect(count).toHaveText('2/3');

  await page.theme.setTheme('JupyterLab Dark');
  await review.tool('Unified').click();
  await page.keyboard.press('Control+f');
  await expect(field).toBeFocused();
  await expect(count).toHaveText('-/3');
  await keyboard.press('Shift+Enter');
  await expect(count).toHaveText('3/3');
  await expect.poll(() => marked(page, 'mlgit-current')).toEqual(['warmup']);
  await inSight(review.cell(3).locator('.cm-deletedChunk'));
  await picture('search-dark-unified.png');

  await keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await expect(review.diff.locator('.cm-searching')).toHaveCount(0);
  expect(await marked(page, 'mlgit-found')).toEqual([]);
  await expect(review.diff).toBeFocused();
  await keyboard.press('Escape');
  await expect(review.review.getByRole('listbox')).toBeFocused();
});

test('the next change of a long text is found where nothing is drawn', async ({
  repo,
  review,
  page
}) => {
  test.slow();
  const lines = Array.from({ length: 4000 }, (_, n) => `value_${n} = ${n}`);
  const edited = lines.map((line, n) =>
    [40, 2000, 3900].includes(n) ? `${line}  # tuned` : line
  );
  repo.init().commit('Values', { 'values.py': `${lines.join('\n')}\n` });
  repo.write(
    'values.py',
    `${edited.filter((_, n) => n < 3000 || n >= 3080).join('\n')}\n`
  );
  await review.open();
  await review.file('values.py').click();
  await expect(review.diff.locator('.cm-changedLine').first()).toBeVisible();
  const { keyboard } = page;
  for (const layout of ['Side by side', 'Unified']) {
    await review.tool(layout).click();
    await review.tool('Unchanged').click();
    const body = review.diff.locator('.jp-mlgit-Diff-body');
    await body.evaluate(element => {
      element.scrollTop = 0;
    });
    await review.diff.focus();
    for (const text of ['value_40 = 40  # tuned', 'value_2000 =', 'value_3000 =', 'value_3900 =']) {
      await keyboard.press('F7');
      await expect(
        review.diff
          .locator('.jp-mlgit-Merge-here')
          .filter({ hasText: text })
          .first()
      ).toBeInViewport();
    }
    await keyboard.press('Shift+F7');
    await expect(
      review.diff
        .locator('.jp-mlgit-Merge-here')
        .filter({ hasText: 'value_3000 =' })
        .first()
    ).toBeInViewport();
    await review.tool('Unchanged').click();
  }
});
