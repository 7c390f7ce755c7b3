import { aProcess, aRunningKernel, GB } from '../testing/environmentFixtures';
import { holdersOf } from './holders';

it("counts a kernel's children as its own, and puts who holds most first", () => {
  const holders = holdersOf(
    [
      aProcess({ memory: 2 * GB }),
      aProcess({ pid: 4300, memory: 3 * GB }),
      aProcess({ kernel: 'kernel-2', notebook: 'b.ipynb', memory: 4 * GB })
    ],
    []
  );
  expect(holders.map(({ path, memory }) => [path, memory])).toEqual([
    ['train.ipynb', 5 * GB],
    ['b.ipynb', 4 * GB]
  ]);
});

it('takes the path that a notebook has now', () => {
  const [holder] = holdersOf(
    [aProcess({ notebook: 'old-name.ipynb' })],
    [aRunningKernel({ path: 'new-name.ipynb' })]
  );
  expect(holder).toMatchObject({ kind: 'kernel', path: 'new-name.ipynb' });
  expect(holder?.running?.id).toBe('kernel-1');
});

it('opens only what Lab can open', () => {
  const opened = (
    ...asked: Parameters<typeof holdersOf>
  ): (string | null | undefined)[] => {
    const [holder] = holdersOf(...asked);
    return [holder?.path, holder?.document];
  };
  const whole = aProcess({ notebook: '/home/ada/train.ipynb' });
  expect(opened([whole], null)).toEqual(['/home/ada/train.ipynb', null]);
  expect(opened([whole], [aRunningKernel()])).toEqual([
    'train.ipynb',
    'train.ipynb'
  ]);
  expect(opened([whole], [aRunningKernel({ kind: 'console' })])).toEqual([
    'train.ipynb',
    null
  ]);
});

it('tells a kernel of another server once it knows those of this one', () => {
  expect(holdersOf([aProcess()], null)[0]?.elsewhere).toBe(false);
  expect(holdersOf([aProcess()], [])[0]?.elsewhere).toBe(true);
  const ours = holdersOf([aProcess()], [aRunningKernel()]);
  expect(ours[0]?.elsewhere).toBe(false);
});

it('knows a kernel that only torch tells of, as in a container', () => {
  const holders = holdersOf(
    [aProcess({ owner: 'unknown', pid: null, kernel: null, notebook: null })],
    [
      aRunningKernel({ gpuMemory: null }),
      aRunningKernel({ id: 'kernel-2', torch: null })
    ]
  );
  expect(holders.map(one => [one.kind, one.memory, one.holds])).toEqual([
    ['unknown', 2 * GB, true],
    ['kernel', 1.5 * GB, true],
    ['kernel', null, false]
  ]);
});

it('puts kernels that hold nothing behind those of which nothing is told', () => {
  const holders = holdersOf(
    [aProcess({ kernel: 'kernel-3', notebook: 'c.ipynb', memory: null })],
    [
      aRunningKernel({ path: 'a.ipynb', torch: null }),
      aRunningKernel({ id: 'kernel-2', path: 'b.ipynb' })
    ]
  );
  expect(holders.map(({ path, holds }) => [path, holds])).toEqual([
    ['b.ipynb', true],
    ['c.ipynb', true],
    ['a.ipynb', false]
  ]);
});

it('tells what is left, what is yours and what is not', () => {
  const holders = holdersOf(
    [
      aProcess({ kernel: null, notebook: 'gone.ipynb' }),
      aProcess({ kernel: null, notebook: null, pid: 1 }),
      aProcess({ kernel: null, notebook: null, pid: 2 }),
      aProcess({ owner: 'another-user', pid: null, memory: null }),
      aProcess({ owner: 'another-user', pid: null, memory: null })
    ],
    []
  );
  expect(
    holders.map(({ kind, processes, memory }) => [
      kind,
      processes.length,
      memory
    ])
  ).toEqual([
    ['left-behind', 1, 2 * GB],
    ['process', 1, 2 * GB],
    ['process', 1, 2 * GB],
    ['another-user', 2, null]
  ]);
});
