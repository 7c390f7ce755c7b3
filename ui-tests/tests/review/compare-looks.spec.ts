/** A comparison can be read in both themes, with little room and with much, whatever things are called. */
import { join } from 'node:path';
import { faint, overflowing } from '../../drivers/looks';
import { notebookOf } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

const RUN = 'window.__pwned=1';
const BRANCH = `exp/<img/src=x/onerror="${RUN}">-${'a-rather-long-name-'.repeat(3)}\u202eend`;
const FOLDER = 'experiments/with/a/rather/long/way/to/it';

test('a comparison of things with odd names can be read', async ({
  repo,
  comparison,
  page
}, info) => {
  test.slow();
  const loader = (size: number): string =>
    `loader = DataLoader(data, batch_size=${size}, shuffle=${size === 64 ? 'True' : 'False'})\n`;
  repo.init().commit('Base', {
    [`${FOLDER}/loader.py`]: loader(64),
    [`${FOLDER}/an-old-name-that-is-long-as-well.txt`]: 'a\nb\nc\n',
    'train.ipynb': notebookOf([{ source: 'lr = 1e-4\nseed = 1' }], 1),
    'gone.md': 'x\n'
  });
  repo.git('switch', '--quiet', '--create', BRANCH);
  repo.git('mv', `${FOLDER}/an-old-name-that-is-long-as-well.txt`, 'new.txt');
  repo.git('rm', '--quiet', 'gone.md');
  repo.commit(`<script>${RUN}</script>`, {
    [`${FOLDER}/loader.py`]: loader(128),
    'train.ipynb': notebookOf([{ source: 'lr = 3e-4\nseed = 2' }], 2),
    [`<img src=x onerror=${RUN.replace('.', '_')}>.py`]: 'x = 1\n',
    'weights.bin': 'a\u0000b'
  });
  repo.git('switch', '--quiet', 'main');
  await comparison.open();
  const branch = comparison
    .section('Branches')
    .locator('.jp-mlgit-Branch')
    .filter({ hasText: 'rather-long-name' });
  await comparison.fromMenu(branch, 'Compare with main');
  await expect(comparison.list.getByRole('option')).toHaveCount(6);
  await expect(comparison.facts).not.toContainText('so far');
  await expect(comparison.line('<img src=x')).toContainText('new');
  await expect(comparison.view.locator('h2')).toContainText('[U+202E]');
  repo.git('branch', '--quiet', '--force', BRANCH, 'main');
  await expect(comparison.notice).toContainText('has moved from');

  for (const theme of ['Light', 'Dark'] as const) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of [640, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      // The line under the pointer has a ground of its own.
      await comparison.line('gone.md').hover();
      const name = `compare-looks-${theme.toLowerCase()}-${width}.png`;
      const folder = process.env.MLGIT_UI_STATES;
      await page.screenshot({
        path: folder === undefined ? info.outputPath(name) : join(folder, name)
      });
      expect.soft(await overflowing(comparison.view), name).toEqual([]);
      expect.soft(await faint(comparison.view), name).toEqual([]);
    }
  }
  expect(await page.evaluate('window.__pwned')).toBeUndefined();
});
