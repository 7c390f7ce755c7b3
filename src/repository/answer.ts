/**
 * Holds the last answer to one question, and asks again without overlapping itself.
 *
 * A question that comes while one is under way is asked once more afterwards, however often it came. An
 * answer that arrives after `forget` belongs to another repository and is dropped.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { troubleOf, type Trouble } from '../api/problem';

/** What is known of an answer. */
export interface IAnswer<T> {
  readonly value: T | null;
  readonly trouble: Trouble | null;
  readonly loading: boolean;
}

/** One question to the server and its last answer. */
export class Answer<T> implements IDisposable {
  /** @param ask - asks the server; rejects with a `ProblemError` when it refuses. */
  constructor(private readonly ask: () => Promise<T>) {}

  /** The last answer. A new object after each change, so that it can be compared by identity. */
  get state(): IAnswer<T> {
    return this._state;
  }

  /** Emitted after each change of `state`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._epoch++;
    Signal.clearData(this);
  }

  /** Asks, and resolves when the answer is here; keeps the old value meanwhile. */
  async refresh(): Promise<void> {
    if (this._running !== null) {
      this._again = true;
      return this._running;
    }
    this._running = this._run();
    try {
      await this._running;
    } finally {
      this._running = null;
    }
  }

  /** Drops the value and whatever answer is on its way. */
  forget(): void {
    this._epoch++;
    this._set({ value: null, trouble: null, loading: false });
  }

  /** Replaces the value by one that another answer brought. */
  put(value: T): void {
    this._epoch++;
    this._set({ value, trouble: null, loading: false });
  }

  /** Takes a failure to get more of the value; what is known stays. */
  fail(trouble: Trouble): void {
    this._set({ ...this._state, trouble });
  }

  private async _run(): Promise<void> {
    do {
      this._again = false;
      const epoch = this._epoch;
      this._set({ ...this._state, loading: true });
      const next = await this._outcome();
      if (epoch === this._epoch) {
        this._set(next);
      }
      // Whoever forgot the value while it was on its way wants the new repository's.
    } while (this._wantsAgain());
  }

  private _wantsAgain(): boolean {
    return this._again && !this._isDisposed;
  }

  private async _outcome(): Promise<IAnswer<T>> {
    try {
      return { value: await this.ask(), trouble: null, loading: false };
    } catch (error) {
      return { value: null, trouble: troubleOf(error), loading: false };
    }
  }

  private _set(state: IAnswer<T>): void {
    this._state = state;
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _state: IAnswer<T> = { value: null, trouble: null, loading: false };
  private _changed = new Signal<this, void>(this);
  private _running: Promise<void> | null = null;
  private _again = false;
  private _epoch = 0;
  private _isDisposed = false;
}
