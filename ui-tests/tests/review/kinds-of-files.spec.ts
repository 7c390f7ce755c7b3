/** Files of every kind that a person has in a repository are shown as what they are. */
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitRepository } from '../../drivers/gitRepository';
import { faint, overflowing } from '../../drivers/looks';
import { expect, test } from '../../drivers/story';

// One pixel each, red and blue.
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const BLUE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC';

function bytes(repo: GitRepository, name: string, content: Buffer): void {
  writeFileSync(join(repo.path, name), content);
}

function drawing(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">\n  <rect width="20" height="20" fill="${colour}"/>\n</svg>\n`;
}

const LONG = Array.from({ length: 4000 }, (_, n) => `"key ${n}": ${n}`).join(', ');

/** A repository in which a file of each kind differs from the index. */
function fill(repo: GitRepository): void {
  repo.init();
  bytes(repo, 'plot.png', Buffer.from(RED, 'base64'));
  bytes(repo, 'old.png', Buffer.from(RED, 'base64'));
  bytes(repo, 'weights.bin', Buffer.from([0, 1, 2, 3]));
  repo.commit('Files', {
    'drawing.svg': drawing('red'),
    'long.json': `{${LONG}}\n`,
    'empty.txt': '',
    'filled.txt': '',
    'emptied.txt': 'one\ntwo\n',
    'gone.txt': 'one\ntwo\n',
    'gone-empty.txt': '',
    'run.sh': 'echo run\n',
    'crlf.txt': 'one\r\ntwo\r\n',
    'no-newline.txt': 'one\ntwo\n',
    'kind.txt': 'text\n'
  });
  const path = (name: string): string => join(repo.path, name);
  repo.git('init', '--quiet', 'lib');
  const inLib = (...args: string[]): string =>
    repo.git('-C', 'lib', '-c', 'core.hooksPath=/dev/null', ...args);
  inLib('commit', '--quiet', '--allow-empty', '--message', 'One');
  repo.git('add', 'lib');
  repo.git('commit', '--quiet', '--message', 'Submodule');
  inLib('commit', '--quiet', '--allow-empty', '--message', 'Two');

  bytes(repo, 'plot.png', Buffer.from(BLUE, 'base64'));
  bytes(repo, 'new.png', Buffer.from(BLUE, 'base64'));
  rmSync(path('old.png'));
  bytes(repo, 'weights.bin', Buffer.from([0, 1, 2, 3, 4, 5]));
  repo.write('drawing.svg', drawing('blue'));
  repo.write('long.json', `{${LONG.replace('"key 2000": 2000', '"key 2000": 0')}}\n`);
  repo.write('filled.txt', 'one\n').write('emptied.txt', '');
  rmSync(path('gone.txt'));
  rmSync(path('gone-empty.txt'));
  rmSync(path('empty.txt'));
  repo.write('new-empty.txt', '');
  chmodSync(path('run.sh'), 0o755);
  repo.write('crlf.txt', 'one\r\ntwo\n').write('no-newline.txt', 'one\ntwo');
  rmSync(path('kind.txt'));
  symlinkSync('run.sh', path('kind.txt'));
}

/** The files, in the order of the list, and words that the view of each holds. */
const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['crlf.txt', ['two', 'line ends']],
  ['drawing.svg', ['fill="blue"', 'fill="red"']],
  ['emptied.txt', ['one', 'empty now']],
  ['empty.txt', ['An empty file was deleted.']],
  ['filled.txt', ['one']],
  ['gone-empty.txt', ['An empty file was deleted.']],
  ['gone.txt', ['one', 'The file was deleted.']],
  ['kind.txt', ['file → symbolic link', 'run.sh']],
  ['lib', ['+1 −1', 'Subproject commit']],
  ['long.json', ['"key 0"']],
  ['no-newline.txt', ['The last line has no line end now.']],
  ['old.png', ['There is none.', '1 × 1']],
  ['plot.png', ['1 × 1', '69 bytes']],
  ['run.sh', ['file → executable', 'The content is the same.']],
  ['weights.bin', ['4 → 6 bytes']],
  ['new-empty.txt', ['An empty file was added.']],
  ['new.png', ['There is none.', '1 × 1']]
];

test('files of every kind are shown as what they are', async ({
  repo,
  review,
  page
}, info) => {
  test.slow();
  const folder = process.env.MLGIT_UI_STATES;
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
  };
  fill(repo);
  await review.open();
  for (const [name, words] of KINDS) {
    await review.file(name).first().click();
    await expect(review.diff.locator('.jp-mlgit-Diff-title b')).toHaveText(name);
    for (const word of words) {
      await expect.soft(review.diff).toContainText(word);
    }
    if (name === 'long.json') {
      // One word of a line that is drawn only in part.
      await review.diff.focus();
      await page.keyboard.press('F7');
      const words = review.diff.locator('.cm-merge-b .cm-changedText');
      await expect(words).toHaveText(['0']);
      await expect(words.first()).toBeInViewport();
    }
    await picture(`kind-${name}.png`);
  }

  // Narrow and dark: nothing is cut off, and a long line that isn't wrapped scrolls by itself.
  await page.theme.setTheme('JupyterLab Dark');
  await page.setViewportSize({ width: 700, height: 700 });
  for (const name of ['drawing.svg', 'plot.png', 'run.sh']) {
    await review.file(name).first().click();
    await expect(review.diff.locator('.jp-mlgit-Diff-title b')).toHaveText(name);
    expect
      .soft(await overflowing(review.diff.locator('.jp-mlgit-Diff-toolbar')))
      .toEqual([]);
    expect
      .soft(await faint(review.diff.locator('.jp-mlgit-Diff-toolbar')))
      .toEqual([]);
    await expect(review.tool('Wrap')).toHaveCount(name === 'plot.png' ? 0 : 1);
    await picture(`narrow-${name}.png`);
  }
  await review.file('long.json').first().click();
  await review.tool('Wrap').click();
  const scroller = review.diff.locator('.cm-merge-b .cm-scroller');
  await expect
    .poll(() => scroller.evaluate(one => one.scrollWidth > one.clientWidth))
    .toBe(true);
  const body = review.diff.locator('.jp-mlgit-Diff-body');
  expect(await body.evaluate(one => one.scrollWidth - one.clientWidth)).toBe(0);
  await picture('narrow-long.png');
});
