/**
 * A notebook was rerun, two cells were edited, and in one of them the normalisation went.
 *
 * The README's picture of it is put where that finds it when MLGIT_UI_PICTURES names the folder.
 */
import { join } from 'node:path';
import { notebookOf, type ICell } from '../../drivers/notebooks';
import { expect, test } from '../../drivers/story';

// One pixel each, red and blue.
const RED =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const BLUE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC';

const TRANSFORM = [
  'transform = transforms.Compose([',
  '    transforms.ToTensor(),',
  '    transforms.Normalize((0.5,), (0.5,)),',
  '])'
];

function cells(run: number): readonly ICell[] {
  const edited = run > 1;
  return [
    { kind: 'markdown', source: '# Train\n\nA small network.' },
    { source: 'import torch\nfrom torchvision import transforms' },
    {
      source: TRANSFORM.filter(
        line => !edited || !line.includes('Normalize')
      ).join('\n')
    },
    { source: 'loader = make_loader(transform)', output: `${run * 7} batches\n` },
    {
      source: `optimizer = AdamW(model.parameters(), lr=${edited ? '3e-4' : '1e-4'})`
    },
    {
      source: 'for epoch in range(20):\n    train(epoch)',
      output: `loss ${1 / run}\n`.repeat(30),
      png: edited ? BLUE : RED
    }
  ];
}

// The picture shows where it lies.
test.use({ tmpPath: 'network' });

test('a rerun notebook is read in two cells', async ({ repo, review, page }, info) => {
  test.slow();
  repo.init().commit('Train', { 'train.ipynb': notebookOf(cells(1), 1) });
  repo.write('train.ipynb', notebookOf(cells(2), 40)).write('notes.md', 'x\n');
  const folder = process.env.MLGIT_UI_STATES;
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({
      path: folder === undefined ? info.outputPath(name) : join(folder, name)
    });
  };
  await review.open();

  await expect(review.file('train.ipynb')).toContainText(
    '2 cells edited, outputs rerun'
  );
  await expect(review.file('notes.md')).toContainText('new');
  await expect(review.file('train.ipynb')).toContainText('normalisation removed');
  // The warning has a line of its own: the words are all there in the narrow panel.
  const words = review.file('train.ipynb').locator('.jp-mlgit-Change-words');
  expect(await words.evaluate(one => one.scrollWidth - one.clientWidth)).toBe(0);
  await review.file('train.ipynb').click();
  await expect(review.cell(3)).toContainText('edited');
  await expect(review.cell(3)).toContainText('Normalize');
  await expect(review.cell(5).locator('.cm-changedText').first()).toBeVisible();
  await expect(review.diff.getByText('2 unchanged cells')).toBeVisible();
  await expect(review.cell(4)).toHaveCount(0);
  await picture('diff-light.png');
  const readme = process.env.MLGIT_UI_PICTURES;
  if (readme !== undefined) {
    await page.screenshot({ path: join(readme, 'review-light.png') });
  }

  await review.tool('Outputs').click();
  await review.cell(6).getByRole('button', { name: /^▸ Outputs/ }).click();
  await expect(review.cell(6).getByRole('img')).toHaveCount(2);
  // What was printed is compared line by line.
  await expect(
    review.cell(6).getByRole('textbox', { name: 'Output after' }).locator('.cm-changedLine').first()
  ).toHaveText('loss 0.5');
  await picture('diff-outputs.png');
  await review.tool('Outputs').click();

  // A cell that fails is brought forward, though only its output is another one.
  const { source = '' } = cells(2)[3] ?? {};
  const failing = [
    ...cells(2).slice(0, 3),
    { source, error: 'ValueError' },
    ...cells(2).slice(4)
  ];
  repo.write(
    'train.ipynb',
    notebookOf([...failing, { source: 'print(loss)' }], 80)
  );
  const file = review.file('train.ipynb');
  await expect(file).toContainText('1 cell now fails: ValueError');
  await expect(file).toContainText('1 cell added, 2 cells edited');
  await expect(review.cell(4)).toHaveCount(0);
  await review.diff.getByRole('button', { name: 'Show it as it is now' }).click();
  await expect(review.cell(4)).toContainText('now fails: ValueError');
  await expect(review.cell(4)).toContainText('ValueError: no');
  await expect(review.cell(7)).toContainText('added');
  await review.cell(7).scrollIntoViewIfNeeded();
  // A side without text has no line, and what follows the last line's end takes no room.
  await expect(review.cell(7).locator('.cm-merge-b .cm-line').first()).toHaveText('print(loss)');
  await expect(review.cell(7).locator('.cm-merge-a .cm-lineNumbers')).not.toContainText('1');
  expect(
    await review.cell(7).locator('.cm-merge-b .cm-line').last().evaluate(line => line.clientHeight)
  ).toBe(0);
  await picture('diff-failing.png');

  await page.theme.setTheme('JupyterLab Dark');
  await review.tool('Unified').click();
  await expect(review.cell(3)).toContainText('Normalize');
  await picture('diff-dark-unified.png');

  await review.tool('Text').click();
  await expect(review.diff.locator('.jp-mlgit-Diff-body > .jp-mlgit-Merge')).toContainText('# %%');
  await picture('diff-dark-text.png');
});
