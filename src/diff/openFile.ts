/**
 * Knows whether a file is open with edits that are not saved: a difference shows the file, and not what is in an editor.
 *
 * A document may be opened and closed while its difference is shown, so it is looked for again whenever another tab
 * comes to the front.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { openContexts } from '../repository/labDocuments';

/** A file that may be open. */
export interface IOpenFile extends IDisposable {
  /** Whether it is open with edits that are not saved. */
  readonly isDirty: boolean;
  /** Emitted when that may have changed. */
  readonly changed: ISignal<IOpenFile, void>;
  /** Looks again which document it is. */
  look(): void;
  /** Saves it; rejects where that fails, of which the application tells. */
  save(): Promise<void>;
}

/** A file that may be open in JupyterLab. */
export class OpenFile implements IOpenFile {
  /**
   * @param _app - the application.
   * @param _manager - its documents.
   * @param place - where the file lies, relative to the server's root; null where that can't be known.
   */
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _manager: IDocumentManager,
    place: Promise<string | null>
  ) {
    _app.shell.currentChanged?.connect(this.look, this);
    void place.then(path => {
      this._path = path;
      this.look();
    });
  }

  get isDirty(): boolean {
    const context = this._context;
    return context !== null && !context.isDisposed && context.model.dirty;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  look(): void {
    const context = this._isDisposed ? null : this._find();
    if (context !== this._context) {
      this._context?.model.stateChanged.disconnect(this._onState, this);
      this._context = context;
      context?.model.stateChanged.connect(this._onState, this);
      context?.disposed.connect(this.look, this);
    }
    this._onState();
  }

  async save(): Promise<void> {
    await this._context?.save();
  }

  private _find(): DocumentRegistry.Context | null {
    const { contents } = this._app.serviceManager;
    return (
      openContexts(this._app, this._manager).find(
        ({ path, isDisposed }) =>
          !isDisposed && contents.localPath(path) === this._path
      ) ?? null
    );
  }

  private _onState(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _path: string | null = null;
  private _context: DocumentRegistry.Context | null = null;
  private _isDisposed = false;
}
