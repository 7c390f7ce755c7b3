/** The three stories of the section, on a driver and a torch that are not there, in kernels that are. */
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { nameless } from '../../drivers/keyboard';
import { notebookOf } from '../../drivers/notebooks';
import { StagedMachine } from '../../drivers/stagedMachine';
import { expect, test } from '../../drivers/story';

test.describe.configure({ mode: 'serial' });

const TRAINING = `import torch


def train_epoch(number):
    torch.cuda.hold(100)


def evaluate():
    torch.cuda.hold(18_000)
    torch.cuda.drop(18_000)
`;

const machine = new StagedMachine();
test.skip(machine.obstacle !== null, machine.obstacle ?? '');

test.afterEach(() => {
  machine.tellNothing();
  machine.removeKernel('ml');
});

/** Opens a notebook that runs the kernel `ml`. */
async function openNotebook(
  page: IJupyterLabPageFixture,
  path: string
): Promise<void> {
  await page.evaluate(async path => {
    const { commands, serviceManager } = window.jupyterapp;
    // The kernel was installed after the server had listed them.
    await serviceManager.kernelspecs.refreshSpecs();
    const widget = (await commands.execute('docmanager:open', { path })) as {
      readonly sessionContext: { readonly ready: Promise<void> };
    };
    await widget.sessionContext.ready;
  }, path);
}

/** Runs all cells, or the next one. */
async function run(
  page: IJupyterLabPageFixture,
  command: 'run-all-cells' | 'run-cell-and-select-next'
): Promise<void> {
  await page.evaluate(
    command => window.jupyterapp.commands.execute(`notebook:${command}`),
    command
  );
}

test('says why torch sees no GPU, and what mends it', async ({
  repo,
  environment,
  page,
  tmpPath
}) => {
  test.slow();
  machine.installKernel('ml', {
    version: '2.9.0+cpu',
    cuda: null,
    available: false
  });
  machine.tell({ count: 1, used: 18 * 1024 });
  repo
    .init()
    .write('train.ipynb', notebookOf([{ source: 'lr = 3e-4' }], 1, 'ml'));
  await environment.goTo();
  await expect(environment.gpuStatus).toHaveText('GPU 41 % · 18/24 GB');
  await openNotebook(page, `${tmpPath}/train.ipynb`);
  await run(page, 'run-all-cells');
  await expect(environment.gpuStatus).toHaveText(
    'No CUDA: CPU-only torch in "ml"'
  );

  await environment.gpuStatus.click();
  const kernel = environment.kernel('ml');
  await expect(kernel).toContainText('this notebook');
  await expect(kernel).toContainText('torch 2.9.0+cpu · made without CUDA');
  await expect(kernel).toContainText(
    'The torch of the kernel "ml" is made for the CPU only.'
  );
  // It says so for two seconds: whoever looks only afterwards may come too late.
  const copied = kernel.getByRole('button', { name: 'Copied' }).waitFor();
  await kernel.getByRole('button', { name: /^Copy: .*pip install/ }).click();
  await copied;
  expect(await nameless(environment.environment)).toEqual([]);

  machine.installKernel('ml');
  await kernel.getByRole('button', { name: 'Check ml' }).click();
  await expect(kernel).toContainText('torch sees the GPU.');
  await expect(environment.gpuStatus).toHaveText('GPU 41 % · 18/24 GB');
  await kernel.getByRole('button', { name: 'Test it' }).click();
  await expect(kernel).toContainText('and the result is right.');

  // The server remembers what the kernel said; the page, loaded anew, asks for that.
  await page
    .mainFrame()
    .goto(page.url(), { waitUntil: 'domcontentloaded' });
  // A sidebar that is opened before would be put back to how it was.
  await environment.started();
  await environment.gpuStatus.click();
  await expect(kernel).toContainText('torch sees the GPU.');
});

test.describe('a notebook', () => {
  // The README's picture shows where it lies.
  test.use({ tmpPath: 'digits' });

  test('shows what climbs and who holds it, and gets it back', async ({
    repo,
    environment,
    page,
    tmpPath
  }, info) => {
    test.slow();
    const name = 'old-experiment.ipynb';
    machine.installKernel('ml');
    machine.tell({ count: 1, used: 20 * 1024, util: 0 });
    const epochs = Array.from({ length: 9 }, (_, n) => ({
      source: `train_epoch(${n + 1})`
    }));
    const cells = [
      { source: 'from training import evaluate, train_epoch' },
      ...epochs,
      { source: 'evaluate()' }
    ];
    repo
      .init()
      .commit('Train', {
        'training.py': TRAINING,
        [name]: notebookOf(cells, 1, 'ml')
      });
    await environment.open();
    await page.sidebar.setWidth(345, 'left');
    await openNotebook(page, `${tmpPath}/${name}`);
    await environment.gpuStatus.click();
    await page.notebook.activate(name);
    await page.notebook.selectCells(0);
    await run(page, 'run-cell-and-select-next');
    const holder = environment.holder(name);
    for (const epoch of epochs.keys()) {
      await run(page, 'run-cell-and-select-next');
      await expect(holder).toContainText(`${100 * (epoch + 1)} MB allocated`);
    }
    // Whether the end of the first cell was heard depends on when the watch began.
    await expect(holder).toContainText(
      /Allocated memory at cell end rose [89] times in a row/
    );

    await run(page, 'run-cell-and-select-next');
    const pid = await machine.pidOf(page, name);
    const used = { count: 1, used: 20 * 1024, util: 0 };
    machine.tell({ ...used, pid0: pid, mem0: 20_200 });
    await expect(holder).toContainText('torch has 18 GB cached and unused.');
    await expect(holder).toContainText('context and libraries');
    const pictures = process.env.MLGIT_UI_PICTURES;
    for (const theme of ['Dark', 'Light']) {
      await page.theme.setTheme(`JupyterLab ${theme}`);
      const picture = `environment-${theme.toLowerCase()}.png`;
      await page.screenshot({
        path:
          pictures === undefined
            ? info.outputPath(picture)
            : join(pictures, picture)
      });
    }

    await expect(
      holder.getByRole('button', { name: 'Copy: torch.cuda.empty_cache()' })
    ).toBeVisible();

    // By keyboard: the focus comes back from the dialog, and goes on when the card does.
    const shutDown = holder.getByRole('button', {
      name: 'Shut down the kernel'
    });
    const dialog = page.getByRole('dialog');
    await shutDown.press('Enter');
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await expect(shutDown).toBeFocused();
    await shutDown.press('Enter');
    await dialog.getByRole('button', { name: 'Shut Down' }).press('Enter');
    await expect(environment.toast('Shut down the kernel of')).toBeVisible();
    machine.tell({ count: 1, used: 400 });
    await expect(holder).toHaveCount(0);
    await expect(environment.environment.locator(':focus')).toHaveCount(1);
    await expect(environment.gpu('GPU 0')).toContainText('400 MB/24 GB');
  });
});
