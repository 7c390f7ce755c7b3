import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { EnvironmentModel } from '../../environment/model';
import {
  aLive,
  aMachine,
  aRunning,
  aRunningKernel,
  noGpu
} from '../../testing/environmentFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { kernelEntries } from './kernelEntries';
import { EnvironmentViewModel } from './model';
import { EnvironmentWidget } from './view';

const trans = nullTranslator.load('jupyter_mlgit');
const entries = kernelEntries(
  {
    ml: { name: 'ml', display_name: 'ML', language: 'python' },
    python3: { name: 'python3', display_name: 'Python 3', language: 'Python' },
    ir: { name: 'ir', display_name: 'R', language: 'R' }
  },
  'python3'
);

let client: IFakeClient;
let environment: EnvironmentModel;
let panel: Panel;

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function show(): Promise<EnvironmentViewModel> {
  const model = new EnvironmentViewModel();
  const nothing = (): Promise<void> => Promise.resolve();
  panel.addWidget(
    new EnvironmentWidget({
      trans,
      environment,
      model,
      installed: { changed: new Signal({}), read: () => entries },
      acts: {
        interrupt: nothing,
        restart: nothing,
        shutDown: nothing,
        open: () => undefined
      }
    })
  );
  act(() => {
    Widget.attach(panel, document.body);
  });
  await settle();
  return model;
}

beforeEach(() => {
  client = fakeClient();
  environment = new EnvironmentModel(client, null);
  panel = new Panel();
});

afterEach(() => {
  act(() => {
    panel.dispose();
  });
  environment.dispose();
});

it('shows GPUs, holders and kernels, that of the notebook in front first', async () => {
  await show();
  expect(screen.getByText('GPU 41 % · 18/24 GB')).toBeTruthy();
  expect(screen.getByRole('listitem', { name: 'GPU 0' })).toBeTruthy();
  expect(screen.getByText('No process is seen on a GPU.')).toBeTruthy();
  const names = [...document.querySelectorAll('.jp-mlgit-Kernel-name')];
  expect(names.map(({ textContent }) => textContent)).toEqual([
    'Python 3',
    'ML'
  ]);
  expect(client.count('doctor')).toBe(0);
});

it('says in one sentence why there is no GPU', async () => {
  client.answer({ live: () => Promise.resolve(aLive({ machine: noGpu() })) });
  await show();
  expect(screen.getByText('no GPU')).toBeTruthy();
  expect(
    screen.getByText("NVIDIA's library for management was not found.")
  ).toBeTruthy();
  // What to do is said; what to type for that is there to copy.
  expect(screen.getByText('See what it says in a terminal:')).toBeTruthy();
  expect(
    screen.getAllByRole('button', { name: /^Copy: / }).map(one => one.title)
  ).toEqual(['Copy: nvidia-smi']);
  expect(screen.queryByText('Who holds the memory')).toBeNull();
});

it("names who holds another maker's GPU, as torch tells of it", async () => {
  client.answer({
    live: () => Promise.resolve(aLive({ machine: noGpu() })),
    runningKernels: () =>
      Promise.resolve(aRunning([aRunningKernel({ gpuMemory: null })]))
  });
  await show();
  expect(screen.getByRole('button', { name: 'Open train.ipynb' })).toBeTruthy();
});

it('lists running kernels where there is no GPU, and folds them where there is one', async () => {
  const idle = aRunningKernel({ torch: null, gpuMemory: null });
  client.answer({
    live: () => Promise.resolve(aLive({ machine: noGpu() })),
    runningKernels: () => Promise.resolve(aRunning([idle]))
  });
  await show();
  expect(screen.getByRole('list', { name: 'Running kernels' })).toBeTruthy();
  expect(screen.getByRole('listitem', { name: 'train.ipynb' })).toBeTruthy();
  client.answer({ live: () => Promise.resolve(aLive()) });
  await act(() => environment.refresh());
  expect(screen.queryByRole('listitem', { name: 'train.ipynb' })).toBeNull();
  fireEvent.click(
    screen.getByRole('button', { name: '1 running kernel holds nothing' })
  );
  expect(screen.getByRole('listitem', { name: 'train.ipynb' })).toBeTruthy();
});

it('says why processes cannot be named', async () => {
  const reason = 'In a container the numbers are others.';
  client.answer({
    live: () =>
      Promise.resolve(
        aLive({
          machine: aMachine({ notes: [{ figure: 'processes', reason }] })
        })
      )
  });
  await show();
  expect(screen.getByText(reason)).toBeTruthy();
  expect(screen.queryByText('No process is seen on a GPU.')).toBeNull();
});

it('offers to try again', async () => {
  client.answer({ live: () => Promise.reject(refusal('busy')) });
  await show();
  client.answer({ live: () => Promise.resolve(aLive()) });
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await settle();
  expect(screen.getByRole('listitem', { name: 'GPU 0' })).toBeTruthy();
});

it('checks all kernels when asked to', async () => {
  await show();
  fireEvent.click(screen.getByRole('button', { name: 'Check all kernels' }));
  await settle();
  expect(
    client.asked
      .filter(({ verb }) => verb === 'doctor')
      .map(({ args }) => args[0])
  ).toEqual([
    { kernel: 'python3', all: false, refresh: true },
    { kernel: 'ml', all: false, refresh: true }
  ]);
});

it('looks while it is visible and unfolded, and only then', async () => {
  const looks = jest.spyOn(environment, 'setAttention');
  const model = await show();
  const last = (): boolean | undefined => looks.mock.lastCall?.[1];
  expect(last()).toBe(true);
  act(() => {
    model.setView({ open: false });
  });
  expect(last()).toBe(false);
  act(() => {
    model.setView({ open: true });
  });
  expect(last()).toBe(true);
  act(() => {
    panel.hide();
  });
  expect(last()).toBe(false);
  act(() => {
    panel.show();
  });
  expect(last()).toBe(true);
  act(() => {
    Widget.detach(panel);
  });
  expect(last()).toBe(false);
});
