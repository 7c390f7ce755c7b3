import { nameless, unreached } from '../../drivers/keyboard';
import { expect, test } from '../../drivers/story';

test.beforeEach(({ repo }) => {
  repo.init();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    repo.git('branch', `exp/${name}`);
  }
  repo.experiment('exp/lost', 'First');
  repo.git('branch', '-D', 'exp/lost');
  repo.experiment('exp/lost', 'Second').experiment('exp/over', 'Before');
  repo.git('branch', '-f', 'exp/over', 'main');
  repo.git('branch', '-D', 'exp/lost');
  repo.commit('Lost by a reset', { 'lost.md': 'gone\n' });
  repo.git('reset', '--quiet', '--hard', 'HEAD~1');
  repo.write('train.py', 'epochs = 99\n');
  repo.git('stash', 'push', '--message', 'train longer');
  repo.git('stash', 'drop');
});

test('every control of the panel has a name and a stop of the Tab key', async ({
  recovery,
  branches,
  page
}) => {
  await recovery.open();
  await recovery.recovery
    .getByRole('checkbox', { name: 'Show lost commits and stashes' })
    .check();
  await expect(
    recovery.cards.filter({ hasText: 'dropped stash' })
  ).toHaveCount(1);
  await recovery.preview('exp/lost');
  await recovery.restoreAs('exp/lost', 'main');
  await expect(recovery.card('exp/lost').getByRole('alert')).toBeVisible();
  await recovery.card('exp/lost').getByText('1 earlier version').click();
  await recovery.recovery
    .getByRole('button', { name: 'Change how long' })
    .click();
  await branches.branches
    .getByRole('button', { name: 'Create a branch here' })
    .click();

  expect.soft(await nameless(recovery.root)).toEqual([]);
  // What comes into the panel behind the focus, such as another story's kernel, is reached the next time.
  await expect
    .poll(() => unreached(recovery.root, '.jp-mlgit-Branch'))
    .toEqual([]);

  // The rows of the branches are one stop; arrows go from row to row, and Tab into the buttons of a row.
  const rows = branches.branches.locator('.jp-mlgit-Branch');
  await rows.first().focus();
  for (let row = 0; row < (await rows.count()); row++) {
    await expect(rows.nth(row)).toBeFocused();
    const buttons = rows.nth(row).locator('button:enabled');
    for (let button = 0; button < (await buttons.count()); button++) {
      await page.keyboard.press('Tab');
      await expect(buttons.nth(button)).toBeFocused();
    }
    await rows.nth(row).focus();
    await page.keyboard.press('ArrowDown');
  }
});

test('its dialogs keep the focus and give it back', async ({
  repo,
  recovery,
  page
}) => {
  repo.withHook('reference-transaction', 'exit 0');
  await recovery.open();
  await recovery.root.focus();
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('mlgit:review-trust');
  });
  const dialog = page.getByRole('dialog', { name: 'Trust of this repository' });
  await expect(dialog).toBeVisible();
  expect(await nameless(dialog)).toEqual([]);
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab');
    await expect(dialog.locator(':focus')).toHaveCount(1);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(recovery.root).toBeFocused();
});
