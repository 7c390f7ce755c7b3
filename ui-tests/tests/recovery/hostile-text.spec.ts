import { expect, test } from '../../drivers/story';

const PAYLOADS = [
  '<img src=x onerror="window.__pwned=1">',
  '<script>window.__pwned=1</script>',
  '"><svg/onload=window.__pwned=1>',
  '{{constructor.constructor("window.__pwned=1")()}}',
  'javascript:window.__pwned=1',
  '\u001b[31mred\u001b[0m',
  'abc\u202egnp.exe',
  '[x](javascript:window.__pwned=1)'
];

test('shows hostile names and messages as text', async ({
  repo,
  recovery,
  page
}) => {
  let dialogs = 0;
  page.on('dialog', dialog => {
    dialogs++;
    void dialog.dismiss();
  });
  repo.init();
  PAYLOADS.forEach((payload, index) => {
    const name = `exp/${index}-<img/src=x/onerror=window.__pwned=1>`;
    repo.git('switch', '--quiet', '--create', name);
    repo.commit(payload, { [`${index}-<b>.ipynb`]: '{}' });
    repo.git('switch', '--quiet', 'main');
    repo.git('branch', '--quiet', '-D', name);
  });
  repo.git('branch', 'live-<svg/onload=window.__pwned=1>');
  repo.git('branch', 'live-\u202egnp');

  await recovery.open();
  await expect(recovery.cards).toHaveCount(PAYLOADS.length);
  const first = 'exp/0-<img/src=x/onerror=window.__pwned=1>';
  await expect(recovery.card(first)).toContainText(PAYLOADS[0] ?? '');
  await expect(recovery.cards.filter({ hasText: 'abc[U+202E]gnp' })).toHaveCount(1);
  await expect(recovery.cards.filter({ hasText: '[U+001B][31m' })).toHaveCount(1);
  await expect(recovery.section('Branches')).toContainText('live-[U+202E]gnp');

  await recovery.preview(first);
  await recovery.restore(first);
  await expect(recovery.toast('Restored')).toContainText('<img/src=x');
  expect(repo.tip(first)).not.toBeNull();

  expect(await page.evaluate('window.__pwned')).toBeUndefined();
  expect(dialogs).toBe(0);
  await expect(recovery.root.locator('img, script')).toHaveCount(0);
});
