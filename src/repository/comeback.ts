/** Looks again from time to time while the server does not answer. */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

/** The first pause, in milliseconds: a server that restarts takes some seconds. */
const FIRST = 2_000;

/** The longest pause. */
const LONGEST = 30_000;

/** Asks with growing pauses until there is an answer. */
export class Comeback implements IDisposable {
  /**
   * @param ask - asks; whoever does it calls `note`.
   * @param wanted - tells whether somebody looks.
   */
  constructor(ask: () => Promise<void>, wanted: () => boolean) {
    this._poll = new Poll({
      auto: false,
      name: 'jupyter-mlgit:comeback',
      factory: async (): Promise<void> => {
        await ask();
        // A refusal is how lumino's poll is told to make the pause longer.
        throw new Error('The server is still away.');
      },
      frequency: { interval: FIRST, backoff: true, max: LONGEST },
      standby: () => (wanted() ? 'when-hidden' : true)
    });
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
  }

  /** Says whether the last question was answered. */
  note(answered: boolean): void {
    if (answered !== this._away) {
      return;
    }
    this._away = !answered;
    void (answered
      ? this._poll.stop()
      : this._poll.schedule({ phase: 'started', interval: FIRST }));
  }

  private readonly _poll: Poll<void>;
  private _away = false;
}
