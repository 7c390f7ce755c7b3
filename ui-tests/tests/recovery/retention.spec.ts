/** Keeps things for good and installs the hook in the form, and takes both back with one Undo. */
import { join } from 'node:path';
import { faint, overflowing } from '../../drivers/looks';
import { expect, test } from '../../drivers/story';

test('keeps pins for good, adds the hook, and takes both back', async ({
  repo,
  recovery,
  page
}, info) => {
  repo.init();
  await recovery.open();
  const change = recovery.recovery.getByRole('button', {
    name: 'Change how long'
  });
  await change.click();
  const forGood = recovery.recovery.getByRole('checkbox', {
    name: 'Pins, days: keep for good'
  });
  await forGood.check();
  await recovery.recovery
    .getByRole('checkbox', { name: 'adds a git hook' })
    .check();
  const folder = process.env.MLGIT_UI_STATES;
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of [240, 345]) {
      await page.sidebar.setWidth(width, 'left');
      const name = `retention-${theme.toLowerCase()}-${width}.png`;
      await page.screenshot({
        path: folder === undefined ? info.outputPath(name) : join(folder, name)
      });
      expect.soft(await overflowing(recovery.recovery), name).toEqual([]);
      expect.soft(await faint(recovery.recovery), name).toEqual([]);
    }
  }
  await recovery.recovery.getByRole('button', { name: 'Save' }).click();
  const toast = recovery.toast('Changed how long lost work is kept');
  // The hook is a second act: the line above it changes after the first.
  await expect(toast).toBeVisible();
  await expect(recovery.recovery).toContainText('Pinned work is kept for good');
  expect(repo.hasFile('.git/hooks/reference-transaction')).toBe(true);

  await recovery.press(toast, 'Undo');
  await expect(recovery.recovery).toContainText('Pinned work is kept 90 days');
  await expect
    .poll(() => repo.hasFile('.git/hooks/reference-transaction'))
    .toBe(false);
});
