import { expect, test } from '../../drivers/story';

test.beforeEach(({ repo }) => {
  repo.init().experiment('exp/lr-3e4', 'Try 3e-4', 'Try it longer');
});

test('deletes a branch at once, and brings it back from the toast', async ({
  repo,
  branches
}) => {
  const tip = repo.tip('exp/lr-3e4');
  await branches.open();
  await branches.pressIn('exp/lr-3e4', 'Delete exp/lr-3e4');

  const toast = branches.toast('Deleted exp/lr-3e4');
  await expect(toast).toContainText(
    `(${tip?.slice(0, 7)}, 2 commits found nowhere else)`
  );
  await expect(branches.page.locator('.jp-Dialog')).toHaveCount(0);
  await expect(branches.row('exp/lr-3e4')).toHaveCount(0);
  expect(repo.tip('exp/lr-3e4')).toBeNull();

  await branches.press(toast, 'Undo');
  await expect(branches.row('exp/lr-3e4')).toHaveCount(1);
  expect(repo.tip('exp/lr-3e4')).toBe(tip);
  expect(repo.git('fsck', '--full')).toBe('');
});

test('creates, renames and switches by keyboard', async ({
  repo,
  branches,
  page
}) => {
  await branches.open();
  await branches.branches
    .getByRole('button', { name: 'Create a branch here' })
    .press('Enter');
  const field = branches.branches.getByRole('textbox', {
    name: 'Name of the new branch'
  });
  await field.fill('exp/new');
  await field.press('Enter');
  await expect(branches.row('exp/new')).toBeVisible();

  await branches.row('exp/new').focus();
  await page.keyboard.press('F2');
  const rename = branches.branches.getByRole('textbox', {
    name: 'New name of exp/new'
  });
  await rename.fill('exp/renamed');
  await rename.press('Enter');
  await expect(branches.row('exp/renamed')).toBeVisible();
  expect(repo.tip('exp/new')).toBeNull();

  await branches.row('exp/renamed').click({ button: 'right' });
  await expect(
    page.getByRole('menuitem', { name: 'Delete', exact: true })
  ).toBeVisible();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  const again = branches.branches.getByRole('textbox', {
    name: 'New name of exp/renamed'
  });
  await expect(again).toBeFocused();
  await again.press('Escape');
  await expect(branches.row('exp/renamed')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(branches.row('exp/renamed')).toHaveAttribute(
    'aria-current',
    'true'
  );
  expect(repo.current()).toBe('exp/renamed');
});

test('does not offer to delete what is protected or checked out', async ({
  branches
}) => {
  await branches.open();
  const row = branches.row('main');
  await row.hover();
  await expect(
    row.getByRole('button', { name: 'The current branch can not be deleted' })
  ).toBeDisabled();
});
