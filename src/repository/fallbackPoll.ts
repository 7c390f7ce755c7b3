/**
 * Asks from time to time, and only while the event stream is dead.
 *
 * The stream doesn't say that it is dead. What tells is an act of our own: the server announces it, so when no
 * event comes within a few seconds, none ever does. The first event that comes ends the asking.
 */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

/** How long an announcement may take, in milliseconds. */
const PATIENCE = 5_000;

/** The longest pause between two questions, in milliseconds. */
const LONGEST = 300_000;

/** Asks with growing pauses where no event comes. */
export class FallbackPoll implements IDisposable {
  /**
   * @param ask - asks, and tells whether anything had changed.
   * @param wanted - tells whether somebody looks.
   */
  constructor(ask: () => Promise<boolean>, wanted: () => boolean) {
    this._wanted = wanted;
    this._poll = new Poll({
      auto: false,
      name: 'jupyter-mlgit:fallback',
      factory: async () => {
        if (!(await ask())) {
          // A refusal is how lumino's poll is told to make the pause longer.
          throw new Error('Nothing had changed.');
        }
      },
      frequency: { interval: 10_000, backoff: true, max: LONGEST },
      standby: () => (this._wanted() ? 'when-hidden' : true)
    });
  }

  /** Whether it asks at present. */
  get isActive(): boolean {
    return this._active;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._stopWaiting();
    this._poll.dispose();
  }

  /** Sets the shortest pause, in seconds; 0 switches the asking off. */
  setInterval(seconds: number): void {
    this._enabled = seconds > 0;
    if (this._enabled) {
      const interval = Math.min(seconds * 1000, LONGEST);
      this._poll.frequency = { interval, backoff: true, max: LONGEST };
    } else {
      this.heard();
    }
  }

  /** Says that the server is about to announce a change. */
  expect(): void {
    if (this._active || !this._enabled || this._timer !== null) {
      return;
    }
    this._timer = window.setTimeout(() => {
      this._timer = null;
      this._active = true;
      void this._poll.start();
    }, PATIENCE);
  }

  /** Says that an event has come. */
  heard(): void {
    this._stopWaiting();
    if (this._active) {
      this._active = false;
      void this._poll.stop();
    }
  }

  private _stopWaiting(): void {
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private readonly _poll: Poll;
  private readonly _wanted: () => boolean;
  private _timer: number | null = null;
  private _enabled = true;
  private _active = false;
}
