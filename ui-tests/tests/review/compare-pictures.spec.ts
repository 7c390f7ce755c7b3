/** A plot was drawn anew between two commits: both are seen side by side, and nothing is fetched for it. */
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { notebookOf } from '../../drivers/notebooks';
import { pngOf } from '../../drivers/pictures';
import { expect, test } from '../../drivers/story';

const RED = [200, 30, 30] as const;
const BLUE = [20, 60, 220] as const;

const notebook = (run: number, png: string): string =>
  notebookOf(
    [
      { source: 'import torch' },
      { source: 'history = train(model)', output: `loss ${1 / run}\n` },
      { source: 'plot(history)', png }
    ],
    run
  );

/** What a picture shows: its size, and the colour in its middle. */
function drawn(picture: Locator): Promise<readonly number[]> {
  return picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d');
    if (context === null) {
      throw new Error('This browser can draw nothing.');
    }
    context.drawImage(image, 0, 0);
    const [x, y] = [canvas.width >> 1, canvas.height >> 1];
    const { data } = context.getImageData(x, y, 1, 1);
    return [canvas.width, canvas.height, ...Array.from(data.slice(0, 3))];
  });
}

/** Where a picture stands on the screen. */
async function seen(
  picture: Locator
): Promise<Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>> {
  return picture.evaluate((image: HTMLImageElement) => {
    const { left, right, top, bottom } = image.getBoundingClientRect();
    return { left, right, top, bottom };
  });
}

test('image outputs compared', async ({ repo, comparison, page }) => {
  test.slow();
  repo
    .init()
    .commit('Plot', { 'plot.ipynb': notebook(1, pngOf(120, 80, RED)) })
    .commit('Plot again', { 'plot.ipynb': notebook(2, pngOf(160, 90, BLUE)) });
  const fetched: string[] = [];
  page.on('request', request => {
    const url = new URL(request.url());
    // What is in the page itself is fetched from nowhere.
    const inside = url.protocol === 'data:' || url.protocol === 'blob:';
    if (
      (!inside && url.origin !== new URL(page.url()).origin) ||
      (!inside && request.resourceType() === 'image')
    ) {
      fetched.push(request.url());
    }
  });
  await comparison.open();
  const commit = comparison.row('Commits', 'Plot again');
  await commit.hover();
  await commit.getByRole('button', { name: /^Show what/ }).click();
  await expect(comparison.line('plot.ipynb')).toContainText('outputs rerun');
  fetched.length = 0;
  await comparison.line('plot.ipynb').click();
  await comparison.tool('Outputs').click();
  await comparison
    .cell(3)
    .getByRole('button', { name: /^▸ Outputs/ })
    .click();

  const pictures = comparison.cell(3).getByRole('img');
  await expect(pictures).toHaveCount(2);
  expect(await drawn(pictures.nth(0))).toEqual([120, 80, ...RED]);
  expect(await drawn(pictures.nth(1))).toEqual([160, 90, ...BLUE]);
  const [old, now] = [await seen(pictures.nth(0)), await seen(pictures.nth(1))];
  // Side by side: the new one begins to the right of where the old one ends, and they share some height.
  expect(now.left).toBeGreaterThanOrEqual(old.right);
  expect(now.top).toBeLessThan(old.bottom);
  expect(old.top).toBeLessThan(now.bottom);
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
    await page.theme.setTheme(theme);
    await pictures.nth(1).scrollIntoViewIfNeeded();
    const folder = process.env.MLGIT_UI_STATES;
    if (folder !== undefined) {
      await page.screenshot({
        path: join(folder, `outputs-${theme.endsWith('Dark') ? 'dark' : 'light'}.png`)
      });
    }
  }
  expect(fetched).toEqual([]);
});
