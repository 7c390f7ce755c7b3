/**
 * Holds what the Recovery section shows, and asks again when the repository says that it may have changed.
 *
 * A folded part asks for nothing; it catches up when it is unfolded.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IGuard } from '../../api/client';
import type {
  DeletedBranches,
  Pinned,
  Restored,
  RestoreRequest,
  Retention,
  RetentionChange,
  Setup,
  Unpinned
} from '../../api/schema';
import { Answer } from '../../repository/answer';
import type { Aspect, IChange, IRepository } from '../../tokens';
import { TimelineModel } from './timelineModel';

/** How many cards are shown at first, and added at a time. */
export const PAGE = 20;

/** How many cards are asked for at once; the rest is asked for when somebody wants it. */
const ASKED = 60;

/** The parts that fold. */
export type Part = 'branches' | 'timeline';

/** What is unfolded and switched on. */
export interface IRecoveryView {
  readonly open: Readonly<Record<Part, boolean>>;
  /** Whether lost commits and dropped stashes are asked for too. */
  readonly all: boolean;
  /** How many cards are shown. */
  readonly limit: number;
}

/** The model of the section. */
export class RecoveryModel implements IDisposable {
  /** @param repository - the repository that is shown. */
  constructor(readonly repository: IRepository) {
    const at = (): string => repository.state.at;
    const { client } = repository;
    this.deleted = new Answer(() =>
      client.deleted(at(), this._view.all, Math.max(ASKED, this._view.limit))
    );
    this.retention = new Answer(() => client.retention(at()));
    this.timeline = new TimelineModel(repository);
    repository.changed.connect(this._onChanged, this);
  }

  readonly deleted: Answer<DeletedBranches>;
  readonly retention: Answer<Retention>;
  readonly timeline: TimelineModel;
  readonly viewChanged = new Signal<this, void>(this);

  get view(): IRecoveryView {
    return this._view;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.deleted.dispose();
    this.retention.dispose();
    this.timeline.dispose();
    Signal.clearData(this);
  }

  /** Folds or unfolds a part. */
  setOpen(part: Part, open: boolean): void {
    this._setView({ open: { ...this._view.open, [part]: open } });
    this._catchUp();
  }

  /** Asks for lost commits and dropped stashes too, or no longer. */
  setAll(all: boolean): void {
    this._setView({ all });
    this._stale.branches = true;
    this._catchUp();
  }

  /** Shows more cards. */
  showMore(): void {
    const limit = this._view.limit + PAGE;
    this._setView({ limit });
    const known = this.deleted.state.value;
    if (known !== null && known.more > 0 && limit > known.branches.length) {
      this._stale.branches = true;
      this._catchUp();
    }
  }

  /**
   * Brings a deleted branch back.
   *
   * @throws ProblemError for example with `branch-exists` and a free name.
   */
  restore(request: RestoreRequest): Promise<Restored> {
    return this._act(at => this.repository.client.restore(at, request));
  }

  /** Keeps the commits from git's garbage collection. */
  pin(branch: string): Promise<Pinned> {
    return this._act(at =>
      this.repository.client.pin(at, {
        branch,
        all: false,
        lost: false,
        dryRun: false
      })
    );
  }

  /** Keeps the commits of all that is listed. */
  pinAll(): Promise<Pinned> {
    return this._act(at =>
      this.repository.client.pin(at, {
        branch: null,
        all: true,
        lost: this._view.all,
        dryRun: false
      })
    );
  }

  /** Lets git's garbage collection have the commits again. */
  unpin(branch: string): Promise<Unpinned> {
    return this._act(at =>
      this.repository.client.unpin(at, { branch, dryRun: false })
    );
  }

  /** Changes how long things are kept. */
  setRetention(change: RetentionChange): Promise<Retention> {
    return this._act(at => this.repository.client.setRetention(at, change));
  }

  /** Adds or removes the hook that guards while no server runs. */
  setHook(hook: boolean): Promise<Setup> {
    return this._act(at => this.repository.client.setup(at, { hook }));
  }

  private _act<T>(
    run: (at: string, token: IGuard['stateToken']) => Promise<T>
  ): Promise<T> {
    return this.repository.act(run);
  }

  private _onChanged(_: IRepository, change: IChange): void {
    if (change.moved) {
      this._setView({ limit: PAGE });
      this.deleted.forget();
      this.retention.forget();
      this.timeline.forget();
    }
    const touched = (...aspects: Aspect[]): boolean =>
      change.moved || aspects.some(aspect => change.what.has(aspect));
    this._stale.branches ||= touched('refs', 'head', 'operations');
    this._stale.timeline ||= touched('refs', 'head', 'operations');
    this._stale.retention ||= touched('refs', 'config', 'operations');
    this._catchUp();
  }

  private _catchUp(): void {
    if (this.repository.state.status === null) {
      return;
    }
    const { open } = this._view;
    if (open.branches && this._stale.branches) {
      this._stale.branches = false;
      void this.deleted.refresh();
    }
    if (open.branches && this._stale.retention) {
      this._stale.retention = false;
      void this.retention.refresh();
    }
    if (open.timeline && this._stale.timeline) {
      this._stale.timeline = false;
      void this.timeline.refresh();
    }
  }

  private _setView(change: Partial<IRecoveryView>): void {
    this._view = { ...this._view, ...change };
    this.viewChanged.emit();
  }

  private _view: IRecoveryView = {
    open: { branches: true, timeline: true },
    all: false,
    limit: PAGE
  };
  private readonly _stale = { branches: true, timeline: true, retention: true };
  private _isDisposed = false;
}
