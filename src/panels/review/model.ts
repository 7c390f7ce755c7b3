/**
 * Holds the list of what differs, and learns what differs in the files that are in sight.
 *
 * A list can have thousands of files, so only those that somebody sees are compared. What was known of a file is shown
 * until it is known anew.
 */
import { Debouncer } from '@lumino/polling';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IComparison } from '../../api/client';
import { ProblemError } from '../../api/problem';
import type { FileDiff, Status } from '../../api/schema';
import type { IRepository } from '../../tokens';
import {
  checkpointsIn,
  itemsOf,
  type Group,
  type IFileItem,
  type Item
} from './items';

/** Files that are asked for in one question. */
const BATCH = 40;

/** Milliseconds that a list must stand still before its files are compared. */
const PAUSE = 80;

/** What the section shows. */
export interface IReviewView {
  readonly open: boolean;
  /** Whether Jupyter's checkpoints are in the list. */
  readonly checkpoints: boolean;
}

/** The model of the section. */
export class ReviewModel implements IDisposable {
  /** @param repository - the repository that is shown. */
  constructor(readonly repository: IRepository) {
    this._ask = new Debouncer(() => this._learn(), PAUSE);
    repository.stateChanged.connect(this._onState, this);
    this._onState();
  }

  readonly changed = new Signal<this, void>(this);

  /** The lines of the list; another object when they change. */
  get items(): readonly Item[] {
    return this._items;
  }

  /** How many checkpoints of Jupyter are untracked. */
  get checkpoints(): number {
    return this._checkpoints;
  }

  get view(): IReviewView {
    return this._view;
  }

  /** What is known of the files; another object when it changes. */
  get known(): ReadonlyMap<string, FileDiff | null> {
    return this._known;
  }

  /** The file whose difference is in front, by its key. */
  get inFront(): string | null {
    return this._inFront;
  }

  /** Says whose difference is in front. */
  setInFront(key: string | null): void {
    if (key !== this._inFront) {
      this._inFront = key;
      this.changed.emit();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._ask.dispose();
    Signal.clearData(this);
  }

  /** Changes what is shown. */
  setView(change: Partial<IReviewView>): void {
    const { checkpoints } = this._view;
    this._view = { ...this._view, ...change };
    if (checkpoints !== this._view.checkpoints) {
      this._list();
    }
    this.changed.emit();
  }

  /** Says which files somebody sees. */
  see(items: readonly IFileItem[]): void {
    this._seen = items;
    void this._ask.invoke().catch(() => undefined);
  }

  private _onState(): void {
    const { status, at } = this.repository.state;
    if (status === this._status) {
      return;
    }
    if (at !== this._at || status?.root !== this._status?.root) {
      this._known = new Map();
    }
    this._at = at;
    this._status = status;
    this._list();
    this._fresh = new Set();
    this.changed.emit();
    void this._ask.invoke().catch(() => undefined);
  }

  private _list(): void {
    const checkpoints = checkpointsIn(this._status);
    this._checkpoints = checkpoints.length;
    this._items = itemsOf(
      this._status,
      this._view.checkpoints ? [] : checkpoints
    );
  }

  /** Asks about the files in sight that are not known as they are now. */
  private async _learn(): Promise<void> {
    for (const staged of [false, true]) {
      const wanted = this._seen
        .filter(one => (one.group === 'staged') === staged)
        .filter(one => !this._fresh.has(one.key))
        .slice(0, BATCH);
      if (wanted.length > 0) {
        await this._compare(wanted, staged);
      }
    }
  }

  private async _compare(
    wanted: readonly IFileItem[],
    staged: boolean
  ): Promise<void> {
    const status = this._status;
    try {
      const { files } = await this.repository.client.diffSummary(
        this._at,
        comparisonOf(staged ? 'staged' : 'changed'),
        wanted.map(({ path }) => path)
      );
      if (status !== this._status || this._isDisposed) {
        return;
      }
      const found = new Map(files.map(file => [file.path, file]));
      const known = new Map(this._known);
      for (const { key, path } of wanted) {
        known.set(key, found.get(path) ?? null);
        this._fresh.add(key);
      }
      this._known = known;
      this.changed.emit();
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      // The list stands without words; opening a file says why.
      wanted.forEach(({ key }) => this._fresh.add(key));
    }
    await this._learn();
  }

  private readonly _ask: Debouncer<void>;
  private _items: readonly Item[] = [];
  private _checkpoints = 0;
  private _known: ReadonlyMap<string, FileDiff | null> = new Map();
  private _fresh = new Set<string>();
  private _seen: readonly IFileItem[] = [];
  private _inFront: string | null = null;
  private _status: Status | null = null;
  private _at = '';
  private _view: IReviewView = { open: true, checkpoints: false };
  private _isDisposed = false;
}

/** Gives what a line of the list compares. */
export function comparisonOf(group: Group): IComparison {
  return {
    revisions: [],
    staged: group === 'staged',
    untracked: group !== 'staged'
  };
}
