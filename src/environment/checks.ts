/**
 * Holds what each kernel's own interpreter has said, and asks it when a person wants to know.
 *
 * An answer takes as long as that interpreter takes to import torch, so nothing is asked by itself. Several kernels
 * are asked one after the other: each would import as much at once.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IClient } from '../api/client';
import { troubleOf, type Trouble } from '../api/problem';
import type { GpuTest, KernelView } from '../api/schema';

/** What is known of a kernel. */
export interface ICheck {
  /** Null before the first answer. */
  readonly view: KernelView | null;
  /** How the last computation on the GPU went; null before the first, and where the kernel was asked anew since. */
  readonly test: GpuTest | null;
  /** Why there is no newer answer. */
  readonly trouble: Trouble | null;
  /** What is under way. */
  readonly busy: 'checking' | 'testing' | null;
}

/** What is known of a kernel that nobody has asked. */
const UNCHECKED: ICheck = { view: null, test: null, trouble: null, busy: null };

/** The answers. */
export class KernelChecks implements IDisposable {
  /** @param _client - asks the server. */
  constructor(private readonly _client: Pick<IClient, 'doctor' | 'gpuTest'>) {}

  readonly changed = new Signal<this, void>(this);

  /** What is known, by the names of the kernels; another object when it changes. */
  get all(): ReadonlyMap<string, ICheck> {
    return this._all;
  }

  /** Gives what is known of a kernel. */
  of(name: string): ICheck {
    return this._all.get(name) ?? UNCHECKED;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /**
   * Asks these kernels, and resolves when all have answered.
   *
   * @param names - of their specifications.
   * @param refresh - whether the server asks again what it remembers.
   */
  async check(names: readonly string[], refresh = false): Promise<void> {
    const wanted = names.filter(name => this.of(name).busy === null);
    wanted.forEach(name => {
      this._put(name, { busy: 'checking' });
    });
    for (const name of wanted) {
      await this._during(name, async () => {
        const { kernels } = await this._client.doctor({
          kernel: name,
          all: false,
          refresh
        });
        const view = kernels.find(kernel => kernel.name === name) ?? null;
        return { view, test: null };
      });
    }
  }

  /** Takes over what the server remembers, of kernels of which nothing is known here. */
  recall(views: readonly KernelView[]): void {
    for (const view of views) {
      const { view: known, busy } = this.of(view.name);
      if (known === null && busy === null) {
        this._put(view.name, { view });
      }
    }
  }

  /** Computes something small on the GPU with a kernel's interpreter. */
  async test(name: string): Promise<void> {
    if (this.of(name).busy === null) {
      this._put(name, { busy: 'testing' });
      await this._during(name, async () => ({
        test: await this._client.gpuTest({ kernel: name })
      }));
    }
  }

  private async _during(
    name: string,
    ask: () => Promise<Partial<ICheck>>
  ): Promise<void> {
    try {
      this._put(name, { ...(await ask()), trouble: null, busy: null });
    } catch (error) {
      this._put(name, { trouble: troubleOf(error), busy: null });
    }
  }

  private _put(name: string, change: Partial<ICheck>): void {
    this._all = new Map(this._all).set(name, { ...this.of(name), ...change });
    if (!this._isDisposed) {
      this.changed.emit();
    }
  }

  private _all: ReadonlyMap<string, ICheck> = new Map();
  private _isDisposed = false;
}
