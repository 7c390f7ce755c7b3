import { expect, test } from '../../drivers/story';

const BRANCH = 'exp/lr-3e4';

test('shows the repository of another user, and lets nothing be changed in it', async ({
  repo,
  recovery,
  branches
}) => {
  test.skip(
    process.getuid?.() !== 0,
    'Only root can give a repository to another user.'
  );
  repo.init().experiment(BRANCH, 'Try 3e-4').experiment('exp/kept', 'Go on');
  repo.git('branch', '-D', BRANCH);
  repo.ownedBy(12_345);
  await recovery.open();

  const banner = recovery.banner('This repository can only be read.');
  await expect(banner).toContainText('belongs to another user (id 12345)');

  const card = recovery.card(BRANCH);
  await expect(card).toContainText('Try 3e-4');
  for (const name of [
    `Restore ${BRANCH}`,
    `Restore ${BRANCH} under another name`,
    `Pin ${BRANCH}, so that git gc leaves it alone`
  ]) {
    await expect(
      card.getByRole('button', { name, exact: true })
    ).toBeDisabled();
  }
  const preview = await recovery.preview(BRANCH);
  await expect(preview).toContainText('Try 3e-4');

  await expect(
    branches.branches.getByRole('button', { name: 'Create a branch here' })
  ).toBeDisabled();
  const row = branches.row('exp/kept');
  await row.hover();
  for (const name of ['Switch to', 'Rename', 'Delete']) {
    await expect(
      row.getByRole('button', { name: `${name} exp/kept` })
    ).toBeDisabled();
  }
  await row.focus();
  await row.press('Delete');
  await expect(recovery.root.getByRole('alert')).toHaveCount(0);

  repo.ownedBy(0);
  expect(repo.tip('exp/kept')).not.toBeNull();
  expect(repo.hasFile('.git/mlgit')).toBe(false);
});
