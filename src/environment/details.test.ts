import { nullTranslator } from '@jupyterlab/translation';
import type { TorchDevice } from '../api/schema';
import { aGpu, aKernelView, GB } from '../testing/environmentFixtures';
import {
  gpuDetails,
  kernelDetails,
  torchDetails,
  type IDetail
} from './details';

const trans = nullTranslator.load('jupyter_mlgit');

function lines(details: readonly IDetail[]): readonly string[] {
  return details.map(
    ({ name, figure: { words, reason } }) =>
      `${name}: ${words}${reason === null ? '' : ` (${reason})`}`
  );
}

describe('of a GPU', () => {
  it('are what slows it down, its memory errors and its capability', () => {
    const slowedBy = ['heat' as const, 'power-limit' as const];
    expect(lines(gpuDetails(trans, aGpu({ slowedBy })))).toEqual([
      'Slowed down by: heat, its power limit',
      'Memory errors (ECC): 0',
      'Memory errors, corrected: 0',
      'Rows of memory out of use: 0',
      'Faults that the driver reported (Xid): none in the last day',
      'Compute capability: 8.9'
    ]);
    expect(lines(gpuDetails(trans, aGpu()))[0]).toBe('Slowed down by: nothing');
  });

  it('say why one is not known, and never 0', () => {
    const reason = 'This GPU does not report it.';
    const notes = [{ figure: 'memoryErrors', reason }];
    const gpu = aGpu({ slowedBy: null, memoryErrors: null, notes });
    expect(lines(gpuDetails(trans, gpu)).slice(0, 2)).toEqual([
      'Slowed down by: n/a (The driver does not tell.)',
      `Memory errors (ECC): n/a (${reason})`
    ]);
  });

  it('count what its memory has lost, and name what the driver reported', () => {
    const faults = [79, 31].map(number => ({
      number,
      message: null,
      fix: null
    }));
    const gpu = aGpu({ correctedErrors: 12, retired: 3, faults });
    expect(lines(gpuDetails(trans, gpu)).slice(2, 5)).toEqual([
      'Memory errors, corrected: 12',
      'Rows of memory out of use: 3',
      'Faults that the driver reported (Xid): 79, 31'
    ]);
    const [heard, unheard] = [
      aGpu({ faults: [], faultsSince: 'look' }),
      aGpu({
        faults: null,
        notes: [{ figure: 'faults', reason: 'You may not read the log.' }]
      })
    ].map(one => lines(gpuDetails(trans, one))[4]);
    expect(heard).toContain('none since you look');
    expect(unheard).toContain('n/a (You may not read the log.)');
  });

  it('are none for a slice', () => {
    expect(gpuDetails(trans, aGpu({ slice: 0 }))).toEqual([]);
  });
});

describe('of a running torch', () => {
  const one: TorchDevice = {
    kind: 'cuda',
    device: 0,
    uuid: 'GPU-0',
    allocated: GB,
    reserved: 2 * GB,
    peakAllocated: 3 * GB,
    peakReserved: 4 * GB,
    ooms: 0,
    retries: 0
  };

  it('are its memory, and the most that it was', () => {
    expect(lines(torchDetails(trans, [one]))).toEqual([
      'Allocated: 1 GB',
      'Allocated at most: 3 GB',
      'Reserved: 2 GB',
      'Reserved at most: 4 GB'
    ]);
  });

  it('count what went wrong, each GPU by itself', () => {
    const other = { ...one, device: 1, ooms: 2, retries: 5 };
    const told = lines(torchDetails(trans, [one, other]));
    expect(told).toHaveLength(10);
    expect(told[0]).toBe('Allocated, cuda:0: 1 GB');
    expect(told.slice(8)).toEqual([
      'Times out of memory, cuda:1: 2',
      'Retries to allocate, cuda:1: 5'
    ]);
  });
});

describe('of a kernel', () => {
  it('set what torch was made for beside what the GPUs can', () => {
    const view = aKernelView({
      torch: {
        version: '2.9.0+cu128',
        cuda: '12.8',
        cudnn: '9.10.2',
        nccl: '2.27.5',
        archs: ['sm_80', 'sm_90'],
        bf16: true,
        tf32: true,
        fp8: false,
        warnings: ['CUDA initialization: too old']
      },
      capabilities: ['8.0', '8.0', '9.0'],
      visibleDevices: '0,1\u202e'
    });
    expect(lines(kernelDetails(trans, view))).toEqual([
      'cuDNN: 9.10.2',
      'NCCL: 2.27.5',
      'Made for: sm_80 sm_90',
      'Compute capability: 8.0, 9.0',
      'bf16: yes',
      'TF32: yes',
      'fp8: no',
      expect.stringMatching(/^CUDA_VISIBLE_DEVICES: 0,1[^\u202e]+$/),
      'torch warns: CUDA initialization: too old'
    ]);
  });

  it('say why something is not known', () => {
    const without = 'n/a (This torch is made without CUDA.)';
    const unseen = 'n/a (This kernel sees no GPU that tells.)';
    expect(lines(kernelDetails(trans, aKernelView()))).toEqual([
      `cuDNN: ${without}`,
      `NCCL: ${without}`,
      `Made for: ${without}`,
      `Compute capability: ${unseen}`,
      `bf16: ${unseen}`,
      `TF32: ${unseen}`,
      `fp8: ${unseen}`,
      'CUDA_VISIBLE_DEVICES: not set'
    ]);
    const hidden = lines(
      kernelDetails(trans, aKernelView({ visibleDevices: '' }))
    );
    expect(hidden.at(-1)).toContain('empty: hides every GPU');
    expect(kernelDetails(trans, aKernelView({ torch: null }))).toEqual([]);
  });
});
