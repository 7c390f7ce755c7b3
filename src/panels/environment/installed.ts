/** Follows which kernels are installed, and which of them the notebook in front runs. */
import type { KernelSpec } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { IEnvironment } from '../../tokens';
import { kernelEntries, type IKernelEntry } from './kernelEntries';

/** The kernels. */
export class InstalledKernels {
  /**
   * @param _manager - Lab's list of specifications.
   * @param _environment - knows the kernel in front.
   */
  constructor(
    private readonly _manager: Pick<
      KernelSpec.IManager,
      'specs' | 'specsChanged'
    >,
    private readonly _environment: IEnvironment
  ) {
    _manager.specsChanged.connect(this._read, this);
    _environment.changed.connect(this._follow, this);
    this._read();
  }

  readonly changed = new Signal<this, void>(this);

  /** Gives them; another object when they change. */
  read(): readonly IKernelEntry[] {
    return this._entries;
  }

  private _follow(): void {
    if (this._environment.kernel !== this._current) {
      this._read();
    }
  }

  private _read(): void {
    this._current = this._environment.kernel;
    this._entries = kernelEntries(
      this._manager.specs?.kernelspecs ?? {},
      this._current
    );
    this.changed.emit();
  }

  private _current: string | null = null;
  private _entries: readonly IKernelEntry[] = [];
}
