import { expect, test } from '../../drivers/story';

test.beforeEach(({ repo }) => {
  repo.init().experiment('exp/a', 'Try a').experiment('exp/b', 'Try b');
  repo.git('branch', '-D', 'exp/a', 'exp/b');
});

test('moves the focus into the panel from the palette, and keeps it there', async ({
  recovery,
  page
}) => {
  await recovery.goTo();
  await recovery.fromPalette('Show ML Git');
  await expect(recovery.root).toBeFocused();

  const card = recovery.card('exp/a');
  const opener = card.getByRole('button', {
    name: 'Restore exp/a under another name'
  });
  await opener.press('Enter');
  await expect(card.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();

  await card
    .getByRole('button', { name: 'Restore exp/a', exact: true })
    .press('Enter');
  await expect(recovery.cards).toHaveCount(1);
  await expect(recovery.card('exp/b')).toBeFocused();

  await recovery
    .card('exp/b')
    .getByRole('button', { name: 'Restore exp/b', exact: true })
    .press('Enter');
  await expect(recovery.cards).toHaveCount(0);
  await expect(
    recovery.recovery.locator('.jp-mlgit-Section-toggle')
  ).toBeFocused();
});
