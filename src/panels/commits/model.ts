/**
 * Holds the commits of what is checked out, as far as they were asked for, and resets to one of them.
 */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { troubleOf, type Trouble } from '../../api/problem';
import type { Log, LogCommit, Reset, ResetRequest } from '../../api/schema';
import { Answer } from '../../repository/answer';
import { asSeen } from '../../repository/asSeen';
import { outdates } from '../../repository/useRefusal';
import type { IChange, IRepository } from '../../tokens';

/** How many commits a page has. */
export const PAGE = 30;

/** The most commits that a refresh asks for again. */
const MOST = 300;

/** How far a reset reaches. */
export type Mode = Reset['mode'];

/** What the person chose, having seen what it does. */
export interface IResetChoice {
  /** The commit, branch or tag, as it was asked for. */
  readonly rev: string;
  readonly mode: Mode;
  readonly allowPushed: boolean;
  /** The preview. */
  readonly seen: Reset;
}

/** How a reset went: done; it would no longer do what was seen; null: the person would rather not. */
export type Outcome = Reset | 'outdated' | null;

/** What the section shows besides the list. */
export interface ICommitsView {
  readonly open: boolean;
  readonly filter: string;
  /** Why the last act was refused. */
  readonly refusal: Trouble | null;
  /** What is being done, in words. */
  readonly busy: string | null;
}

/** The model of the section. */
export class CommitsModel implements IDisposable {
  /** @param repository - the repository that is shown. */
  constructor(readonly repository: IRepository) {
    this.log = new Answer(() =>
      repository.client.log(
        repository.state.at,
        Math.min(Math.max(PAGE, this.commits.length), MOST),
        null
      )
    );
    repository.changed.connect(this._onChanged, this);
  }

  readonly log: Answer<Log>;
  readonly viewChanged = new Signal<this, void>(this);

  /** All commits that were asked for, newest first. */
  get commits(): readonly LogCommit[] {
    return this.log.state.value?.commits ?? [];
  }

  get view(): ICommitsView {
    return this._view;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.log.dispose();
    Signal.clearData(this);
  }

  /** Changes what is shown. */
  setView(change: Partial<ICommitsView>): void {
    this._view = { ...this._view, ...change };
    this.viewChanged.emit();
    this._catchUp();
  }

  /** Adds the next page. */
  async more(): Promise<void> {
    const shown = this.log.state.value;
    const last = shown?.commits.at(-1);
    if (shown === null || last === undefined || !shown.more) {
      return;
    }
    try {
      const page = await this.repository.client.log(
        this.repository.state.at,
        PAGE,
        last.id
      );
      // A refresh may have replaced what this page was to follow.
      if (this.log.state.value === shown) {
        this.log.put({
          commits: [...shown.commits, ...page.commits],
          more: page.more
        });
      }
    } catch (error) {
      this.log.fail(troubleOf(error));
    }
  }

  /** Says what a reset would do, and changes nothing. */
  preview(rev: string, mode: Mode): Promise<Reset> {
    const { client, state } = this.repository;
    return client.reset(state.at, asked(rev, mode, true, true), {});
  }

  /**
   * Resets.
   *
   * @param choice - what to do.
   * @param accept - the words for saving open documents and going on.
   */
  reset(choice: IResetChoice, accept: string): Promise<Outcome> {
    const { client } = this.repository;
    const { rev, mode, seen, allowPushed } = choice;
    const act = (): Promise<Outcome> =>
      asSeen(
        this.repository,
        async () => isAsSeen(await this.preview(rev, mode), seen),
        (at, stateToken) =>
          client.reset(at, asked(rev, mode, allowPushed, false), { stateToken })
      );
    return mode === 'hard' ? this.repository.changingFiles(accept, act) : act();
  }

  private _onChanged(_: IRepository, change: IChange): void {
    if (change.moved) {
      this.log.forget();
    }
    const { refusal } = this._view;
    if (refusal !== null && outdates(change, refusal)) {
      this.setView({ refusal: null });
    }
    this._stale ||=
      change.moved || change.what.has('refs') || change.what.has('head');
    this._catchUp();
  }

  private _catchUp(): void {
    if (
      this._stale &&
      this._view.open &&
      this.repository.state.status !== null
    ) {
      this._stale = false;
      void this.log.refresh();
    }
  }

  private _view: ICommitsView = {
    open: true,
    filter: '',
    refusal: null,
    busy: null
  };
  private _stale = true;
  private _isDisposed = false;
}

/** Gives the commits that a few words find: in the subject, or the beginning of the id. */
export function found(
  commits: readonly LogCommit[],
  filter: string
): readonly LogCommit[] {
  const words = filter.trim().toLowerCase();
  return words === ''
    ? commits
    : commits.filter(
        ({ id, subject }) =>
          subject.toLowerCase().includes(words) || id.startsWith(words)
      );
}

/**
 * Tells whether a reset still does what was seen.
 *
 * Edits that were saved meanwhile only add to the files that are backed up; the person was asked about those.
 */
function isAsSeen(now: Reset, seen: Reset): boolean {
  const known = new Set(endangered(seen));
  return (
    now.head.from === seen.head.from &&
    now.head.to === seen.head.to &&
    now.index.join('\0') === seen.index.join('\0') &&
    endangered(now).every(path => known.has(path))
  );
}

function endangered(reset: Reset): readonly string[] {
  return reset.files
    .filter(({ effect }) => effect === 'endangered')
    .map(({ path }) => path);
}

function asked(
  rev: string,
  mode: Mode,
  allowPushed: boolean,
  dryRun: boolean
): ResetRequest {
  return {
    rev,
    soft: mode === 'soft',
    mixed: mode === 'mixed',
    hard: mode === 'hard',
    allowPushed,
    dryRun
  };
}
