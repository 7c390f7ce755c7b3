/**
 * Holds one file's difference as it was when it was asked for.
 *
 * What is shown stays as it is while files change under it; the model only finds out that it is no longer true. The
 * person then asks anew when it suits them. What they save themselves, in the editor of the file, is shown at once, if
 * that costs them nothing that they look at or have unfolded.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { Form, IOutputPlace } from '../api/client';
import type { FileSides, OutputContent } from '../api/schema';
import { Answer } from '../repository/answer';
import type { IChange, IDiffPlace, IRepository } from '../tokens';
import type { IOpenFile } from './openFile';
import { keepsPlace, type IReader } from './reader';

/** Beside each other, or one above the other. */
export type Layout = 'split' | 'unified';

/** How the difference is shown. */
export interface IDiffView {
  readonly layout: Layout;
  readonly form: Form;
  readonly wrap: boolean;
  /** Whether what did not change is shown, too. */
  readonly unfolded: boolean;
  /** Whether outputs of cells are shown. */
  readonly outputs: boolean;
  /** Whether the file has changed since. */
  readonly stale: boolean;
  /** Whether the file is open with edits that are not saved, and so not compared. */
  readonly unsaved: boolean;
}

/** One file's difference. */
export class DiffModel implements IDisposable {
  /**
   * @param repository - the repository that is shown.
   * @param at - the folder that every request names, which stays the same.
   * @param place - what is compared.
   * @param _open - the file, as it may be open; null where no working file is compared.
   */
  constructor(
    private readonly repository: IRepository,
    readonly at: string,
    readonly place: IDiffPlace,
    private readonly _open: IOpenFile | null = null
  ) {
    this.sides = new Answer(() =>
      repository.client.fileSides(
        at,
        place.comparison,
        place.path,
        this._view.form
      )
    );
    repository.changed.connect(this._onChanged, this);
    _open?.changed.connect(this._onOpen, this);
    this._onOpen();
  }

  readonly sides: Answer<FileSides>;
  readonly viewChanged = new Signal<this, void>(this);
  /** Emitted when all is shown anew because somebody asked for it. */
  readonly reloaded = new Signal<this, void>(this);

  /** Gives what somebody who reads it holds on to; the view sets it. */
  reader: () => IReader = () => ({ isAtWork: false, rows: new Set() });

  get view(): IDiffView {
    return this._view;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.repository.setAttention(this, false);
    this._open?.dispose();
    this.sides.dispose();
    Signal.clearData(this);
  }

  /** Says whether somebody looks at it: then it follows what happens, and finds out what has happened meanwhile. */
  setInSight(inSight: boolean): void {
    this.repository.setAttention(this, inSight);
    this._inSight = inSight;
    if (inSight) {
      this._open?.look();
      void this.check();
    }
  }

  /** Changes how it is shown; another form is asked for. */
  setView(change: Partial<IDiffView>): void {
    const { form } = this._view;
    this._view = { ...this._view, ...change };
    this.viewChanged.emit();
    if (form !== this._view.form) {
      void this.reload();
    }
  }

  /** Asks anew. */
  async reload(): Promise<void> {
    this._follows = false;
    this._view = { ...this._view, stale: false };
    this.viewChanged.emit();
    this.reloaded.emit();
    await this.sides.refresh();
  }

  /** Saves the edits of the file that is open, and shows what differs then. */
  async save(): Promise<void> {
    this._saving = true;
    try {
      await this._open?.save();
      await this.reload();
    } catch {
      // The application has said why; that they are not saved still stands there.
    } finally {
      this._saving = false;
    }
    await this.check();
  }

  /** Finds out whether what is shown is still true. */
  async check(): Promise<void> {
    const shown = this.sides.state.value;
    // What is out of sight has no place that it could be kept in: it follows once it is seen again.
    if (shown === null || this._saving || (this._follows && !this._inSight)) {
      return;
    }
    if (this._checking) {
      this._again = true;
      return;
    }
    this._checking = true;
    const follows = this._follows;
    try {
      const { comparison, path } = this.place;
      const now = await this.repository.client.diffSummary(
        this.at,
        comparison,
        [path],
        false
      );
      const file = now.files.find(one => one.path === path);
      const stale = (file?.content ?? null) !== (shown.diff?.content ?? null);
      if (shown === this.sides.state.value) {
        if (stale && follows) {
          await this._follow(shown);
        } else if (stale !== this._view.stale) {
          this.setView({ stale });
        }
      }
      this._follows &&= !follows;
    } catch {
      // The repository may be gone for a moment; the next change asks again.
    } finally {
      this._checking = false;
    }
    if (this._again) {
      this._again = false;
      await this.check();
    }
  }

  /** Shows it as it is now if that costs a reader nothing; otherwise says that it is no longer true. */
  private async _follow(shown: FileSides): Promise<void> {
    const { comparison, path } = this.place;
    const { form, outputs } = this._view;
    const next = await this.repository.client.fileSides(
      this.at,
      comparison,
      path,
      form
    );
    if (shown !== this.sides.state.value || form !== this._view.form) {
      return;
    }
    const stale = !keepsPlace(this.reader(), shown, next, outputs);
    if (!stale) {
      this.sides.put(next);
    }
    this.setView({ stale });
  }

  /** Gives the content of an output. */
  output(wanted: Omit<IOutputPlace, 'path'>): Promise<OutputContent> {
    const { comparison, path } = this.place;
    return this.repository.client.output(this.at, comparison, {
      ...wanted,
      path
    });
  }

  private _onOpen(): void {
    const unsaved = this._open?.isDirty === true;
    if (unsaved !== this._view.unsaved) {
      this.setView({ unsaved });
      if (!unsaved) {
        this._follows = true;
        void this.check();
      }
    }
  }

  private _onChanged(_: IRepository, change: IChange): void {
    const { what } = change;
    if (what.has('files') || what.has('index') || what.has('head')) {
      void this.check();
    }
  }

  private _view: IDiffView = {
    layout: 'split',
    form: 'cells',
    wrap: true,
    unfolded: false,
    outputs: false,
    stale: false,
    unsaved: false
  };
  /** Whether the file was saved in its editor, and what differs then is to be shown. */
  private _follows = false;
  private _inSight = true;
  private _saving = false;
  private _checking = false;
  private _again = false;
  private _isDisposed = false;
}
