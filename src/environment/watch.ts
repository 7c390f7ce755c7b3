/**
 * A question to a server that watches only while it is asked now and then.
 *
 * Whoever looks asks when an event says that there is something new. Where none comes, it is asked once more shortly
 * before the server would stop, and from time to time while the server does not answer.
 */
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Answer, type IAnswer } from '../repository/answer';

/** The part of the server's patience after which it is asked again. */
const PART = 0.6;

/** The shortest pause between two questions that nothing has called for, in milliseconds. */
const SHORTEST = 5_000;

/** The same while the server does not answer. */
const AWAY = 30_000;

/** The question, its last answer, and when to ask again. */
export class Watch<T> implements IDisposable {
  /**
   * @param ask - asks the server.
   * @param _wanted - tells whether somebody looks.
   * @param _patience - the seconds that the server watches after an answer; null where nobody has to ask again.
   */
  constructor(
    ask: () => Promise<T>,
    private readonly _wanted: () => boolean,
    private readonly _patience: (value: T) => number | null
  ) {
    this._answer = new Answer(ask);
  }

  /** The last answer; another object when it changes. */
  get state(): IAnswer<T> {
    return this._answer.state;
  }

  /** Emitted after each change of `state`. */
  get changed(): ISignal<unknown, void> {
    return this._answer.changed;
  }

  get isDisposed(): boolean {
    return this._answer.isDisposed;
  }

  dispose(): void {
    this.rest();
    this._answer.dispose();
  }

  /** Asks if somebody looks, and resolves when the answer is here. */
  async look(): Promise<void> {
    if (this._wanted()) {
      this._askedAt = Date.now();
      await this._answer.refresh();
      this._plan();
    }
  }

  /** Asks if that was not done in the last milliseconds. */
  async lookAfter(pause: number): Promise<void> {
    if (Date.now() - this._askedAt >= pause) {
      await this.look();
    }
  }

  /** Asks no more by itself. */
  rest(): void {
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _plan(): void {
    this.rest();
    const pause = this._pause();
    if (pause !== null && !this.isDisposed && this._wanted()) {
      this._timer = window.setTimeout(() => {
        this._timer = null;
        void this.look();
      }, pause);
    }
  }

  private _pause(): number | null {
    const { value, trouble } = this.state;
    if (trouble !== null || value === null) {
      return AWAY;
    }
    const patience = this._patience(value);
    return patience === null
      ? null
      : Math.max(PART * patience * 1000, SHORTEST);
  }

  private readonly _answer: Answer<T>;
  private _timer: number | null = null;
  private _askedAt = -Infinity;
}
