import { nullTranslator } from '@jupyterlab/translation';
import {
  aFinding,
  aGpu,
  aSummary,
  GB,
  noGpu
} from '../testing/environmentFixtures';
import { gpuStatus } from './gpus';

const trans = nullTranslator.load('jupyter_mlgit');

it('gives use and memory, and each GPU in its title', () => {
  expect(gpuStatus(trans, aSummary())).toEqual({
    words: 'GPU 41 % · 18/24 GB',
    lines: ['GPU 0, NVIDIA L4: 41 % · 18/24 GB'],
    warns: false
  });
});

it('warns from 90 % on', () => {
  const gpus = [aGpu({ memoryUsed: 21.6 * GB })];
  expect(gpuStatus(trans, aSummary({ gpus })).warns).toBe(true);
});

it('names the cause where torch sees no GPU', () => {
  const status = gpuStatus(
    trans,
    aSummary({ kernel: 'ml', probed: true, finding: aFinding() })
  );
  expect(status.words).toBe('No CUDA: CPU-only torch in "ml"');
  expect(status.lines[0]).toContain('made for the CPU only');
  expect(status.warns).toBe(true);
});

it('says why there is no GPU', () => {
  const status = gpuStatus(
    trans,
    aSummary({ gpus: [], reason: noGpu().reason })
  );
  expect(status).toEqual({
    words: 'No GPU',
    lines: ["NVIDIA's library for management was not found."],
    warns: false
  });
});

it('tells of a GPU that is lost', () => {
  expect(gpuStatus(trans, aSummary({ gpus: [], lost: 1 })).words).toBe(
    'GPU lost'
  );
  expect(gpuStatus(trans, aSummary({ lost: 1 }))).toMatchObject({
    words: 'GPU 41 % · 18/24 GB',
    warns: true
  });
});
