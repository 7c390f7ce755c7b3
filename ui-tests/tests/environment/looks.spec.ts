/** Machines as they rarely stand on a desk: the section can be read in both themes, narrow and wide. */
import { join } from 'node:path';
import { faint, overflowing } from '../../drivers/looks';
import { expect, test } from '../../drivers/story';
import {
  aFinding,
  aGpu,
  aKernelView,
  aLive,
  aMachine,
  aProcess,
  aRunning,
  aRunningKernel,
  aSummary,
  aVolume,
  GB
} from '../../../src/testing/environmentFixtures';

const RUN = '<img src=x onerror=window.__pwned=1>';
const LONG = `experiments/${'a-rather-long-folder-'.repeat(3)}/old-experiment${RUN}\u202e.ipynb`;

test('a machine with everything odd can be read', async ({
  repo,
  environment,
  page
}) => {
  test.slow();
  const course = [...Array(60).keys()];
  const gpus = [
    aGpu({ memoryUsed: 23.4 * GB, temperature: 88, slowedBy: ['heat', 'power-limit'], memoryErrors: 3, retiring: 'waiting',
      faults: [{ number: 79, message: 'it has fallen off the bus', fix: 'Restart the machine.' }] }),
    aGpu({
      index: 1,
      name: `NVIDIA ${RUN}`,
      memoryUsed: null,
      utilization: null,
      power: null,
      notes: [
        { figure: 'utilization', reason: 'This device does not tell it.' }
      ]
    }),
    aGpu({ index: 2, state: 'lost', name: null, memoryUsed: null }),
    aGpu({ index: 3, slices: true, utilization: null }),
    aGpu({ index: 3, slice: 0, name: 'NVIDIA A100 MIG 1g.5gb' })
  ];
  await environment.pretend({
    live: aLive({
      machine: aMachine({
        gpus,
        processes: [
          aProcess({ notebook: LONG, memory: 31 * GB }),
          aProcess({ kernel: null, kernelPid: null, notebook: 'left.ipynb' }),
          aProcess({ pid: null, owner: 'another-user', notebook: null, kernel: null }),
          aProcess({
            pid: 77,
            notebook: null,
            kernel: null,
            kernelPid: null,
            command: `python ${RUN}`
          })
        ]
      }),
      history: {
        first: 1,
        ages: course.map(one => 180 - 3 * one),
        gpus: [
          {
            gpu: 0,
            slice: null,
            uuid: 'GPU-0/',
            utilization: course.map(one => (one * 37) % 100),
            memoryUsed: course.map(one => (one > 20 && one < 25 ? null : one * 0.4 * GB)),
            temperature: [],
            power: []
          }
        ],
        holders: []
      },
      reading: 60
    }),
    summary: aSummary({
      kernel: 'ml',
      probed: true,
      cudaAvailable: false,
      finding: aFinding()
    }),
    kernels: aRunning([
      aRunningKernel({ id: 'kernel-2', path: 'eda.ipynb', torch: null, gpuMemory: null }),
      aRunningKernel({
        path: LONG,
        torch: {
          readAt: '2026-03-10T12:00:00+00:00',
          version: '2.9.0',
          madeFor: 'CUDA 12.8',
          initialized: true,
          devices: [0, 1].map(device => ({
            kind: 'cuda' as const,
            device,
            uuid: null,
            allocated: GB,
            reserved: 15 * GB,
            peakAllocated: 24 * GB,
            peakReserved: 25 * GB,
            ooms: device,
            retries: 1234 * device
          })),
          allocated: 2 * GB,
          reserved: 30 * GB
        },
        cache: 28 * GB,
        overhead: GB,
        leaks: true,
        rises: 8,
        risen: 1.6 * GB,
        cellEnds: [...Array(12).keys()].map(one => ({
          at: '2026-03-10T12:00:00+00:00',
          allocated: (1 + one / 10) * GB,
          reserved: 30 * GB
        }))
      })
    ]),
    doctor: {
      kernels: [
        aKernelView({
          name: 'python3',
          capabilities: ['8.9', '9.0'],
          visibleDevices: Array(9).fill('GPU-4f1d2a7e-93c0-4c53').join(),
          findings: [
            aFinding({
              command: `/home/somebody/${'with-a-long-name/'.repeat(4)}bin/python -m pip install --upgrade --force-reinstall torch --index-url https://download.pytorch.org/whl/cu124`
            }),
            aFinding({
              rule: 'little-shared-memory',
              severity: 'warning',
              message: `The container has little shared memory ${RUN}`,
              evidence: ['64 MB in /dev/shm'],
              fix: 'Start the container with more of it:',
              command: 'docker run --shm-size=8g …'
            })
          ]
        })
      ],
      machine: {}
    },
    volume: aVolume({
      container: true,
      lasts: 'no',
      finding: aFinding({
        rule: 'work-goes-with-container',
        severity: 'warning',
        message:
          'This folder goes with the container: push your commits now, or mount a volume.',
        evidence: ['/work lies on / (overlay)'],
        fix: 'Push them, or start the container with a folder of the host:',
        command: 'docker run -v "$PWD":/workspace …'
      })
    })
  });
  await environment.open();
  await environment.kernel('Python 3').getByRole('button', { name: 'Check' }).click();
  await environment.environment
    .getByRole('button', { name: 'What this rests on: The torch' })
    .click();
  await expect(environment.holder('old-experiment')).toContainText(
    'torch has 28 GB cached and unused.'
  );
  await expect(environment.gpuStatus).toContainText('No CUDA: CPU-only torch in "ml"');
  await environment.environment
    .getByRole('button', { name: '1 running kernel holds nothing' })
    .click();
  await expect(environment.holder('eda.ipynb')).toContainText('torch');
  for (const name of ['GPU 0', 'experiments/', 'Python 3']) {
    await environment.root.getByRole('button', { name: `Details of ${name}` }).click();
  }
  const folder = process.env.MLGIT_UI_STATES;
  const parts = {
    header: environment.environment.getByRole('heading', { level: 2 }),
    top: environment.gpu('GPU 0'),
    middle: environment.holder('old-experiment'),
    end: environment.kernel('Python 3')
  };
  for (const theme of ['Light', 'Dark']) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    for (const width of [240, 345]) {
      await page.sidebar.setWidth(width, 'left');
      const name = `environment-${theme.toLowerCase()}-${width}`;
      for (const [part, at] of Object.entries(parts)) {
        await at.evaluate(node => {
          node.scrollIntoView({ block: 'start' });
        });
        if (folder !== undefined) {
          await page.screenshot({ path: join(folder, `${name}-${part}.png`) });
        }
      }
      expect.soft(await overflowing(environment.root), name).toEqual([]);
      expect.soft(await faint(environment.root), name).toEqual([]);
    }
  }
  expect(await page.evaluate(() => '__pwned' in window)).toBe(false);

  repo.init();
  await environment.header.getByRole('button', { name: 'Refresh' }).click();
  const banner = environment.root.locator('.jp-mlgit-Banner');
  await expect(banner).toContainText('push your commits now');
  await page.sidebar.setWidth(240, 'left');
  if (folder !== undefined) {
    await page.screenshot({ path: join(folder, 'environment-banner.png') });
  }
  expect.soft(await overflowing(environment.root), 'banner').toEqual([]);
  expect.soft(await faint(environment.root), 'banner').toEqual([]);
  await banner.getByRole('button', { name: 'Dismiss' }).click();
  await expect(banner).not.toContainText('push your commits now');
});
