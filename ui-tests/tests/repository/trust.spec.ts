import { expect, test } from '../../drivers/story';

const BRANCH = 'exp/lr-3e4';
const RAN = '.git/the-hook-ran';

test('asks before a hook of the repository runs, and takes the answer back', async ({
  repo,
  recovery,
  page
}) => {
  repo.init().experiment(BRANCH, 'Try 3e-4').experiment('exp/b', 'Try b');
  repo.git('branch', '-D', BRANCH, 'exp/b');
  repo.withHook('reference-transaction', `cat >> ${RAN}`);
  repo.git('config', 'filter.up.clean', 'tr a-z A-Z');
  await recovery.open();

  await recovery.restore(BRANCH);
  const refusal = recovery.card(BRANCH).getByRole('alert');
  await expect(refusal).toContainText("the repository's own hook");
  await refusal
    .getByRole('button', { name: 'Show what it would run' })
    .click();
  await expect(refusal).toContainText('hook reference-transaction');
  await expect(refusal).toContainText('.git/hooks/reference-transaction');
  expect(repo.tip(BRANCH)).toBeNull();
  expect(repo.hasFile(RAN)).toBe(false);

  await refusal.getByRole('button', { name: 'Trust this repository' }).click();
  await expect(recovery.toast(`Restored ${BRANCH}`)).toBeVisible();
  expect(repo.tip(BRANCH)).not.toBeNull();
  expect(repo.hasFile(RAN)).toBe(true);

  await recovery.fromPalette('Trust of This Repository');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('You trust this repository.');
  await expect(dialog).toContainText('hook reference-transaction');
  await expect(dialog).toContainText(
    /only git runs, trusted or not.*filter\.up\.clean = tr a-z A-Z/s
  );
  await dialog.getByRole('button', { name: 'Withdraw the trust' }).click();
  await expect(
    recovery.toast('This repository is no longer trusted')
  ).toBeVisible();

  await recovery.restore('exp/b');
  await expect(recovery.card('exp/b').getByRole('alert')).toContainText(
    'is not trusted'
  );
  expect(repo.tip('exp/b')).toBeNull();
});
