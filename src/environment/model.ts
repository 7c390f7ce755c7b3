/**
 * Follows the GPUs while somebody looks.
 *
 * The server reads them only as long as it is asked now and then, and says by an event that it has read anew; each
 * event is answered by a question. While the page is hidden, or nobody looks, nothing is asked, and the server stops by
 * itself. The status bar looks all the time, so it wants little: seldom a brief answer, and none where there is no GPU.
 */
import type { Event } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IClient } from '../api/client';
import { troubleOf } from '../api/problem';
import type { Live, Running, Summary } from '../api/schema';
import type { IAnswer } from '../repository/answer';
import type { EnvironmentAttention, IEnvironment } from '../tokens';
import { KernelChecks } from './checks';
import { Courses } from './courses';
import { Watch } from './watch';

/** The name of the event in the server's registry. */
export const SCHEMA_ID =
  'https://schema.jupyter-mlgit.org/environment-changed/v1';

/** Milliseconds between two brief answers. */
const SELDOM = 6_000;

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
    const panelLooks = (): boolean => this._looks('panel');
    this._live = new Watch(
      () => this._askLive(),
      panelLooks,
      ({ lease }) => lease
    );
    this._running = new Watch(
      () => client.runningKernels(),
      panelLooks,
      ({ lease }) => lease
    );
    this._brief = new Watch(
      () => client.summary(this._kernel),
      () => this._looks('status-bar'),
      // Where there is no GPU none comes while only the status bar looks.
      ({ lease, reason }) => (reason === null ? lease : null)
    );
    for (const watch of this._watches()) {
      watch.changed.connect(this._publish, this);
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
    for (const watch of this._watches()) {
      watch.dispose();
    }
    this.checks.dispose();
    Signal.clearData(this);
  }

  setAttention(attention: EnvironmentAttention, on: boolean): void {
    if (on === this._attention.has(attention)) {
      return;
    }
    if (on) {
      this._attention.add(attention);
      this._follow(attention);
    } else {
      this._attention.delete(attention);
    }
  }

  /** Says whether the browser's tab is in view; in the background nobody looks. */
  setTabVisible(visible: boolean): void {
    if (visible === this._tabVisible) {
      return;
    }
    this._tabVisible = visible;
    this._attention.forEach(one => {
      this._follow(one);
    });
  }

  setKernel(kernel: string | null): void {
    if (kernel !== this._kernel) {
      this._kernel = kernel;
      this._changed.emit();
      this._follow('status-bar');
    }
  }

  async refresh(): Promise<void> {
    await Promise.all([this._live.look(), this._running.look()]);
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
    if (emission.schema_id !== SCHEMA_ID) {
      return;
    }
    const what = Array.isArray(emission.what)
      ? (emission.what as readonly unknown[])
      : [];
    if (what.includes('gpus')) {
      void this._live.look();
      void this._brief.lookAfter(SELDOM);
    }
    if (what.includes('kernels')) {
      void this._running.look();
    }
  }

  private _onChecked(): void {
    this._publish();
    const view =
      this._kernel === null ? null : this.checks.of(this._kernel).view;
    if (view !== this._told) {
      this._told = view;
      this._follow('status-bar');
    }
  }

  /** Asks for what somebody wants to know who has come to look. */
  private _follow(attention: EnvironmentAttention): void {
    if (attention === 'panel') {
      void this.refresh();
      void this._recall();
    } else {
      void this._brief.look().then(() => this._recall());
    }
  }

  /**
   * Shows in the panel what the server remembers of kernels that were checked before the page was loaded, or in another
   * one; nothing is started for it.
   */
  private async _recall(): Promise<void> {
    const { _kernel: kernel } = this;
    const missing =
      kernel !== null &&
      this.brief.value?.probed === true &&
      this.checks.of(kernel).view === null;
    if (!this._looks('panel') || (this._recalled && !missing)) {
      return;
    }
    this._recalled = true;
    try {
      const { kernels } = await this.client.checkedKernels();
      this.checks.recall(kernels);
    } catch (error) {
      // Nobody has asked for this.
      troubleOf(error);
    }
  }

  private _looks(attention: EnvironmentAttention): boolean {
    return this._tabVisible && this._attention.has(attention);
  }

  private async _askLive(): Promise<Live> {
    const live = await this.client.live(this._courses.newest);
    this._courses.add(live);
    return live;
  }

  private _watches(): readonly Watch<unknown>[] {
    return [this._live, this._running, this._brief] as Watch<unknown>[];
  }

  private _publish(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _live: Watch<Live>;
  private readonly _running: Watch<Running>;
  private readonly _brief: Watch<Summary>;
  private readonly _courses = new Courses();
  private readonly _attention = new Set<EnvironmentAttention>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ran = new Set<string>();
  private _kernel: string | null = null;
  private _recalled = false;
  private _told: unknown = null;
  private _tabVisible = true;
  private _isDisposed = false;
}
