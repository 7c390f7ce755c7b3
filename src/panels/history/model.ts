/**
 * Holds the list of branches and acts on it.
 *
 * An act on a branch names the state that the person saw. A commit made elsewhere meanwhile changes that state
 * too; when the branch itself is still the one that was seen, the act goes through.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { ProblemError } from '../../api/problem';
import type {
  Branch,
  BranchActed,
  BranchDeleted,
  Branches,
  SwitchRequest,
  Switched
} from '../../api/schema';
import { Answer } from '../../repository/answer';
import { asSeen } from '../../repository/asSeen';
import type { IChange, IRepository } from '../../tokens';

/** What the section shows besides the list. */
export interface IHistoryView {
  readonly open: boolean;
  /** Whether the form for a new branch is shown. */
  readonly creating: boolean;
  /** The commit that the new branch begins at; null for HEAD. */
  readonly start: string | null;
  /** Whether the branches of remotes are shown, too. */
  readonly remotes: boolean;
  readonly filter: string;
}

/** What is to be checked out. */
export type Goal = Partial<Omit<SwitchRequest, 'dryRun'>>;

/** What was chosen from a branch's menu; the list does it, and shows why not. */
export interface IChosen {
  readonly act: 'switch' | 'rename' | 'delete';
  readonly branch: string;
}

/** How it went: done; it would no longer do what was seen; null: the person would rather not. */
export type Outcome = Switched | 'outdated' | null;

/** The model of the section. */
export class HistoryModel implements IDisposable {
  /** @param repository - the repository that is shown. */
  constructor(readonly repository: IRepository) {
    this.branches = new Answer(() =>
      repository.client.branches(repository.state.at, this._view.remotes)
    );
    repository.changed.connect(this._onChanged, this);
  }

  readonly branches: Answer<Branches>;
  readonly viewChanged = new Signal<this, void>(this);
  readonly chosen = new Signal<this, IChosen>(this);

  get view(): IHistoryView {
    return this._view;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.branches.dispose();
    Signal.clearData(this);
  }

  /** Changes what is shown. */
  setView(change: Partial<IHistoryView>): void {
    this._stale ||= change.remotes === true && !this._view.remotes;
    this._view = { ...this._view, ...change };
    this.viewChanged.emit();
    this._catchUp();
  }

  /** Finds a branch in the list by its name. */
  find(name: string): Branch | null {
    const known = this.branches.state.value?.branches ?? [];
    return known.find(branch => branch.name === name) ?? null;
  }

  /** Makes a branch, where HEAD is or at a commit. */
  create(name: string, start: string | null): Promise<BranchActed> {
    return this.repository.act(at =>
      this.repository.client.createBranch(at, {
        name,
        start: start ?? 'HEAD',
        force: false,
        dryRun: false
      })
    );
  }

  /** Deletes a branch; what is found nowhere else is pinned, so that it can be undone. */
  remove(name: string): Promise<BranchDeleted> {
    return this._actOn(name, (at, stateToken) =>
      this.repository.client.deleteBranch(
        at,
        { name, force: false, dryRun: false },
        { stateToken }
      )
    );
  }

  /** Renames a branch. */
  rename(name: string, to: string): Promise<BranchActed> {
    return this._actOn(name, (at, stateToken) =>
      this.repository.client.renameBranch(
        at,
        { old: name, new: to, force: false, dryRun: false },
        { stateToken }
      )
    );
  }

  /**
   * Switches to a branch, makes it where that is asked for, or checks a commit out.
   *
   * @param goal - the branch or commit.
   * @param accept - the words for saving open documents and switching.
   * @returns null where the person would rather not.
   */
  switchTo(goal: Goal, accept: string): Promise<Switched | null> {
    return this.repository.changingFiles(accept, () =>
      this._actOn(goal.name ?? '', (at, stateToken) =>
        this.repository.client.switchBranch(at, asked(goal, false), {
          stateToken
        })
      )
    );
  }

  /**
   * Does what a preview has shown.
   *
   * @param goal - the branch or commit.
   * @param seen - the preview.
   * @param accept - the words for saving open documents and going on.
   */
  switchAsSeen(goal: Goal, seen: Switched, accept: string): Promise<Outcome> {
    const { client } = this.repository;
    return this.repository.changingFiles(accept, () =>
      asSeen(
        this.repository,
        async () => isAsSeen(await this.preview(goal), seen),
        (at, stateToken) =>
          client.switchBranch(at, asked(goal, false), { stateToken })
      )
    );
  }

  /** Says what switching would do, and changes nothing. */
  preview(goal: Goal): Promise<Switched> {
    const { client, state } = this.repository;
    return client.switchBranch(state.at, asked(goal, true), {});
  }

  private async _actOn<T>(
    name: string,
    run: (at: string, stateToken: string | undefined) => Promise<T>
  ): Promise<T> {
    const seen = this.find(name)?.tip;
    try {
      return await this.repository.act(run);
    } catch (error) {
      const outdated =
        error instanceof ProblemError && error.problem.code === 'state-changed';
      if (!outdated) {
        throw error;
      }
      await this.repository.refresh();
      await this.branches.refresh();
      if (seen === undefined || this.find(name)?.tip !== seen) {
        throw error;
      }
      return this.repository.act(run);
    }
  }

  private _onChanged(_: IRepository, change: IChange): void {
    if (change.moved) {
      this.branches.forget();
    }
    this._stale ||=
      change.moved ||
      change.what.has('refs') ||
      change.what.has('head') ||
      change.what.has('config');
    this._catchUp();
  }

  private _catchUp(): void {
    if (
      this._stale &&
      this._view.open &&
      this.repository.state.status !== null
    ) {
      this._stale = false;
      void this.branches.refresh();
    }
  }

  private _view: IHistoryView = {
    open: true,
    creating: false,
    start: null,
    remotes: false,
    filter: ''
  };
  private _stale = true;
  private _isDisposed = false;
}

/** Tells whether nothing is left behind or gone over that the person was not shown. */
function isAsSeen(now: Switched, seen: Switched): boolean {
  const left = ({ commitsLeft, moreLeft }: Switched): string =>
    [...commitsLeft.map(({ id }) => id), moreLeft].join();
  const known = new Set(seen.files.map(({ path, effect }) => effect + path));
  const aside = new Set(seen.setAside);
  return (
    now.tip === seen.tip &&
    left(now) === left(seen) &&
    now.setAside.every(path => aside.has(path)) &&
    now.files.every(
      ({ path, effect }) => effect !== 'endangered' || known.has(effect + path)
    )
  );
}

function asked(goal: Goal, dryRun: boolean): SwitchRequest {
  return {
    name: null,
    create: null,
    forceCreate: null,
    detach: false,
    track: false,
    backUp: false,
    inTheWay: null,
    ...goal,
    dryRun
  };
}
