import { interrupted } from '../../drivers/crash';
import { expect, test } from '../../drivers/story';

const BRANCH = 'exp/lr-3e4';

test.beforeEach(({ repo }) => {
  repo.init().experiment(BRANCH, 'Try 3e-4', 'Try it longer');
});

test('finishes what a crash has cut off', async ({
  repo,
  recovery,
  branches
}) => {
  const tip = repo.tip(BRANCH);
  interrupted(repo, `refs/heads/${BRANCH}`, 'branch-delete', BRANCH);
  await recovery.open();

  const banner = recovery.banner('This was interrupted');
  await expect(banner).toContainText(`delete branch ${BRANCH}`);
  await expect(banner).toContainText('Nothing is lost.');
  await expect(branches.row(BRANCH)).toHaveCount(1);
  await branches.row('main').hover();
  await expect(
    branches.branches.getByRole('button', { name: 'Rename main' })
  ).toBeDisabled();

  await banner.getByRole('button', { name: 'Finish' }).click();
  await expect(banner).toHaveCount(0);
  await expect(branches.row(BRANCH)).toHaveCount(0);
  expect(repo.tip(BRANCH)).toBeNull();
  expect(repo.git('fsck', '--full')).toBe('');

  await expect(recovery.card(BRANCH)).toContainText('safe · pinned');
  await recovery.restore(BRANCH);
  await expect(branches.row(BRANCH)).toHaveCount(1);
  expect(repo.tip(BRANCH)).toBe(tip);
});

test('rolls back what a crash has cut off while the panel was open', async ({
  repo,
  recovery,
  branches
}) => {
  const tip = repo.tip(BRANCH);
  const log = repo.git('reflog', 'show', '--format=%H %gs', BRANCH);
  await recovery.open();
  await expect(branches.row(BRANCH)).toHaveCount(1);
  // Killed between making the new name and taking the old one away.
  interrupted(
    repo,
    `refs/heads/${BRANCH}`,
    'branch-rename',
    BRANCH,
    'exp/renamed'
  );

  const banner = recovery.banner('This was interrupted');
  await expect(banner).toContainText(
    `rename branch ${BRANCH} to exp/renamed`
  );
  await banner.getByRole('button', { name: 'Roll back' }).click();
  await expect(banner).toHaveCount(0);
  await expect(branches.row(BRANCH)).toHaveCount(1);
  await expect(branches.row('exp/renamed')).toHaveCount(0);
  expect(repo.tip(BRANCH)).toBe(tip);
  expect(repo.tip('exp/renamed')).toBeNull();
  expect(repo.git('reflog', 'show', '--format=%H %gs', BRANCH)).toBe(log);
  expect(repo.git('fsck', '--full')).toBe('');

  await branches.pressIn(BRANCH, `Delete ${BRANCH}`);
  await expect(branches.toast(`Deleted ${BRANCH}`)).toBeVisible();
});
