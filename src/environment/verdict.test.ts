import { nullTranslator } from '@jupyterlab/translation';
import type { GpuTest } from '../api/schema';
import { aFinding, aKernelView } from '../testing/environmentFixtures';
import { shortCause, testWords, torchLine } from './verdict';

const trans = nullTranslator.load('jupyter_mlgit');

describe('shortCause', () => {
  it.each([
    ['cpu-only-torch', 'No CUDA: CPU-only torch in "ml"'],
    ['driver-too-old', 'No CUDA: driver too old for "ml"'],
    ['container-without-gpu', 'No CUDA: container without GPU'],
    ['fabric-not-started', 'No CUDA in "ml"'],
    ['no-torch', null]
  ])('says %s as %s', (rule, words) => {
    expect(shortCause(trans, 'ml', aFinding({ rule }))).toBe(words);
  });

  it('says nothing of what is no problem', () => {
    expect(shortCause(trans, 'ml', null)).toBeNull();
    expect(shortCause(trans, 'ml', aFinding({ severity: 'note' }))).toBeNull();
  });
});

it('sets torch beside the driver', () => {
  const driver = { driver: '550.54.14', cudaDriver: '12.4' };
  expect(torchLine(trans, aKernelView(), driver)).toBe(
    'torch 2.9.0+cpu · made without CUDA · driver 550.54.14 (up to CUDA 12.4)'
  );
  expect(torchLine(trans, aKernelView({ torch: null }), driver)).toBeNull();
});

describe('a test', () => {
  const test: GpuTest = {
    kernel: 'ML',
    ok: true,
    device: 'cuda:0',
    name: null,
    seconds: 1.23,
    error: null,
    finding: null,
    unprobed: null
  };

  it.each([
    [{}, 'Computed on cuda:0 in 1.2 s, and the result is right.'],
    [
      { ok: false, error: 'CUDA error: no kernel image' },
      'The test on the GPU failed. torch says: CUDA error: no kernel image'
    ],
    [
      {
        ok: false,
        unprobed: { code: 'wrapper' as const, reason: 'It is ssh.' }
      },
      'Not tested: It is ssh.'
    ]
  ])('%j', (change, words) => {
    expect(testWords(trans, { ...test, ...change })).toBe(words);
  });
});
