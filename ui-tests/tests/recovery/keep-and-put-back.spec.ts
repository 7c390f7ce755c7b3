import { expect, test } from '../../drivers/story';

test('pins all that may vanish in one click, and takes that back in one', async ({
  repo,
  recovery
}) => {
  repo.init().experiment('exp/a', 'Try a').experiment('exp/b', 'Try b');
  repo.git('branch', '-D', 'exp/a', 'exp/b');
  await recovery.open();
  await expect(recovery.recovery).toContainText(
    '2 of these may vanish at the next gc.'
  );
  await recovery.recovery
    .getByRole('button', { name: 'Pin all that is listed' })
    .click();
  const toast = recovery.toast('Pinned 2 lost branches');
  await expect(toast).toBeVisible();
  await expect(recovery.card('exp/a')).toContainText('safe · pinned');
  await expect(recovery.card('exp/b')).toContainText('safe · pinned');
  const pins = (): string =>
    repo.git('for-each-ref', '--format=%(refname)', 'refs/mlgit/pins');
  expect(pins().split('\n')).toHaveLength(2);

  await recovery
    .card('exp/b')
    .getByRole('button', { name: /^Unpin exp\/b/ })
    .click();
  await expect(
    recovery.toast(
      'Unpinned exp/b: git gc may take its 1 commit once no log names it'
    )
  ).toBeVisible();
  await expect(recovery.card('exp/b')).toContainText('may vanish');
  const undo = recovery.undoLine.getByRole('button', {
    name: 'Undo: unpin exp/b'
  });
  await undo.click();
  await expect(recovery.card('exp/b')).toContainText('safe · pinned');
  await recovery.undoLine
    .getByRole('button', { name: 'Undo: pin all that is listed (2)' })
    .click();
  await expect(recovery.card('exp/a')).toContainText('may vanish');
  expect(pins()).toBe('');
});

test('puts a dropped stash back on the stash list', async ({
  repo,
  recovery
}) => {
  repo.init().write('train.py', 'epochs = 99\n');
  repo.git('stash', 'push', '--message', 'train longer');
  const tip = repo.git('rev-parse', 'stash@{0}');
  repo.git('stash', 'drop');
  await recovery.open();
  await recovery.recovery
    .getByRole('checkbox', { name: 'Show lost commits and stashes' })
    .check();
  const name = `dropped stash ${tip.slice(0, 7)}`;
  await recovery
    .card(name)
    .getByRole('button', { name: `Put ${name} back on the stash list` })
    .click();
  const toast = recovery.toast('back on the stash list');
  await expect(toast).toBeVisible();
  await expect(recovery.card(name)).toHaveCount(0);
  expect(repo.git('stash', 'list')).toBe('stash@{0}: On main: train longer');

  await recovery.press(toast, 'Undo');
  await expect(recovery.card(name)).toHaveCount(1);
  expect(repo.git('stash', 'list')).toBe('');
  await recovery.undoLine.getByRole('button', { name: /^Redo: put/ }).click();
  await expect(recovery.card(name)).toHaveCount(0);
  repo.git('stash', 'pop');
  expect(repo.git('diff', '--stat')).toContain('train.py');
});

test('moves an overwritten branch back, unless somebody works on it', async ({
  repo,
  recovery
}) => {
  repo.init().experiment('exp/a', 'Try a').experiment('exp/b', 'Try b');
  const tip = repo.tip('exp/a');
  repo.git('branch', '-f', 'exp/a', 'main');
  repo.git('switch', '--quiet', 'exp/b');
  repo.git('reset', '--quiet', '--hard', 'main');
  await recovery.open();

  const refused = recovery.card('exp/b').getByText('Move back');
  await expect(refused).toHaveAccessibleName(
    /^Not possible now: 'exp\/b' is checked out here/
  );
  await refused.press('Enter');
  await expect(recovery.card('exp/b').getByRole('alert')).toContainText(
    'Switch to another branch there first'
  );

  await recovery.card('exp/a').getByText('Move back').click();
  const toast = recovery.toast('Moved exp/a back');
  await expect(toast).toContainText(tip?.slice(0, 7) ?? '');
  expect(repo.tip('exp/a')).toBe(tip);
  await recovery.press(toast, 'Undo');
  await expect(recovery.card('exp/a')).toHaveCount(1);
  expect(repo.tip('exp/a')).toBe(repo.tip('main'));
});
