/** The mouse stays where it is: from the list to the difference, through it and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { notebookOf } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

const sources = (rate: string): readonly string[] => [
  'import torch',
  `lr = ${rate}`,
  'model = Net()',
  'train(model)',
  `print("${rate}")`
];

const written = (rate: string): string =>
  notebookOf(
    sources(rate).map(source => ({ source })),
    1
  );

test('changes are read by keyboard alone', async ({ repo, review, page }) => {
  test.slow();
  repo.init().commit('Train', { 'train.ipynb': written('1e-4') });
  repo.git('switch', '--quiet', '--create', 'exp');
  repo.write('train.ipynb', written('3e-4')).write('notes.md', 'x\n');
  await review.open();
  const { keyboard } = page;
  const list = review.review.getByRole('listbox');
  await expect(list.getByRole('option')).toHaveCount(2);

  await keyboard.press('Alt+Shift+D');
  await expect(list).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(review.file('notes.md')).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('ArrowUp');
  await expect(review.file('train.ipynb')).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await keyboard.press('Enter');
  await expect(review.cell(2)).toBeVisible();
  await expect(review.diff).toBeFocused();

  await keyboard.press('F7');
  await expect(review.cell(2)).toBeFocused();
  await keyboard.press('F7');
  await expect(review.cell(5)).toBeFocused();
  await keyboard.press('F7');
  await expect(review.cell(5)).toBeFocused();
  await keyboard.press('Shift+F7');
  await expect(review.cell(2)).toBeFocused();

  await expect(review.tool('Side by side')).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  await keyboard.press('Alt+Shift+L');
  await expect(review.tool('Unified')).toHaveAttribute('aria-pressed', 'true');

  await keyboard.press('F7');
  await keyboard.press('Escape');
  await expect(list).toBeFocused();

  const menu = page.locator('.lm-Menu');
  await keyboard.press('Shift+F10');
  await expect(menu.getByText('Discard Changes…')).toBeVisible();
  await keyboard.press('Escape');
  await expect(list).toBeFocused();

  // The acts of a line are in its menu: what was changed goes, and comes back.
  await keyboard.press('Shift+F10');
  await expect(menu).toBeVisible();
  for (const wanted of ['Open Diff', 'Open File', 'Discard Changes…']) {
    await keyboard.press('ArrowDown');
    await expect(menu.locator('.lm-mod-active')).toHaveText(wanted);
  }
  await keyboard.press('Enter');
  const dialog = page.locator('.jp-mlgit-DiscardDialog');
  await expect(dialog).toContainText(
    'overwritten; its edits are backed up first'
  );
  const accept = dialog.getByRole('button', { name: 'Discard' });
  await expect(accept).toBeEnabled();
  await expect(dialog.locator('.jp-mlgit-Question')).toBeFocused();
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(accept).toBeFocused();
  await keyboard.press('Enter');
  await expect(review.toast('Discarded changes in train.ipynb')).toBeVisible();
  expect(repo.git('status', '--porcelain')).toBe('?? notes.md');
  await expect(list.getByRole('option')).toHaveCount(1);
  await review.press(review.toast('Discarded'), 'Undo');
  await expect(list.getByRole('option')).toHaveCount(2);
  expect(readFileSync(join(repo.path, 'train.ipynb'), 'utf8')).toBe(written('3e-4'));

  await review.file('notes.md').hover();
  await review.file('notes.md').getByTitle('Open the file').click();
  await expect(page.locator('.jp-FileEditor:visible')).toContainText('x');
  await review.file('train.ipynb').click({ button: 'right' });
  await menu.getByText('Show in File Browser').click();
  await expect(
    page.locator('.jp-DirListing-item.jp-mod-selected:visible')
  ).toHaveText(/train\.ipynb/);
});

test('a difference stays as it is while its file changes', async ({
  repo,
  review,
  page
}) => {
  repo.init().write('train.py', 'epochs = 20\n');
  await review.open();
  await review.file('train.py').click();
  await expect(review.diff).toContainText('epochs = 20');

  repo.write('train.py', 'epochs = 30\n');
  const notice = review.diff.getByText(
    'The file has changed since this was compared.'
  );
  await expect(notice).toBeVisible();
  await expect(review.diff).toContainText('epochs = 20');
  await expect(review.diff).not.toContainText('epochs = 30');

  await review.diff
    .getByRole('button', { name: 'Show it as it is now' })
    .click();
  await expect(review.diff).toContainText('epochs = 30');
  await expect(notice).toHaveCount(0);

  // Whoever works with the file browser has no panel in sight.
  await page.sidebar.close('left');
  repo.write('train.py', 'epochs = 10\n');
  await expect(notice).toBeVisible();
  await review.diff
    .getByRole('button', { name: 'Show it as it is now' })
    .click();
  await expect(review.diff).toContainText('Nothing differs any more.');
});

test('a cell of the difference leads to the cell of the notebook', async ({
  repo,
  review,
  page
}) => {
  test.slow();
  repo.init().commit('Train', { 'train.ipynb': written('1e-4') });
  repo.write('train.ipynb', written('3e-4'));
  await review.open();
  await review.file('train.ipynb').click();
  await review.cell(5).getByRole('button', { name: 'Go to cell' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Cell.jp-mod-active')
  ).toContainText('print("3e-4")');
});
