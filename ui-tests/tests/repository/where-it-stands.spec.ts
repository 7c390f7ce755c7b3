import { expect, test } from '../../drivers/story';

test('explains a folder that is no repository', async ({ recovery }) => {
  await recovery.open();
  await expect(recovery.root).toContainText('No git repository here');
  await expect(recovery.cards).toHaveCount(0);
});

test('asks for nothing while it is hidden', async ({
  repo,
  recovery,
  page
}) => {
  repo.init().experiment('exp/a', 'Try it');
  const asked: string[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    // The status bar looks at the GPUs as long as the page is in view.
    if (
      pathname.includes('/mlgit/') &&
      !pathname.endsWith('/environment/summary')
    ) {
      asked.push(pathname);
    }
  });
  await recovery.open();
  await expect(recovery.recovery).toContainText('Nothing is missing');
  await page.sidebar.openTab('filebrowser');
  await expect(recovery.root).toBeHidden();
  // One repository is answered in turn: what was on its way is over when the status bar has the next branch.
  repo.git('switch', '--quiet', '--create', 'exp/b');
  await expect(recovery.statusItem).toContainText('exp/b');
  asked.length = 0;
  repo.git('branch', '-D', 'exp/a');
  repo.git('switch', '--quiet', 'main');
  await expect(recovery.statusItem).toContainText('main');
  expect(asked.filter(path => !path.endsWith('/status'))).toEqual([]);

  await page.sidebar.openTab('jp-mlgit-sidebar');
  await expect(recovery.card('exp/a')).toBeVisible();
});

test('shows a detached HEAD and a commit that is not there yet', async ({
  repo,
  recovery
}) => {
  repo.init();
  const tip = repo.tip('main') ?? '';
  repo.git('switch', '--quiet', '--detach', 'main');
  await recovery.open();
  await expect(recovery.header).toContainText(`detached at ${tip.slice(0, 7)}`);
  await expect(recovery.statusItem).toContainText(tip.slice(0, 7));
});
