/**
 * Takes the README's picture of a branch that is compared with main.
 *
 * It is put where the README finds it when MLGIT_UI_PICTURES names that folder; else with the results.
 */
import { join } from 'node:path';
import { notebookOf } from '../../drivers/notebooks';
import { pngOf } from '../../drivers/pictures';
import { expect, test } from '../../drivers/story';

const notebook = (run: number): string =>
  notebookOf(
    [
      { kind: 'markdown', source: '# Train\n\nA small network on CIFAR-10.' },
      { source: 'import torch\nfrom torchvision import transforms' },
      {
        source: [
          'transform = transforms.Compose([',
          '    transforms.ToTensor(),',
          ...(run === 1 ? ['    transforms.Normalize((0.5,), (0.5,)),'] : []),
          '])'
        ].join('\n')
      },
      { source: `optimizer = AdamW(model.parameters(), lr=${run}e-4)` },
      { source: 'plot(history)', png: pngOf(160, 90, [20, 60 * run, 200]) }
    ],
    run
  );

const model = (width: number): string =>
  `${Array.from({ length: 30 }, (_, n) => `# ${n}`).join('\n')}\nmodel = Net(${width})\n`;

// The picture shows where it lies.
test.use({ tmpPath: 'cifar' });

test('shows a branch against main in the dark theme', async ({
  repo,
  comparison,
  page
}, info) => {
  test.slow();
  repo.init().commit('Train a first network', {
    'notebooks/train.ipynb': notebook(1),
    'notebooks/explore.ipynb': notebookOf([{ source: 'data.head()' }], 1),
    'src/model.py': model(64),
    'src/loader.py': 'loader = DataLoader(data, batch_size=64, shuffle=True)\n',
    'requirements.txt': 'torch==2.6.0\n',
    'notes.md': '# Next\n'
  });
  repo.git('switch', '--quiet', '--create', 'exp/lr-3e4');
  repo.commit('Try a larger rate', {
    'notebooks/train.ipynb': notebook(3),
    'train.py': 'epochs = 40\n',
    'src/loader.py':
      'loader = DataLoader(data, batch_size=128, shuffle=False)\n'
  });
  repo.git('mv', 'src/model.py', 'src/network.py');
  repo.git('rm', '--quiet', 'notes.md');
  repo
    .commit('Widen the network', { 'src/network.py': model(128) })
    .commit('Keep the weights', {
      'runs/weights.pt': 'a\u0000b',
      'requirements.txt': 'torch==2.6.0\nwandb\n'
    });
  repo.git('switch', '--quiet', 'main');
  repo.commit('Note what to try next', { 'notes.md': '# Next\n\n- wider\n' });
  await comparison.open();
  await page.theme.setTheme('JupyterLab Dark');
  await comparison.fromMenu(
    comparison.row('Branches', 'exp/lr-3e4'),
    'Compare with main'
  );
  await expect(comparison.list.getByRole('option')).toHaveCount(7);
  await expect(comparison.facts).not.toContainText('so far');
  await expect(comparison.line('train.ipynb')).toContainText('2 cells edited');
  await page.mouse.move(900, 600);

  const folder = process.env.MLGIT_UI_PICTURES;
  const picture = await page.screenshot({
    path:
      folder === undefined
        ? info.outputPath('compare-dark.png')
        : join(folder, 'compare-dark.png')
  });
  expect(picture.length).toBeGreaterThan(20_000);
});
