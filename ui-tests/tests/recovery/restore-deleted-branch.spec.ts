import { expect, test } from '../../drivers/story';

const BRANCH = 'exp/torch-compile-opt';

test.beforeEach(({ repo }) => {
  repo
    .init()
    .experiment(
      BRANCH,
      'Compile the model',
      'Fuse the optimiser',
      'Warm up longer',
      'Tune learning rate scheduler for faster convergence'
    );
});

test('restores a deleted branch, and takes that back', async ({
  repo,
  recovery
}) => {
  const tip = repo.tip(BRANCH);
  repo.git('branch', '-D', BRANCH);
  await recovery.open();

  const card = recovery.card(BRANCH);
  await expect(card).toContainText(
    'Tune learning rate scheduler for faster convergence'
  );
  await expect(card).toContainText('4 commits found nowhere else');
  await expect(card).toContainText('train.ipynb');

  const preview = await recovery.preview(BRANCH);
  await expect(preview).toContainText('4 commits');
  await expect(preview).toContainText('Fuse the optimiser');
  await expect(preview).toContainText('train.ipynb');

  await recovery.restore(BRANCH);
  const toast = recovery.toast(`Restored ${BRANCH}`);
  await expect(toast).toContainText(`(${tip?.slice(0, 7)}, 4 commits)`);
  expect(repo.tip(BRANCH)).toBe(tip);
  await expect(card).toHaveCount(0);
  await expect(recovery.undoLine).toContainText(
    `Undo: restore branch ${BRANCH}`
  );

  await recovery.press(toast, 'Undo');
  await expect(card).toHaveCount(1);
  expect(repo.tip(BRANCH)).toBeNull();
  await recovery.undoLine
    .getByRole('button', { name: `Redo: restore branch ${BRANCH}` })
    .click();
  await expect(card).toHaveCount(0);
  expect(repo.tip(BRANCH)).toBe(tip);
});

test('goes to the branch that is back', async ({ repo, recovery }) => {
  repo.git('branch', '-D', BRANCH);
  await recovery.open();
  await recovery.restore(BRANCH);
  await recovery.press(recovery.toast('Restored'), 'Switch to it');
  await expect(recovery.header).toContainText(BRANCH);
  await expect(recovery.statusItem).toContainText(BRANCH);
  expect(repo.current()).toBe(BRANCH);
});

test('restores under another name, and offers a free one', async ({
  repo,
  recovery
}) => {
  const tip = repo.tip(BRANCH);
  repo.git('branch', '-D', BRANCH);
  await recovery.open();

  await recovery.restoreAs(BRANCH, 'main');
  const refusal = recovery.card(BRANCH).getByRole('alert');
  await expect(refusal).toContainText('main');
  const offer = refusal.getByRole('button', { name: /^Use main/ });
  const free = (await offer.textContent())?.replace('Use ', '') ?? '';
  await offer.click();

  await expect(recovery.toast(`Restored ${free}`)).toBeVisible();
  expect(repo.tip(free)).toBe(tip);
});

test('shows at once what the terminal deletes', async ({ repo, recovery }) => {
  await recovery.open();
  await expect(recovery.recovery).toContainText('Nothing is missing');
  repo.git('branch', '-D', BRANCH);
  await expect(recovery.card(BRANCH)).toContainText('safe · pinned');
  await expect(recovery.timeline).toContainText(BRANCH);

  // What was pinned in time survives even this.
  repo.git('reflog', 'expire', '--expire=now', '--all');
  repo.git('gc', '--quiet', '--prune=now');
  await recovery.restore(BRANCH);
  await expect(recovery.toast('Restored')).toBeVisible();
  expect(repo.tip(BRANCH)).not.toBeNull();
});

test('takes back from the timeline what the terminal did', async ({
  repo,
  recovery
}) => {
  const tip = repo.tip(BRANCH);
  await recovery.open();
  await expect(recovery.recovery).toContainText('Nothing is missing');
  repo.git('branch', '-D', BRANCH);
  const row = recovery.timeline
    .locator('.jp-mlgit-Happening')
    .filter({ hasText: /delete.*\(terminal/i });
  // The card may come after the row: only then is its absence news.
  await expect(recovery.card(BRANCH)).toHaveCount(1);
  await row.hover();
  await row.getByRole('button', { name: /^Undo:/ }).click();
  await expect(recovery.toast('Undone: delete branch')).toBeVisible();
  await expect(recovery.card(BRANCH)).toHaveCount(0);
  expect(repo.tip(BRANCH)).toBe(tip);
  await expect(row).toContainText('undone');
});

test('is done by keyboard alone', async ({ repo, recovery, page }) => {
  repo.git('branch', '-D', BRANCH);
  await recovery.goTo();
  await page.keyboard.press('Alt+Shift+KeyR');
  const restore = recovery.card(BRANCH).getByRole('button', {
    name: `Restore ${BRANCH}`,
    exact: true
  });
  await expect(restore).toBeVisible();
  await page.keyboard.press('Alt+Shift+KeyR');
  await expect(restore).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(recovery.card(BRANCH)).toHaveCount(0);
  expect(repo.tip(BRANCH)).not.toBeNull();

  await recovery.root.focus();
  await page.keyboard.press('Control+KeyZ');
  await expect(recovery.card(BRANCH)).toHaveCount(1);
  expect(repo.tip(BRANCH)).toBeNull();
});
