/**
 * Follows the repository of the folder that the file browser shows.
 *
 * It asks when somebody looks and something may have changed: another folder, a change event, an act of our
 * own, the tab coming back into view, a server that answers again. While nobody looks it only remembers that what
 * it has is out of date.
 * The surprise: going to another folder of the same repository changes nothing for anyone, so that is found
 * out first, from the new folder's status.
 */
import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IClient } from '../api/client';
import {
  ProblemError,
  UNANSWERED,
  UNREACHABLE,
  wayOn,
  type Trouble
} from '../api/problem';
import type { Operation, Operations, Status } from '../api/schema';
import type {
  Aspect,
  Attention,
  IChange,
  IRefreshOptions,
  IRepository,
  IRepositoryState
} from '../tokens';
import { Answer } from './answer';
import { Comeback } from './comeback';
import { EVERYTHING, holds, readEvent } from './events';
import { FallbackPoll } from './fallbackPoll';
import type { OpenDocuments } from './openDocuments';

/** Milliseconds between two looks at the files while a program goes on writing them. */
const FILES_PAUSE = 1000;

/** How many operations are kept at hand. */
const OPERATIONS = 50;

/** The repository that is shown. */
export class RepositoryModel implements IRepository, IDisposable {
  /**
   * @param client - asks the server.
   * @param stream - the server's events; null where the application has none.
   * @param _documents - the open documents; null where the application has none.
   */
  constructor(
    readonly client: IClient,
    stream: ISignal<unknown, Event.Emission> | null,
    private readonly _documents: OpenDocuments | null = null
  ) {
    this._status = new Answer(() => client.status(this._folder));
    this._operations = new Answer(() =>
      client.operations(this._folder, OPERATIONS)
    );
    this._fallback = new FallbackPoll(
      () => this._poll(),
      () => this._tabVisible && this._isWatched()
    );
    this._comeback = new Comeback(
      () => this.refresh(),
      () => this._tabVisible && this._attention.size > 0
    );
    stream?.connect(this._onEvent, this);
  }

  get state(): IRepositoryState {
    return this._state;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get changed(): ISignal<this, IChange> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._filesStatus.dispose();
    this._status.dispose();
    this._operations.dispose();
    this._fallback.dispose();
    this._comeback.dispose();
    Signal.clearData(this);
  }

  /** Goes to another folder, relative to the server's root. */
  setFolder(folder: string): void {
    if (folder !== this._folder || !this._located) {
      this._folder = folder;
      this._located = true;
      this._follow(EVERYTHING);
    }
  }

  setAttention(attention: Attention, on: boolean): void {
    if (on === this._attention.has(attention)) {
      return;
    }
    if (on) {
      this._attention.add(attention);
      this._follow(new Set());
    } else {
      this._attention.delete(attention);
    }
  }

  configure(options: IRefreshOptions): void {
    this._onReturn = options.onReturn;
    this._fallback.setInterval(options.fallbackSeconds);
  }

  /** Says whether the browser's tab is in view; in the background nobody looks. */
  setTabVisible(visible: boolean): void {
    if (visible === this._tabVisible) {
      return;
    }
    this._tabVisible = visible;
    if (visible) {
      // Events may have been lost while the browser let the tab sleep.
      this._follow(this._onReturn ? EVERYTHING : new Set());
    }
  }

  async refresh(): Promise<void> {
    this._note(EVERYTHING);
    await this._during(this._catchUp());
  }

  get isSettled(): boolean {
    return this._underWay.size === 0;
  }

  async settled(): Promise<void> {
    while (this._underWay.size > 0) {
      await Promise.allSettled(this._underWay);
    }
    if (this._stale.has('operations')) {
      // Nobody looked, so nobody asked.
      await this._refreshOperations(EVERYTHING);
    }
  }

  act<T>(
    run: (at: string, stateToken: string | undefined) => Promise<T>
  ): Promise<T> {
    return this._during(this._act(run));
  }

  private async _act<T>(
    run: (at: string, stateToken: string | undefined) => Promise<T>
  ): Promise<T> {
    this._fallback.expect();
    try {
      const { at, status } = this._state;
      const result = await run(at, status?.stateToken);
      this._follow(EVERYTHING);
      return result;
    } catch (error) {
      if (error instanceof ProblemError && wayOn(error.problem) !== 'none') {
        if (error.problem.code === UNANSWERED) {
          this._setUnanswered(error.problem);
        }
        this._follow(EVERYTHING);
      }
      throw error;
    }
  }

  dismissUnanswered(): void {
    this._setUnanswered(null);
  }

  private _setUnanswered(unanswered: Trouble | null): void {
    this._unanswered = unanswered;
    this._publish();
  }

  changingFiles<T>(
    accept: string | readonly string[],
    act: (saved: ReadonlySet<string>) => Promise<T>
  ): Promise<T | null> {
    const { at, status } = this._state;
    return this._documents === null || status === null
      ? act(new Set())
      : this._documents.around(at, status.root, accept, act);
  }

  unsaved(paths: readonly string[]): Promise<readonly string[]> {
    const { at, status } = this._state;
    return this._documents === null || status === null
      ? Promise.resolve([])
      : this._documents.unsaved(at, status.root, paths);
  }

  operation(id: string | null): Operation | null {
    const known = this._state.operations?.operations ?? [];
    return known.find(operation => operation.id === id) ?? null;
  }

  private _onEvent(_: unknown, emission: Event.Emission): void {
    const event = readEvent(emission);
    if (event === null) {
      return;
    }
    this._fallback.heard();
    if (holds(event.repository, this._folder)) {
      this._follow(event.what);
    }
  }

  private _follow(what: ReadonlySet<Aspect>): void {
    this._note(what);
    void this._during(this._catchUp());
  }

  /** Counts something as under way until it is over, however it ends. */
  private async _during<T>(work: Promise<T>): Promise<T> {
    this._underWay.add(work);
    try {
      return await work;
    } finally {
      this._underWay.delete(work);
    }
  }

  private _note(what: ReadonlySet<Aspect>): void {
    what.forEach(aspect => this._stale.add(aspect));
    this._branchStale ||= what.has('head');
  }

  /** Asks for what is out of date, as far as somebody looks. */
  private async _catchUp(): Promise<void> {
    if (!this._located || !this._tabVisible) {
      return;
    }
    if (this._isWatched()) {
      await this._catchUpPanel();
    } else if (this._attention.has('status-bar') && this._branchStale) {
      // What the sections have to follow stays noted for when the panel is opened.
      await this._refreshStatus();
    }
  }

  /** Tells whether somebody wants to know everything that changes. */
  private _isWatched(): boolean {
    return [...this._attention].some(one => one !== 'status-bar');
  }

  private async _catchUpPanel(): Promise<void> {
    const what = new Set(this._stale);
    this._stale.clear();
    if (what.size === 0) {
      return;
    }
    if (this._isShown() && what.size === 1 && what.has('files')) {
      // A training run writes all the time.
      this._changed.emit({ moved: false, what });
      await this._filesStatus.invoke();
      return;
    }
    if (this._isShown()) {
      // The same repository as before: the sections needn't wait for the status.
      this._changed.emit({ moved: false, what });
      await Promise.all([this._refreshStatus(), this._refreshOperations(what)]);
      this._tellIfMoved();
    } else {
      const watched = this._watch();
      await this._refreshStatus();
      if (this._at === this._folder && !this._isAway()) {
        if (!this._tellIfMoved()) {
          this._changed.emit({ moved: false, what });
        }
        await Promise.all([watched, this._refreshOperations(EVERYTHING)]);
      }
    }
  }

  private _isShown(): boolean {
    return (
      this._shown !== null &&
      this._shown === this._state.status?.root &&
      this._at === this._folder
    );
  }

  /** Tells whether the server does not answer: then nobody knows what is there. */
  private _isAway(): boolean {
    return this._state.trouble?.code === UNREACHABLE;
  }

  /** Lets the sections begin anew if it is another repository than they show, or none. */
  private _tellIfMoved(): boolean {
    const root = this._state.status?.root ?? null;
    const moved = root !== this._shown && !this._isAway();
    if (moved) {
      this._shown = root;
      this._unanswered = null;
      this._operations.forget();
      this._publish();
      this._changed.emit({ moved: true, what: EVERYTHING });
    }
    return moved;
  }

  /** Lets the server observe the repository; it pins what vanishes from then on. */
  private async _watch(): Promise<void> {
    try {
      await this.client.watch(this._folder);
    } catch (error) {
      // Where there is no repository, or none that may be written to, the status says so.
      if (!(error instanceof ProblemError)) {
        throw error;
      }
    }
  }

  private async _refreshStatus(): Promise<void> {
    const folder = this._folder;
    this._branchStale = false;
    await this._status.refresh();
    // Meanwhile the folder may have changed: then a later answer is the right one.
    if (folder === this._folder) {
      this._at = folder;
      this._publish();
      this._comeback.note(!this._isAway());
      if (this._isAway()) {
        this._note(EVERYTHING);
      }
    }
  }

  private async _refreshOperations(what: ReadonlySet<Aspect>): Promise<void> {
    const touched =
      what.has('operations') || what.has('refs') || what.has('head');
    if (touched && this._state.status !== null) {
      await this._operations.refresh();
      this._publish();
    }
  }

  private async _poll(): Promise<boolean> {
    const before = this._state.status?.stateToken;
    await this._refreshStatus();
    const changed = this._state.status?.stateToken !== before;
    if (changed) {
      await this.refresh();
    }
    return changed;
  }

  private _publish(): void {
    const { value, trouble } = this._status.state;
    const operations = value === null ? null : this._operations.state.value;
    const old = this._state;
    const unanswered = this._unanswered;
    this._state = {
      at: this._at ?? '',
      status: value,
      operations,
      trouble,
      unanswered
    };
    if (
      old.at !== this._state.at ||
      old.status !== value ||
      old.operations !== operations ||
      old.trouble !== trouble ||
      old.unanswered !== unanswered
    ) {
      this._stateChanged.emit();
    }
  }

  private readonly _filesStatus = new Throttler(
    () => this._refreshStatus(),
    FILES_PAUSE
  );
  private readonly _status: Answer<Status>;
  private readonly _operations: Answer<Operations>;
  private readonly _fallback: FallbackPoll;
  private readonly _comeback: Comeback;
  private readonly _attention = new Set<Attention>();
  private readonly _stale = new Set<Aspect>(EVERYTHING);
  private readonly _underWay = new Set<Promise<unknown>>();
  private readonly _changed = new Signal<this, IChange>(this);
  private readonly _stateChanged = new Signal<this, void>(this);
  private _state: IRepositoryState = {
    at: '',
    status: null,
    operations: null,
    trouble: null,
    unanswered: null
  };
  private _unanswered: Trouble | null = null;
  private _folder = '';
  private _located = false;
  private _at: string | null = null;
  private _shown: string | null = null;
  private _branchStale = true;
  private _onReturn = true;
  private _tabVisible = true;
  private _isDisposed = false;
}
