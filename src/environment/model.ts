/**
 * Follows the GPUs while somebody looks.
 *
 * The server reads them only as long as it is asked now and then, and says by an event that it has read anew. So each
 * event is answered by a question, and where no event comes, one is asked shortly before the server would stop. While
 * the page is hidden, or nobody looks, nothing is asked, and the server stops by itself.
 *
 * The status bar looks all the time, so it wants little: seldom a brief answer, and none where there is no GPU.
 */
import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IClient } from '../api/client';
import { troubleOf } from '../api/problem';
import type { Live, Running, Summary } from '../api/schema';
import type { EnvironmentAttention, IEnvironment } from '../tokens';
import { Answer, type IAnswer } from '../repository/answer';
import { KernelChecks } from './checks';
import { Courses } from './courses';

/** The name of the event in the server's registry. */
export const SCHEMA_ID =
  'https://schema.jupyter-mlgit.org/environment-changed/v1';

/** Milliseconds between two brief answers. */
const SELDOM = 6_000;

/** The part of the server's patience after which it is asked again where no event has come. */
const PART = 0.6;

/** The shortest pause between two questions that no event has called for, in milliseconds. */
const SHORTEST = 5_000;

/** The environment. */
export class EnvironmentModel implements IEnvironment, IDisposable {
  /**
   * @param client - asks the server.
   * @param stream - the server's events; null where the application has none.
   */
  constructor(
    readonly client: IClient,
    stream: ISignal<unknown, Event.Emission> | null
  ) {
    this.checks = new KernelChecks(client);
    this._live = new Answer(() => this._askLive());
    this._running = new Answer(() => client.runningKernels());
    this._brief = new Answer(() => client.summary(this._kernel));
    for (const answer of [this._live, this._running, this._brief]) {
      answer.changed.connect(this._publish, this);
    }
    this.checks.changed.connect(this._onChecked, this);
    stream?.connect(this._onEvent, this);
  }

  readonly checks: KernelChecks;

  get live(): IAnswer<Live> {
    return this._live.state;
  }

  get running(): IAnswer<Running> {
    return this._running.state;
  }

  get brief(): IAnswer<Summary> {
    return this._brief.state;
  }

  get courses(): Courses {
    return this._courses;
  }

  get kernel(): string | null {
    return this._kernel;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._stopWaiting();
    this._live.dispose();
    this._running.dispose();
    this._brief.dispose();
    this.checks.dispose();
    Signal.clearData(this);
  }

  setAttention(attention: EnvironmentAttention, on: boolean): void {
    if (on === this._attention.has(attention)) {
      return;
    }
    if (on) {
      this._attention.add(attention);
      this._follow();
    } else {
      this._attention.delete(attention);
      this._plan();
    }
  }

  /** Says whether the browser's tab is in view; in the background nobody looks. */
  setTabVisible(visible: boolean): void {
    if (visible === this._tabVisible) {
      return;
    }
    this._tabVisible = visible;
    if (visible) {
      this._follow();
    } else {
      this._stopWaiting();
    }
  }

  setKernel(kernel: string | null): void {
    if (kernel !== this._kernel) {
      this._kernel = kernel;
      this._changed.emit();
      this._followBrief();
    }
  }

  async refresh(): Promise<void> {
    await Promise.all([this._live.refresh(), this._running.refresh()]);
    this._plan();
  }

  /**
   * Says that a notebook has run a cell in a kernel. Where there is a GPU and nobody has asked that kernel yet, it is
   * asked now: its interpreter has just been started by the person.
   */
  async noticeRun(kernel: string): Promise<void> {
    if (this._ran.has(kernel)) {
      return;
    }
    this._ran.add(kernel);
    const known = await this._known(kernel);
    if (known !== null && known.gpus.length > 0 && !known.probed) {
      await this.checks.check([kernel]);
    }
  }

  /** Gives what the server knows of a kernel without asking it; null where it does not answer. */
  private async _known(kernel: string): Promise<Summary | null> {
    try {
      return await this.client.summary(kernel);
    } catch (error) {
      // Nobody has asked for this.
      troubleOf(error);
      return null;
    }
  }

  private _onEvent(_: unknown, emission: Event.Emission): void {
    if (emission.schema_id !== SCHEMA_ID || !this._looks()) {
      return;
    }
    const what = Array.isArray(emission.what)
      ? (emission.what as readonly unknown[])
      : [];
    if (this._attention.has('panel')) {
      if (what.includes('gpus')) {
        void this._ask(this._live);
      }
      if (what.includes('kernels')) {
        void this._ask(this._running);
      }
    }
    if (
      this._attention.has('status-bar') &&
      what.includes('gpus') &&
      Date.now() - this._briefAt >= SELDOM
    ) {
      this._followBrief();
    }
  }

  private _onChecked(): void {
    this._changed.emit();
    const known = this._kernel === null ? null : this.checks.of(this._kernel);
    if (known?.view !== this._told) {
      this._told = known?.view;
      this._followBrief();
    }
  }

  /** Asks for what those who look want to know. */
  private _follow(): void {
    if (this._looks() && this._attention.has('panel')) {
      void this._ask(this._live);
      void this._ask(this._running);
      this._recall();
    }
    this._followBrief();
  }

  /** Shows at once what the server remembers of the kernel in front; nothing is started for it. */
  private _recall(): void {
    const { _kernel: kernel } = this;
    if (
      kernel !== null &&
      this.brief.value?.probed === true &&
      this.checks.of(kernel).view === null
    ) {
      void this.checks.check([kernel]);
    }
  }

  private _followBrief(): void {
    if (this._looks() && this._attention.has('status-bar')) {
      this._briefAt = Date.now();
      void this._ask(this._brief);
    }
  }

  private _looks(): boolean {
    return this._tabVisible && this._attention.size > 0;
  }

  private async _ask(answer: Answer<unknown>): Promise<void> {
    await answer.refresh();
    if (answer === this._brief && this._attention.has('panel')) {
      this._recall();
    }
    this._plan();
  }

  private async _askLive(): Promise<Live> {
    const live = await this.client.live(this._courses.newest);
    this._courses.add(live);
    return live;
  }

  /** Sees to it that the server doesn't stop, and that it is asked again when it did not answer. */
  private _plan(): void {
    this._stopWaiting();
    const lease = this._lease();
    if (lease !== null && this._looks() && !this._isDisposed) {
      this._timer = window.setTimeout(
        () => {
          this._timer = null;
          this._follow();
        },
        Math.max(PART * lease * 1000, SHORTEST)
      );
    }
  }

  /** Gives the seconds after which somebody has to ask again; null where nobody has to. */
  private _lease(): number | null {
    if (this._attention.has('panel')) {
      const leases = [this.live.value?.lease, this.running.value?.lease];
      return Math.min(...leases.map(lease => lease ?? 0));
    }
    // Where there is no GPU none comes while only the status bar looks.
    const brief = this.brief.value;
    return brief === null || brief.reason !== null ? null : brief.lease;
  }

  private _stopWaiting(): void {
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
      this._timer = null;
    }
  }

  private _publish(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _live: Answer<Live>;
  private readonly _running: Answer<Running>;
  private readonly _brief: Answer<Summary>;
  private readonly _courses = new Courses();
  private readonly _attention = new Set<EnvironmentAttention>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ran = new Set<string>();
  private _kernel: string | null = null;
  private _told: unknown;
  private _timer: number | null = null;
  private _briefAt = 0;
  private _tabVisible = true;
  private _isDisposed = false;
}
