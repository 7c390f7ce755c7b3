/** Holds the pages of the timeline that were asked for so far. */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { troubleOf } from '../../api/problem';
import type { Timeline, TimelineEntry } from '../../api/schema';
import { Answer } from '../../repository/answer';
import type { IRepository } from '../../tokens';

/** How many entries a page has. */
export const PAGE = 50;

/** The most entries that a refresh asks for again. */
const MOST = 500;

/** The timeline of HEAD or of a branch. */
export class TimelineModel implements IDisposable {
  /** @param _repository - the repository that is shown. */
  constructor(private readonly _repository: IRepository) {
    this.answer = new Answer(() =>
      _repository.client.timeline(
        _repository.state.at,
        this._ref,
        Math.min(Math.max(PAGE, this.entries.length), MOST),
        null
      )
    );
  }

  /** All entries that are shown, newest first. */
  readonly answer: Answer<Timeline>;
  readonly refChanged = new Signal<this, void>(this);

  /** The ref whose timeline it is: `HEAD` or a branch's name. */
  get ref(): string {
    return this._ref;
  }

  get entries(): readonly TimelineEntry[] {
    return this.answer.state.value?.entries ?? [];
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.answer.dispose();
    Signal.clearData(this);
  }

  /** Goes to another ref. */
  setRef(ref: string): void {
    if (ref !== this._ref) {
      this._ref = ref;
      this.answer.forget();
      this.refChanged.emit();
      void this.answer.refresh();
    }
  }

  /** Begins anew in another repository. */
  forget(): void {
    this._ref = 'HEAD';
    this.answer.forget();
    this.refChanged.emit();
  }

  /** Asks again for what is shown. */
  refresh(): Promise<void> {
    return this.answer.refresh();
  }

  /** Adds the next page. */
  async more(): Promise<void> {
    const shown = this.answer.state.value;
    if (shown === null || shown.next === null) {
      return;
    }
    try {
      const page = await this._repository.client.timeline(
        this._repository.state.at,
        this._ref,
        PAGE,
        shown.next
      );
      // A refresh may have replaced what this page was to follow.
      if (this.answer.state.value === shown) {
        this.answer.put({
          ...page,
          entries: [...shown.entries, ...page.entries],
          skipped: Math.max(shown.skipped, page.skipped)
        });
      }
    } catch (error) {
      this.answer.fail(troubleOf(error));
    }
  }

  private _ref = 'HEAD';
  private _isDisposed = false;
}
