/** Shows the commits and the dialog in both themes, narrow and wide, and demands that all of it can be read. */
import { join } from 'node:path';
import { expect, test } from '../../drivers/story';
import { faint, overflowing } from '../../drivers/looks';

test('the commits and what a reset does can be read', async ({
  repo,
  commits,
  page
}, info) => {
  test.slow();
  repo
    .init()
    .commit('Begin', { 'model.py': 'a\n', 'scratch.ipynb': '{}\n' })
    .withRemote()
    .commit(`Say ${'so much that it runs over several lines '.repeat(4)}`, {
      'model.py': 'b\n',
      [`data/${'a-long-folder-name/'.repeat(5)}rows.csv`]: '1,2\n'
    });
  repo.git('tag', `v1.0-${'with-a-very-long-name-'.repeat(4)}`);
  repo.git('push', '--quiet', 'origin', 'main');
  repo.git('rm', '--quiet', 'scratch.ipynb');
  for (let count = 0; count < 8; count++) {
    repo.commit(`Try ${count}`, { [`run-${count}.py`]: `${count}\n` });
  }
  // Reverting a merge needs the longer command.
  repo.experiment('exp/merged', 'Try a merge');
  repo.git('merge', '--quiet', '--no-ff', '--no-edit', 'exp/merged');
  repo.write('scratch.ipynb', '{"cells": []}\n').write('model.py', 'edited\n');
  const folder = process.env.MLGIT_UI_STATES;
  const picture = async (name: string): Promise<string> => {
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
    return name;
  };
  await commits.open();
  // What stands above would take the place of the list on the picture.
  await commits.section('Recovery').locator('.jp-mlgit-Section-toggle').click();
  await commits.section('Timeline').locator('.jp-mlgit-Section-toggle').click();
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of [240, 345]) {
      await page.sidebar.setWidth(width, 'left');
      await commits.commit('Begin').hover();
      const name = await picture(`commits-${theme.toLowerCase()}-${width}.png`);
      expect.soft(await overflowing(commits.root), name).toEqual([]);
      expect.soft(await faint(commits.root), name).toEqual([]);
    }
    await commits.resetTo('Begin');
    await commits.choose('Hard');
    await expect(commits.file('scratch.ipynb')).toBeVisible();
    const content = commits.dialog.locator('.jp-Dialog-content');
    for (const [width, height] of [
      [1280, 880],
      [520, 720]
    ] as const) {
      await page.setViewportSize({ width, height });
      const name = await picture(`reset-${theme.toLowerCase()}-${width}.png`);
      expect.soft(await overflowing(content), name).toEqual([]);
      expect.soft(await faint(content), name).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 880 });
    await page.keyboard.press('Escape');
  }
});
