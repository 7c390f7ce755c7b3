import { nullTranslator } from '@jupyterlab/translation';
import { aGpu, aProcess, GB } from '../testing/environmentFixtures';
import {
  briefLines,
  briefWords,
  figureWords,
  gpuMemory,
  memoryWords,
  ofMemory,
  remarks,
  wholeMemory
} from './words';

const trans = nullTranslator.load('jupyter_mlgit');
const MB = 2 ** 20;

it.each([
  [0, '0 MB'],
  [512 * MB, '512 MB'],
  [1.5 * GB, '1.5 GB'],
  [2 * GB, '2 GB'],
  [23.6 * GB, '24 GB']
])('writes %d bytes as %s', (bytes, words) => {
  expect(memoryWords(bytes)).toBe(words);
});

it('writes one unit where both have the same', () => {
  expect(ofMemory(18 * GB, 24 * GB)).toBe('18/24 GB');
  expect(ofMemory(300 * MB, 24 * GB)).toBe('300 MB/24 GB');
});

describe('a figure', () => {
  it('has its unit', () => {
    const words = (['utilization', 'temperature', 'power', 'clock'] as const)
      .map(figure => figureWords(trans, aGpu(), figure).words)
      .join(', ');
    expect(words).toBe('41 %, 62 °C, 61/72 W, 1410/2040 MHz');
  });

  it('is n/a with its reason, never 0', () => {
    const gpu = aGpu({
      utilization: null,
      memoryUsed: null,
      power: null,
      notes: [
        { figure: 'power', reason: 'This device does not tell it.' },
        { figure: 'all', reason: 'You may not ask it.' }
      ]
    });
    expect(figureWords(trans, gpu, 'power')).toEqual({
      words: 'n/a',
      reason: 'This device does not tell it.'
    });
    expect(figureWords(trans, gpu, 'utilization').reason).toBe(
      'You may not ask it.'
    );
    expect(gpuMemory(trans, gpu).words).toBe('n/a');
    expect(gpuMemory(trans, aGpu({ memoryTotal: null })).reason).toBe(
      'The driver does not tell.'
    );
  });
});

describe('remarks', () => {
  const warned = (change: Parameters<typeof aGpu>[0]): string[] =>
    remarks(trans, aGpu(change))
      .filter(({ warns }) => warns)
      .map(({ words }) => words);

  it('says nothing of a GPU that is well', () => {
    expect(remarks(trans, aGpu())).toEqual([]);
  });

  it.each([
    [{ memoryUsed: 21.6 * GB }, 'Its memory is nearly full.'],
    [{ temperature: 85 }, 'It is hot.'],
    [{ slowedBy: ['heat' as const] }, 'It is hot, and slowed down for it.'],
    [{ state: 'lost' as const }, 'It no longer answers. Restart the machine.'],
    [{ memoryErrors: 2 }, '2 memory errors could not be corrected.'],
    [
      { slowedBy: ['power-brake' as const] },
      'Slowed down by the power supply.'
    ],
    [
      { retiring: 'waiting' as const },
      'A row of its memory waits to be taken out of use. Reset the GPU when it is free.'
    ],
    [
      { retiring: 'failed' as const },
      'A row of its memory could not be taken out of use. Have the GPU looked at.'
    ],
    [
      { faults: [{ number: 79, message: 'it fell off', fix: 'Restart.' }] },
      'The driver reported: it fell off (Xid 79). Restart.'
    ]
  ])('warns of %j', (change, words) => {
    expect(warned(change)).toEqual([words]);
  });

  it('only mentions what is as it should be', () => {
    expect(warned({ memoryUsed: 21.5 * GB, temperature: 84 })).toEqual([]);
    const faults = [{ number: 31, message: null, fix: null }];
    expect(warned({ faults })).toEqual([]);
    const said = remarks(
      trans,
      aGpu({ unified: true, slices: true, slowedBy: ['power-limit'] })
    );
    expect(said.map(({ warns, usual = false }) => warns && !usual)).toEqual([
      false,
      false,
      false
    ]);
  });
});

describe('in short', () => {
  it('gives use and memory of all GPUs', () => {
    expect(briefWords(trans, [aGpu()])).toBe('GPU 41 % · 18/24 GB');
    const two = [aGpu(), aGpu({ index: 1, utilization: 59 })];
    expect(briefWords(trans, two)).toBe('2 GPUs 50 % · 36/48 GB');
  });

  it('leaves out what is not known, and says when nothing is', () => {
    expect(briefWords(trans, [aGpu({ utilization: null })])).toBe(
      'GPU 18/24 GB'
    );
    expect(
      briefWords(trans, [aGpu({ utilization: null, memoryTotal: null })])
    ).toBe('GPU n/a');
  });

  it('has a line for each', () => {
    expect(
      briefLines(trans, [
        aGpu(),
        aGpu({ slice: 1, name: null, utilization: null })
      ])
    ).toEqual([
      'GPU 0, NVIDIA L4: 41 % · 18/24 GB',
      'Slice 0.1: use n/a · 18/24 GB'
    ]);
  });
});

it('knows the memory of the GPUs that processes are on', () => {
  const gpus = [
    aGpu(),
    aGpu({ index: 1, memoryTotal: 80 * GB }),
    aGpu({ index: 1, slice: 0, memoryTotal: 5 * GB })
  ];
  expect(wholeMemory(gpus, [aProcess({ gpu: 1 })])).toBe(80 * GB);
  expect(wholeMemory(gpus, [aProcess({ gpu: 1, slice: 0 })])).toBe(5 * GB);
  expect(wholeMemory(gpus, [])).toBe(104 * GB);
  expect(wholeMemory([aGpu({ memoryTotal: null })], [])).toBeNull();
});
