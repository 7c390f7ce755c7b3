/** Shows the panel in every state, in both themes, narrow and wide, and demands that all of it can be read. */
import { join } from 'node:path';
import type { TestInfo } from '@playwright/test';
import { interrupted } from '../../drivers/crash';
import { faint, overflowing } from '../../drivers/looks';
import type { Panel } from '../../drivers/panel';
import { expect, test } from '../../drivers/story';

const WIDTHS = [240, 345] as const;
const LONG = `exp/${'a-rather-long-name-'.repeat(4)}end`;

/** Demands that the panel can be read as it is now; its pictures go to the results, or where MLGIT_UI_STATES says. */
async function readable(
  panel: Panel,
  info: TestInfo,
  state: string
): Promise<void> {
  const { page } = panel;
  for (const theme of ['Light', 'Dark'] as const) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of WIDTHS) {
      await page.sidebar.setWidth(width, 'left');
      await page.mouse.move(1_000, 600);
      const name = `${state}-${theme.toLowerCase()}-${width}.png`;
      const folder = process.env.MLGIT_UI_STATES;
      await page.screenshot({
        path: folder === undefined ? info.outputPath(name) : join(folder, name)
      });
      expect.soft(await overflowing(panel.root), name).toEqual([]);
      expect.soft(await faint(panel.root), name).toEqual([]);
    }
  }
}

test('lost work of every kind', async ({ repo, recovery, branches }, info) => {
  test.slow();
  repo
    .init()
    .withRemote()
    .commit('Note what to try next', { 'notes.md': '# Next\n' })
    .experiment('exp/a', 'Try a', 'Try a subject that is so long that it needs more than one line of a narrow panel')
    .experiment(LONG, 'Try it')
    .experiment('exp/over', 'Before')
    .experiment('exp/again', 'First');
  repo.git('branch', '-D', 'exp/again');
  repo.experiment('exp/again', 'Second');
  repo.write('train.py', 'epochs = 99\n');
  repo.git('stash', 'push', '--message', 'train longer');
  repo.git('stash', 'drop');
  repo.git('branch', '-f', 'exp/over', 'main');
  repo.git('branch', '-D', 'exp/a', 'exp/again', LONG);
  repo.commit('Lost by a reset', { 'lost.md': 'gone\n' });
  repo.git('reset', '--quiet', '--hard', 'HEAD~1');
  await recovery.open();
  await recovery.recovery
    .getByRole('checkbox', { name: 'Show lost commits and stashes' })
    .check();
  await expect(recovery.card('exp/a')).toHaveCount(1);
  await expect(recovery.cards.filter({ hasText: 'dropped stash' })).toHaveCount(1);
  await readable(recovery, info, 'lost-work');

  await recovery.preview('exp/a');
  await recovery.restoreAs('exp/a', 'main');
  await expect(recovery.card('exp/a').getByRole('alert')).toBeVisible();
  await recovery.card('exp/again').getByText('1 earlier version').click();
  await recovery.recovery.getByRole('button', { name: 'Change how long' }).click();
  await readable(recovery, info, 'unfolded');

  await recovery.recovery.locator('.jp-mlgit-Section-toggle').click();
  await branches.branches
    .getByRole('button', { name: 'Create a branch here' })
    .click();
  await readable(recovery, info, 'timeline');
  await recovery.timeline.locator('.jp-mlgit-Section-toggle').click();
  await readable(recovery, info, 'branches');
});

test('nothing to show', async ({ repo, recovery }, info) => {
  await recovery.open();
  await expect(recovery.root).toContainText('No git repository here');
  await readable(recovery, info, 'no-repository');
  repo.init();
  await recovery.header.getByRole('button', { name: 'Refresh' }).click();
  await expect(recovery.recovery).toContainText('Nothing is missing');
  await readable(recovery, info, 'nothing-missing');
});

test('what stands in the way', async ({ repo, recovery }, info) => {
  test.slow();
  repo.init().experiment('exp/a', 'Try a').experiment('exp/b', 'Try b');
  repo.git('branch', '-D', 'exp/b');
  repo.withHook('reference-transaction', 'exit 0');
  await recovery.open();
  await recovery.restore('exp/b');
  const refusal = recovery.card('exp/b').getByRole('alert');
  await refusal.getByRole('button', { name: 'Show what it would run' }).click();
  await readable(recovery, info, 'trust');

  await refusal.getByRole('button', { name: 'Dismiss' }).click();
  repo.withoutHook('reference-transaction');
  interrupted(repo, 'refs/heads/exp/a', 'branch-delete', 'exp/a');
  await expect(recovery.banner('This was interrupted')).toBeVisible();
  await readable(recovery, info, 'interrupted');

  await recovery.root.getByRole('button', { name: 'Finish' }).click();
  await expect(recovery.banner('This was interrupted')).toHaveCount(0);
  repo.write('.git/MERGE_HEAD', `${repo.tip('main') ?? ''}\n`);
  if (process.getuid?.() === 0) {
    repo.ownedBy(12_345);
  }
  await recovery.header.getByRole('button', { name: 'Refresh' }).click();
  await expect(recovery.banner('A merge is under way.')).toBeVisible();
  await readable(recovery, info, 'merging-and-read-only');
  if (process.getuid?.() === 0) {
    repo.ownedBy(0);
  }
});
