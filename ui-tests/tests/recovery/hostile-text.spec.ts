/** Names and messages that try to run, wherever they are shown: the panel, dialogs, toasts, tabs. */
import { Beacon, RUN } from '../../drivers/beacon';
import { expect, test } from '../../drivers/story';

const beacon = new Beacon();

test.beforeAll(async () => {
  await beacon.start();
});

test.afterAll(() => {
  beacon.stop();
});

function payloads(): readonly string[] {
  return [
    `<img src="${beacon.url}/message" onerror="${RUN}">`,
    '<script>window.__pwned=1</script>',
    '"><svg/onload=window.__pwned=1>',
    '{{constructor.constructor("window.__pwned=1")()}}',
    'javascript:window.__pwned=1',
    '\u001b[31mred\u001b[0m',
    'abc\u202egnp.exe',
    `[x](javascript:window.__pwned=1) ![a](http://127.0.0.1/pwned)`
  ];
}

const branchName = (n: number): string =>
  `exp/${n}-<img/src=pwned-x/onerror=window.__pwned=1>`;

test('shows hostile names and messages as text', async ({
  repo,
  recovery,
  page
}) => {
  test.slow();
  beacon.watch(page);
  repo.init();
  payloads().forEach((payload, index) => {
    const name = branchName(index);
    repo.git('switch', '--quiet', '--create', name);
    repo.commit(payload, { [`${index}-<b>.ipynb`]: '{}' });
    repo.git('switch', '--quiet', 'main');
    repo.git('branch', '--quiet', '-D', name);
  });
  repo.git('branch', 'live-<svg/onload=window.__pwned=1>');
  repo.git('branch', 'live-\u202egnp');

  await recovery.open();
  await expect(recovery.cards).toHaveCount(payloads().length);
  const first = branchName(0);
  await expect(recovery.card(first)).toContainText(payloads()[0] ?? '');
  await expect(recovery.cards.filter({ hasText: 'abc[U+202E]gnp' })).toHaveCount(1);
  await expect(recovery.cards.filter({ hasText: '[U+001B][31m' })).toHaveCount(1);
  await expect(recovery.section('Branches')).toContainText('live-[U+202E]gnp');

  await recovery.preview(first);
  await recovery.restore(first);
  await expect(recovery.toast('Restored')).toContainText('<img/src=pwned');
  expect(repo.tip(first)).not.toBeNull();

  await expect(recovery.root.locator('img, script')).toHaveCount(0);
  await expect(recovery.toasts.locator('img, script')).toHaveCount(0);
  beacon.expectNoTry();
  await beacon.expectNothing(page);
});

test('shows them as text in commits, dialogs, toasts and tabs', async ({
  repo,
  commits,
  branches,
  review,
  page
}) => {
  test.slow();
  beacon.watch(page);
  const branch = branchName(0);
  const file = `<img src=pwned-x onerror=window.__pwned=1>\u202eb.py`;
  repo.init();
  repo.git('branch', branch);
  payloads().forEach((payload, n) => {
    repo.write(file, `epochs = ${n}\n`).git('add', '--all');
    repo.git(
      'commit',
      '--quiet',
      // git itself takes the angle brackets out of a name.
      `--author=img src='${beacon.url}/author' onerror='window.__pwned=1' <"onmouseover=window.__pwned=1"@example.org>`,
      '--message',
      `${payload}\n\n${payload}`
    );
  });
  repo.git('tag', 'v<img/src=pwned-x/onerror=window.__pwned=1>');
  repo.write(file, 'epochs = 99\n');
  repo.write(`new-${file}`, 'x\n');

  await commits.open();
  await expect(commits.commits).toContainText('<script>window.__pwned=1');
  await expect(commits.commits).toContainText('[U+202E]gnp');
  await expect(review.review).toContainText('<img src=pwned-x');
  await expect(commits.section('Timeline')).toContainText('<script>');

  await review.file('M').first().click();
  await expect(review.diff).toContainText('epochs = 99');
  // A long name is cut in the middle.
  await expect(
    page.getByRole('tab').filter({ hasText: '<img src=p' })
  ).toBeVisible();

  const subject = payloads()[1] ?? '';
  const row = commits.commits.locator('.jp-mlgit-Commit').filter({ hasText: subject });
  await row.first().hover();
  await row.first().getByRole('button', { name: /^Reset .* to .*…$/ }).click();
  await commits.dialog.waitFor();
  await commits.choose('Hard');
  await expect(commits.dialog).toContainText('<img src=pwned-x');
  await expect(commits.dialog.locator('img, script')).toHaveCount(0);
  await commits.accept.click();
  await expect(commits.toast('Reset main to')).toBeVisible();

  await branches.pressIn(branch, `Delete ${branch}`);
  await expect(branches.toast('Deleted')).toContainText('<img/src=pwned');
  await expect(branches.toasts.locator('img, script')).toHaveCount(0);
  await expect(branches.root.locator('img, script')).toHaveCount(0);
  beacon.expectNoTry();
  await beacon.expectNothing(page);
});
