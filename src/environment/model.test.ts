import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import {
  aDoctored,
  aLive,
  aSummary,
  noGpu
} from '../testing/environmentFixtures';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { EnvironmentModel, SCHEMA_ID } from './model';

let stream: Signal<object, Event.Emission>;
let client: IFakeClient;
let model: EnvironmentModel;

/** Lets what was asked be answered. */
async function settle(): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
}

function happen(...what: string[]): void {
  stream.emit({ schema_id: SCHEMA_ID, what });
}

function counts(): Record<string, number> {
  return {
    live: client.count('live'),
    running: client.count('runningKernels'),
    brief: client.count('summary')
  };
}

beforeEach(() => {
  jest.useFakeTimers();
  stream = new Signal({});
  client = fakeClient();
  model = new EnvironmentModel(client, stream);
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

describe('while nobody looks', () => {
  it('asks for nothing, whatever happens', async () => {
    happen('gpus', 'kernels');
    model.setTabVisible(false);
    model.setTabVisible(true);
    model.setKernel('ml');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.asked).toEqual([]);
  });

  it('asks for nothing in a page that is hidden, and catches up', async () => {
    model.setAttention('panel', true);
    model.setAttention('status-bar', true);
    await settle();
    model.setTabVisible(false);
    const before = client.asked.length;
    happen('gpus', 'kernels');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.asked).toHaveLength(before);
    model.setTabVisible(true);
    await settle();
    expect(counts()).toEqual({ live: 2, running: 2, brief: 2 });
  });

  it('asks for nothing once the panel is closed', async () => {
    model.setAttention('panel', true);
    await settle();
    model.setAttention('panel', false);
    happen('gpus', 'kernels');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(counts()).toEqual({ live: 1, running: 1, brief: 0 });
  });
});

describe('while the panel looks', () => {
  beforeEach(async () => {
    model.setAttention('panel', true);
    await settle();
  });

  it('asks for what an event says is new, from the reading that it has', async () => {
    happen('gpus');
    await settle();
    happen('kernels');
    await settle();
    expect(counts()).toEqual({ live: 2, running: 2, brief: 0 });
    expect(
      client.asked
        .filter(({ verb }) => verb === 'live')
        .map(({ args }) => args[0])
    ).toEqual([null, 1]);
  });

  it('asks again before the server stops, where no event comes', async () => {
    await jest.advanceTimersByTimeAsync(11_000);
    expect(client.count('live')).toBe(1);
    // That there are new figures of the GPUs tells nothing of the kernels.
    happen('gpus');
    await jest.advanceTimersByTimeAsync(2_000);
    expect(counts()).toEqual({ live: 2, running: 2, brief: 0 });
  });

  it('says what is wrong, and asks again', async () => {
    client.answer({ live: () => Promise.reject(refusal('busy')) });
    happen('gpus');
    await settle();
    expect(model.live.trouble?.code).toBe('busy');
    client.answer({ live: () => Promise.resolve(aLive()) });
    await jest.advanceTimersByTimeAsync(30_000);
    expect(model.live.trouble).toBeNull();
  });

  it("takes no other extension's events for its own", async () => {
    stream.emit({ schema_id: 'https://example.org/x', what: ['gpus'] });
    stream.emit({ schema_id: SCHEMA_ID, what: 'gpus' });
    await settle();
    expect(client.count('live')).toBe(1);
  });
});

describe('while the status bar looks', () => {
  it('asks seldom, however often the server reads', async () => {
    model.setAttention('status-bar', true);
    await settle();
    for (let second = 0; second < 10; second += 2) {
      happen('gpus');
      await jest.advanceTimersByTimeAsync(2_000);
    }
    expect(counts()).toEqual({ live: 0, running: 0, brief: 2 });
  });

  it('does not ask again where there is no GPU', async () => {
    client.answer({
      summary: () =>
        Promise.resolve(aSummary({ gpus: [], reason: noGpu().reason }))
    });
    model.setAttention('status-bar', true);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(counts()).toEqual({ live: 0, running: 0, brief: 1 });
  });

  it('asks about the kernel in front, and again when that was checked', async () => {
    model.setAttention('status-bar', true);
    await settle();
    model.setKernel('ml');
    await settle();
    await model.checks.check(['ml']);
    await settle();
    expect(
      client.asked
        .filter(({ verb }) => verb === 'summary')
        .map(({ args }) => args[0])
    ).toEqual([null, 'ml', 'ml']);
  });
});

describe('a kernel that nobody has asked', () => {
  it('is not asked when somebody looks', async () => {
    model.setKernel('ml');
    model.setAttention('panel', true);
    model.setAttention('status-bar', true);
    await settle();
    expect(client.count('doctor')).toBe(0);
  });

  it('is asked once when it has run a cell beside a GPU', async () => {
    await model.noticeRun('ml');
    await model.noticeRun('ml');
    expect(client.count('doctor')).toBe(1);
    expect(model.checks.of('ml').busy).toBeNull();
  });

  it('is left alone where there is no GPU, and where the server knows', async () => {
    client.answer({
      summary: kernel =>
        Promise.resolve(
          kernel === 'ml'
            ? aSummary({ probed: true })
            : aSummary({ gpus: [], reason: noGpu().reason })
        )
    });
    await model.noticeRun('ml');
    await model.noticeRun('other');
    client.answer({ summary: () => Promise.reject(refusal('busy')) });
    await model.noticeRun('third');
    expect(client.count('doctor')).toBe(0);
  });

  it('is shown at once where the server remembers its answer', async () => {
    client.answer({
      summary: () => Promise.resolve(aSummary({ probed: true }))
    });
    model.setKernel('ml');
    model.setAttention('status-bar', true);
    await settle();
    expect(client.count('checkedKernels')).toBe(0);
    client.answer({ checkedKernels: () => Promise.resolve(aDoctored()) });
    model.setAttention('panel', true);
    await settle();
    expect(model.checks.of('ml').view?.name).toBe('ml');
    // Once is enough, as long as no other page has checked the kernel in front.
    model.setAttention('panel', false);
    model.setAttention('panel', true);
    await settle();
    expect(client.count('checkedKernels')).toBe(1);
    model.setKernel('other');
    await settle();
    expect(client.count('checkedKernels')).toBe(2);
    expect(client.count('doctor')).toBe(0);
  });
});
