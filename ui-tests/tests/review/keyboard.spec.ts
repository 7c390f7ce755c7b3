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

/** Has more changed cells than there is room for. */
const long = (rate: string): string =>
  notebookOf(
    Array.from({ length: 12 }, (_, cell) => ({
      source: Array.from({ length: 9 }, (_, n) =>
        n === 4 ? `lr = ${rate}` : `x_${cell}_${n} = ${n}`
      ).join('\n')
    })),
    1
  );

/** Has a cell whose lines are wrapped in another way on each side. */
const wrapped = (run: number): string => {
  const sum = Array.from({ length: 20 + 6 * run }, (_, n) => `word${n}`);
  const lines = Array.from({ length: 12 }, (_, n) =>
    n % 3 === run ? `z${n} = ${sum.join(' + ')}` : `k${n} = 1`
  );
  return notebookOf([{ source: lines.join('\n') }], 1);
};

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

  // From file to file without the way through the list, which marks where one is.
  await keyboard.press('F8');
  await expect(review.file('notes.md')).toHaveAttribute('aria-current', 'true');
  await expect(review.diff).toBeFocused();
  await keyboard.press('Shift+F8');
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

  // A file that no commit has goes away, and comes back as well.
  await review.file('notes.md').hover();
  await review.file('notes.md').getByTitle('Discard the new file…').click();
  await expect(dialog).toContainText('No commit has it: the file goes away.');
  await accept.click();
  await expect(review.toast('Discarded new: notes.md')).toBeVisible();
  expect(repo.hasFile('notes.md')).toBe(false);
  await review.press(review.toast('Discarded new'), 'Undo');
  await expect(list.getByRole('option')).toHaveCount(2);
  expect(readFileSync(join(repo.path, 'notes.md'), 'utf8')).toBe('x\n');

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
  page,
  tmpPath
}) => {
  test.slow();
  repo.init().commit('Train', {
    'train.ipynb': written('1e-4'),
    'long.ipynb': long('1e-4'),
    'wrapped.ipynb': wrapped(1)
  });
  repo.write('train.ipynb', written('3e-4')).write('long.ipynb', long('3e-4'));
  repo.write('wrapped.ipynb', wrapped(2));
  await page.setViewportSize({ width: 1400, height: 900 });
  await review.open();

  // Whatever width the window had, both sides have the same rows, and none is empty.
  await review.file('wrapped.ipynb').click();
  const sides = review.cell(1).locator('.cm-content');
  const heights = (): Promise<readonly number[]> =>
    sides.evaluateAll(all => all.map(side => side.clientHeight));
  const rows = async (): Promise<number> => {
    await expect
      .poll(async () => {
        const [old = 0, now = 1] = await heights();
        return Math.abs(old - now);
      })
      .toBeLessThan(2);
    return (await heights())[1] ?? 0;
  };
  await expect(sides).toHaveCount(2);
  const wide = await rows();
  await page.setViewportSize({ width: 900, height: 900 });
  await expect.poll(rows).toBeGreaterThan(wide + 100);
  await page.setViewportSize({ width: 1400, height: 900 });
  await expect.poll(rows).toBe(wide);
  await review.file('train.ipynb').click();
  await review.cell(5).getByRole('button', { name: 'Go to cell' }).click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Cell.jp-mod-active')
  ).toContainText('print("3e-4")');

  // Beside the open notebook the difference says what is not saved; once it is, what is read stays where it was.
  await review.file('long.ipynb').click();
  const read = review.cell(2);
  await expect(read.locator('.cm-changedText').first()).toBeVisible();
  await page.evaluate(async path => {
    const options = { mode: 'split-right' };
    await window.jupyterapp.commands.execute('docmanager:open', {
      path,
      options
    });
  }, `${tmpPath}/long.ipynb`);
  const first = page.locator('.jp-NotebookPanel:visible .jp-Cell').first();
  await first.locator('.cm-line').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('one = 1\ntwo = 2\n');
  const notice = review.diff.getByText('edits that are not saved');
  await expect(notice).toBeVisible();
  await read.evaluate(one => {
    one.scrollIntoView();
  });
  const place = (): Promise<{ top: number; scrolled: number }> =>
    read.evaluate(async one => {
      const body = one.closest('.jp-mlgit-Diff-body') ?? one;
      // What is drawn asks for its height once it is there.
      for (let frame = 0; frame < 8; frame++) {
        await new Promise(requestAnimationFrame);
      }
      const top = (element: Element): number =>
        element.getBoundingClientRect().top;
      return { top: top(one) - top(body), scrolled: body.scrollTop };
    });
  let before = await place();
  await expect
    .poll(async () => {
      const last = before;
      before = await place();
      return last.top - before.top;
    })
    .toBe(0);
  const compared = page.waitForResponse(/mlgit\/review\/file/);
  await review.diff.getByRole('button', { name: 'Save' }).click();
  await compared;
  await expect(notice).toHaveCount(0);
  await expect(review.diff).not.toContainText('has changed since');
  // The cell above it has two lines more.
  await expect
    .poll(async () => (await place()).scrolled - before.scrolled)
    .toBeGreaterThan(20);
  await expect
    .poll(async () => Math.abs((await place()).top - before.top))
    .toBeLessThan(3);

  // So it does when they are saved in the notebook itself.
  const after = await place();
  await first.locator('.cm-line').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type('three = 3\n');
  await expect(notice).toBeVisible();
  const again = page.waitForResponse(/mlgit\/review\/file/);
  await page.keyboard.press('Control+s');
  await again;
  await expect(notice).toHaveCount(0);
  await expect
    .poll(async () => (await place()).scrolled - after.scrolled)
    .toBeGreaterThan(10);
  await expect
    .poll(async () => Math.abs((await place()).top - after.top))
    .toBeLessThan(3);
  await expect(review.diff).not.toContainText('has changed since');
  await review.cell(1).evaluate(one => {
    one.scrollIntoView();
  });
  await expect(review.cell(1)).toContainText('two = 2');
});
