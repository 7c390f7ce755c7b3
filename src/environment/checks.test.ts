import type { Doctored, GpuTest } from '../api/schema';
import { aDoctored, aKernelView } from '../testing/environmentFixtures';
import { refusal } from '../testing/fakeClient';
import { KernelChecks } from './checks';

const asked: (string | null)[] = [];
let answer: (kernel: string | null) => Promise<Doctored>;
let checks: KernelChecks;

const WELL: GpuTest = {
  kernel: 'ML',
  ok: true,
  device: 'cuda:0',
  name: 'NVIDIA L4',
  seconds: 1.2,
  error: null,
  finding: null,
  unprobed: null
};

beforeEach(() => {
  asked.length = 0;
  answer = name => Promise.resolve(aDoctored({ name: name ?? '' }));
  checks = new KernelChecks({
    doctor: ({ kernel }) => {
      asked.push(kernel);
      return answer(kernel);
    },
    gpuTest: () => Promise.resolve(WELL)
  });
});

it('asks one kernel after the other, and none twice at once', async () => {
  const first = checks.check(['a', 'b']);
  expect([checks.of('a').busy, checks.of('b').busy]).toEqual([
    'checking',
    'checking'
  ]);
  expect(asked).toEqual(['a']);
  await Promise.all([first, checks.check(['a', 'b'])]);
  expect(asked).toEqual(['a', 'b']);
  expect(checks.of('b')).toMatchObject({ busy: null, trouble: null });
  expect(checks.of('b').view?.name).toBe('b');
});

it('keeps what it knew when a later question fails, and goes on to the next', async () => {
  await checks.check(['a']);
  answer = name =>
    name === 'a'
      ? Promise.reject(refusal('took-too-long'))
      : Promise.resolve(aDoctored({ name: 'b' }));
  await checks.check(['a', 'b']);
  expect(checks.of('a').view?.name).toBe('a');
  expect(checks.of('a').trouble?.code).toBe('took-too-long');
  expect(checks.of('b').view?.name).toBe('b');
});

it('takes over what is remembered, and never instead of what it knows', async () => {
  await checks.check(['a']);
  const known = checks.of('a').view;
  checks.recall([aKernelView({ name: 'a' }), aKernelView({ name: 'b' })]);
  expect(checks.of('a').view).toBe(known);
  expect(checks.of('b')).toMatchObject({ busy: null, test: null });
  expect(checks.of('b').view?.name).toBe('b');
});

it('forgets how a test went when the kernel is asked anew', async () => {
  await checks.test('a');
  expect(checks.of('a').test).toBe(WELL);
  await checks.check(['a']);
  expect(checks.of('a').test).toBeNull();
});
