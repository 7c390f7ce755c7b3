import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { GpuProcess, RunningKernel } from '../../api/schema';
import { holdersOf } from '../../environment/holders';
import {
  aProcess,
  aRunningKernel,
  GB
} from '../../testing/environmentFixtures';
import { HolderCard } from './holder';
import type { IKernelActs } from './kernelActs';

const trans = nullTranslator.load('jupyter_mlgit');

const acts = {
  interrupt: jest.fn(() => Promise.resolve()),
  restart: jest.fn(() => Promise.resolve()),
  shutDown: jest.fn(() => Promise.resolve()),
  open: jest.fn()
} satisfies IKernelActs;

const NO_TORCH = {
  code: 'no-torch' as const,
  reason: 'It has not imported torch.'
};

function aTorch(
  change: Partial<NonNullable<RunningKernel['torch']>> = {}
): RunningKernel['torch'] {
  return {
    readAt: '2026-03-10T12:00:00+00:00',
    version: '2.9',
    madeFor: 'ROCm 6.4',
    initialized: true,
    devices: [],
    allocated: 0,
    reserved: 0,
    ...change
  };
}

function show(
  processes: readonly GpuProcess[],
  running: readonly RunningKernel[] | null = null
): void {
  const [holder] = holdersOf(processes, running);
  if (holder === undefined) {
    throw new Error('Nobody holds anything.');
  }
  render(
    <HolderCard trans={trans} holder={holder} most={80 * GB} acts={acts} />
  );
}

beforeEach(() => {
  jest.clearAllMocks();
});

it("unfolds torch's own account", () => {
  const kernel = aRunningKernel();
  const device = {
    kind: 'cuda' as const,
    device: 0,
    uuid: null,
    allocated: GB,
    reserved: 2 * GB,
    peakAllocated: 3 * GB,
    peakReserved: 4 * GB,
    ooms: 0,
    retries: 7
  };
  const torch = kernel.torch && { ...kernel.torch, devices: [device] };
  show([aProcess()], [{ ...kernel, torch }]);
  fireEvent.click(
    screen.getByRole('button', { name: 'Details of train.ipynb' })
  );
  const told = screen.getAllByRole('definition').map(one => one.textContent);
  expect(told).toEqual(['1 GB', '3 GB', '2 GB', '4 GB', '7']);
});

it('tells what torch keeps unused, and shuts the kernel down', async () => {
  show(
    [aProcess({ memory: 31 * GB })],
    [
      aRunningKernel({
        path: 'old-experiment.ipynb',
        torch: {
          readAt: '2026-03-10T12:00:00+00:00',
          version: '2.9.0',
          madeFor: 'CUDA 12.8',
          initialized: true,
          devices: [],
          allocated: 2 * GB,
          reserved: 30 * GB
        },
        gpuMemory: 31 * GB,
        cache: 28 * GB,
        overhead: GB
      })
    ]
  );
  const words =
    '2 GB allocated · 28 GB cached and unused · 1 GB context and libraries';
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.getByRole('meter').getAttribute('aria-valuetext')).toBe(words);
  expect(screen.getByText('torch has 28 GB cached and unused.')).toBeTruthy();
  expect(screen.getByText(/or restart the kernel:$/)).toBeTruthy();
  expect(
    screen.getByRole('button', { name: 'Copy: torch.cuda.empty_cache()' })
  ).toBeTruthy();
  await act(async () => {
    fireEvent.click(
      screen.getByRole('button', {
        name: 'Shut down the kernel of old-experiment.ipynb'
      })
    );
    await Promise.resolve();
  });
  expect(acts.shutDown).toHaveBeenCalledWith({
    kernel: 'kernel-1',
    path: 'old-experiment.ipynb'
  });
  fireEvent.click(
    screen.getByRole('button', { name: 'Open old-experiment.ipynb' })
  );
  expect(acts.open).toHaveBeenCalledWith('old-experiment.ipynb');
});

it('says that memory rises from cell to cell, and draws it', () => {
  const cellEnds = [1, 1.2, 1.4].map(allocated => ({
    at: '2026-03-10T12:00:00+00:00',
    allocated: allocated * GB,
    reserved: 2 * GB
  }));
  show(
    [aProcess()],
    [aRunningKernel({ leaks: true, rises: 8, risen: 1.6 * GB, cellEnds })]
  );
  expect(
    screen.getByText(
      'Allocated memory at cell end rose 8 times in a row, by 1.6 GB in all.'
    )
  ).toBeTruthy();
  expect(
    screen.getByRole('img', {
      name: 'Allocated memory at the end of the last 3 cells; now 1.4 GB'
    })
  ).toBeTruthy();
});

it('draws nothing where no cell has left anything allocated', () => {
  const cellEnds = [0, 0, 0].map(allocated => ({
    at: '2026-03-10T12:00:00+00:00',
    allocated,
    reserved: 0
  }));
  show([], [aRunningKernel({ torch: null, unasked: NO_TORCH, cellEnds })]);
  expect(screen.getByText(NO_TORCH.reason)).toBeTruthy();
  expect(screen.queryByRole('img')).toBeNull();
  expect(screen.queryByText('Allocated at cell end')).toBeNull();
});

it('says nothing of what is as it should be', () => {
  show([aProcess()], [aRunningKernel()]);
  expect(document.querySelector('.jp-mod-warns')).toBeNull();
});

it('says why a figure is missing', () => {
  show(
    [aProcess({ memory: null })],
    [
      aRunningKernel({
        torch: null,
        gpuMemory: null,
        unasked: { code: 'busy', reason: 'It is at work since it was started.' }
      })
    ]
  );
  expect(screen.getByText('It is at work since it was started.')).toBeTruthy();
  expect(screen.getByTitle('The driver does not tell.').textContent).toBe(
    'n/a: The driver does not tell.'
  );
  expect(screen.queryByRole('meter')).toBeNull();
});

it('counts the processes that a kernel has started', () => {
  show([aProcess(), aProcess({ pid: 9 }), aProcess({ pid: 10 })]);
  expect(
    screen.getByText('2 processes that its kernel has started are counted in.')
  ).toBeTruthy();
});

it.each([
  [{ torch: null, unasked: NO_TORCH }, NO_TORCH.reason],
  [{ torch: null }, 'Nothing is known of its torch yet.'],
  [{ torch: aTorch({ madeFor: null }) }, 'torch 2.9 computes on the CPU only.'],
  [
    { torch: aTorch({ initialized: false }) },
    'torch 2.9, made for ROCm 6.4, has not begun to use a GPU.'
  ],
  [{ torch: aTorch() }, 'torch 2.9, made for ROCm 6.4, holds nothing there.']
])('says of a kernel that holds nothing what its torch is: %j', (of, words) => {
  show([], [aRunningKernel(of)]);
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.queryByText(/n\/a/)).toBeNull();
  expect(screen.getAllByRole('button').map(one => one.textContent)).toEqual([
    'train.ipynb',
    'Shut down kernel',
    'Restart',
    'Interrupt'
  ]);
});

it('keeps the focus on the button whose act is under way', async () => {
  let end: () => void = () => undefined;
  acts.restart.mockImplementationOnce(
    () =>
      new Promise(resolve => {
        end = resolve;
      })
  );
  show([aProcess()], [aRunningKernel()]);
  const restart = screen.getByRole<HTMLButtonElement>('button', {
    name: 'Restart the kernel of train.ipynb'
  });
  restart.focus();
  fireEvent.click(restart);
  fireEvent.click(restart);
  expect(acts.restart).toHaveBeenCalledTimes(1);
  expect(restart.getAttribute('aria-disabled')).toBe('true');
  expect(restart.disabled).toBe(false);
  await act(async () => {
    end();
    await Promise.resolve();
  });
  expect(document.activeElement).toBe(restart);
  expect(restart.getAttribute('aria-disabled')).toBeNull();
});

it('acts again when a key comes before the button is drawn anew', async () => {
  let leave: () => void = () => undefined;
  acts.shutDown.mockImplementationOnce(
    () =>
      new Promise(resolve => {
        leave = resolve;
      })
  );
  show([aProcess()], [aRunningKernel()]);
  const shutDown = screen.getByRole('button', {
    name: 'Shut down the kernel of train.ipynb'
  });
  fireEvent.click(shutDown);
  expect(shutDown.getAttribute('aria-disabled')).toBe('true');
  await act(async () => {
    leave();
    await Promise.resolve();
    await Promise.resolve();
    expect(shutDown.getAttribute('aria-disabled')).toBe('true');
    shutDown.click();
  });
  expect(acts.shutDown).toHaveBeenCalledTimes(2);
});

it('hands the focus on when its buttons go away, and when it does itself', () => {
  const cards = (
    processes: readonly GpuProcess[],
    paths: readonly string[]
  ): React.JSX.Element => (
    <ul>
      {holdersOf(
        processes,
        paths.map(path => aRunningKernel({ id: path, path }))
      ).map(holder => (
        <HolderCard
          key={holder.key}
          trans={trans}
          holder={holder}
          most={null}
          acts={acts}
        />
      ))}
    </ul>
  );
  const process = aProcess({ kernel: 'a.ipynb', notebook: 'a.ipynb' });
  const { rerender } = render(cards([process], ['a.ipynb', 'b.ipynb']));
  screen
    .getByRole('button', { name: 'Shut down the kernel of a.ipynb' })
    .focus();
  rerender(cards([process], ['b.ipynb']));
  expect(document.activeElement).toBe(
    screen.getByRole('listitem', { name: 'a.ipynb' })
  );
  rerender(cards([], ['b.ipynb']));
  expect(document.activeElement).toBe(
    screen.getByRole('listitem', { name: 'b.ipynb' })
  );
});

it('offers nothing to a kernel of another server', () => {
  show([aProcess({ notebook: '/home/ada/train.ipynb' })], []);
  expect(
    screen.getByText('Its kernel runs in another Jupyter server.')
  ).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

it('gives the words that end what a kernel has left behind', () => {
  show([
    aProcess({ kernel: null, kernelPid: null, pid: 7 }),
    aProcess({ kernel: null, kernelPid: null, pid: 8 })
  ]);
  expect(screen.getByText('kill 7 8')).toBeTruthy();
  expect(screen.queryByRole('button', { name: /kernel/ })).toBeNull();
});

it('names nobody else and offers nothing there', () => {
  const other = aProcess({
    owner: 'another-user',
    pid: null,
    kernel: null,
    notebook: null,
    command: null
  });
  show([other, other]);
  expect(screen.getByText('Other users, 2 processes')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});
