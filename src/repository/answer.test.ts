import { refusal } from '../testing/fakeClient';
import { Answer } from './answer';

/** A question whose answers the test gives by hand. */
function byHand<T>(): {
  ask: () => Promise<T>;
  asked: { resolve: (value: T) => void; reject: (error: unknown) => void }[];
} {
  const asked: ReturnType<typeof byHand<T>>['asked'] = [];
  const ask = (): Promise<T> =>
    new Promise((resolve, reject) => asked.push({ resolve, reject }));
  return { ask, asked };
}

/** Lets what is resolved run on. */
async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

describe('Answer', () => {
  it('keeps the value while it asks again', async () => {
    const { ask, asked } = byHand<string>();
    const answer = new Answer(ask);
    void answer.refresh();
    asked[0]?.resolve('first');
    await settle();
    void answer.refresh();
    expect(answer.state).toEqual({
      value: 'first',
      trouble: null,
      loading: true
    });
  });

  it('asks once more, however often it was asked to meanwhile', async () => {
    const { ask, asked } = byHand<string>();
    const answer = new Answer(ask);
    const all = [answer.refresh(), answer.refresh(), answer.refresh()];
    asked[0]?.resolve('old');
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.resolve('new');
    await Promise.all(all);
    expect(asked).toHaveLength(2);
    expect(answer.state.value).toBe('new');
  });

  it('drops an answer that belongs to what was forgotten', async () => {
    const { ask, asked } = byHand<string>();
    const answer = new Answer(ask);
    const refreshing = answer.refresh();
    answer.forget();
    asked[0]?.resolve('of the other repository');
    await refreshing;
    expect(answer.state.value).toBeNull();
  });

  it('says why there is no value, and lets faults of our own through', async () => {
    const { ask, asked } = byHand<string>();
    const answer = new Answer(ask);
    const refused = answer.refresh();
    asked[0]?.reject(refusal('tip-gone'));
    await refused;
    expect(answer.state.trouble?.code).toBe('tip-gone');
    const failed = answer.refresh();
    asked[1]?.reject(new TypeError('a fault'));
    await expect(failed).rejects.toThrow(TypeError);
  });
});
