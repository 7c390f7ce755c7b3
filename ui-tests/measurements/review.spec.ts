/** Times what a person waits for in the review, from the click to what is on the screen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../drivers/story';

const FILES = 10_000;
const PIXELS_AT_ONCE = 400;

/** Prints a figure, which `benchmarks/browser.py` reads. */
function tell(name: string, figure: Readonly<Record<string, number>>): void {
  console.log(`measured ${JSON.stringify({ name, ...figure })}`);
}

test('a large notebook', async ({ repo, review }) => {
  const folder = process.env.MLGIT_MEASURED_NOTEBOOKS;
  test.skip(folder === undefined, 'benchmarks/browser.py writes the notebooks');
  const [old, changed] = ['old.ipynb', 'new.ipynb'].map(name =>
    readFileSync(join(folder ?? '', name), 'utf8')
  );
  repo.init().commit('Train', { 'large.ipynb': old ?? '' });
  repo.write('large.ipynb', changed ?? '');
  await review.open();
  // A person reads the list first; what it took to fill it is not the wait that is measured.
  await expect(review.file('large.ipynb')).toContainText('edited');
  await review.page.waitForLoadState('networkidle');
  const milliseconds = await review.file('large.ipynb').evaluate(
    line =>
      new Promise<number>(resolve => {
        const begin = performance.now();
        const look = (): void => {
          const cell = document.querySelector(
            '.jp-mlgit-Diff .jp-mlgit-Cell .cm-line'
          );
          if (cell === null) {
            requestAnimationFrame(look);
          } else {
            requestAnimationFrame(() => {
              resolve(performance.now() - begin);
            });
          }
        };
        (line as HTMLElement).click();
        look();
      })
  );
  tell('notebook', { milliseconds, bytes: Buffer.byteLength(changed ?? '') });
});

test('scrolling', async ({ repo, review }) => {
  const texts = (run: number): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: FILES }, (_, number) => [
        `package${number % 50}/module${number}.py`,
        `print(${number})\n`.repeat(5) + `run = ${run}\n`
      ])
    );
  repo.init().commit('Files', texts(1));
  for (const [name, text] of Object.entries(texts(2))) {
    repo.write(name, text);
  }
  await review.open();
  const list = review.review.getByRole('listbox');
  await expect(review.file('module0.py').first()).toBeVisible();
  const figure = await list.evaluate(
    (element, step) =>
      new Promise<{ frames: number; longest: number; long: number }>(
        resolve => {
          const tasks: number[] = [];
          const watch = (entries: PerformanceEntryList): void => {
            tasks.push(...entries.map(entry => entry.duration));
          };
          const observer = new PerformanceObserver(found => {
            watch(found.getEntries());
          });
          observer.observe({ type: 'longtask' });
          let frames = 0;
          const scroll = (): void => {
            frames += 1;
            element.scrollTop += step;
            const end = element.scrollHeight - element.clientHeight - 1;
            if (element.scrollTop < end) {
              requestAnimationFrame(scroll);
              return;
            }
            setTimeout(() => {
              watch(observer.takeRecords());
              resolve({
                frames,
                longest: Math.max(0, ...tasks),
                long: tasks.filter(duration => duration > 100).length
              });
            }, 500);
          };
          scroll();
        }
      ),
    PIXELS_AT_ONCE
  );
  expect(figure.frames).toBeGreaterThan((FILES * 24) / PIXELS_AT_ONCE / 2);
  tell('scrolling', { files: FILES, ...figure });
});
