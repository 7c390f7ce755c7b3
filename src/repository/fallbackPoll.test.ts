import { FallbackPoll } from './fallbackPoll';

let asked: number;
let poll: FallbackPoll;

beforeEach(() => {
  jest.useFakeTimers();
  asked = 0;
  poll = new FallbackPoll(
    () => {
      asked++;
      return Promise.resolve(false);
    },
    () => true
  );
});

afterEach(() => {
  poll.dispose();
  jest.useRealTimers();
});

describe('FallbackPoll', () => {
  it('asks for nothing while events come', async () => {
    poll.expect();
    await jest.advanceTimersByTimeAsync(1_000);
    poll.heard();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(poll.isActive).toBe(false);
    expect(asked).toBe(0);
  });

  it('asks, with growing pauses, when an expected event does not come', async () => {
    poll.expect();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(poll.isActive).toBe(true);
    const early = asked;
    expect(early).toBeGreaterThan(0);
    await jest.advanceTimersByTimeAsync(3_600_000);
    const perMinute = (asked - early) / 60;
    expect(perMinute).toBeLessThan(early);
    poll.heard();
    const last = asked;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(last);
  });

  it('never asks when the person has switched it off', async () => {
    poll.setInterval(0);
    poll.expect();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(0);
  });
});
