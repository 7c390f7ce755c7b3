/**
 * Holds a comparison as it was when it was asked for, and learns what differs in its files.
 *
 * Names move while somebody reads. What is shown was asked for by commits that don't, and every question after the
 * first names them; the model only finds out that a name means something else by now.
 */
import { Debouncer } from '@lumino/polling';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IComparison } from '../api/client';
import { ProblemError, UNREACHABLE, type Trouble } from '../api/problem';
import type { ChangedFile, FileDiff, Overview, Patch } from '../api/schema';
import { Answer } from '../repository/answer';
import { isCheckpoint } from '../repository/checkpoints';
import type { IChange, IDiffPlace, IRepository } from '../tokens';
import { filesNamed } from './items';
import { comparisonOf, type Subject } from './subject';
import { totalsOf, type ITotals } from './totals';

/**
 * Files that are asked for in one question: few of those in sight, since somebody waits for the first words, and of the
 * others so few that what comes into sight meanwhile does not wait for long.
 */
const SEEN_BATCH = 6;
const BATCH = 16;

/** Milliseconds that the list must stand still before its files are compared. */
const PAUSE = 80;

/** Files that are compared without anybody having looked at their lines, for the sums. */
const UNSEEN = 400;

/** What is known of the sides by now. */
export type News =
  | { readonly kind: 'moved'; readonly now: Overview }
  | { readonly kind: 'gone'; readonly trouble: Trouble };

/** How the comparison is shown. */
export interface IComparisonView {
  /** Whether only what the new side did since it left the old one. */
  readonly since: boolean;
  readonly filter: string;
  /** Whether Jupyter's checkpoints are among the files. */
  readonly checkpoints: boolean;
  /** The file that stands out in the list, by its path. */
  readonly active: string | null;
  /** What has happened since; null as long as all is as it was. */
  readonly news: News | null;
}

/** One comparison. */
export class ComparisonModel implements IDisposable {
  /**
   * @param _repository - the repository that is shown.
   * @param at - the folder that every request names, which stays the same.
   * @param subject - what is compared.
   * @param since - whether only what the new side did since it left the old one.
   */
  constructor(
    private readonly _repository: IRepository,
    readonly at: string,
    readonly subject: Subject,
    since: boolean
  ) {
    this._view = {
      since,
      filter: '',
      checkpoints: false,
      active: null,
      news: null
    };
    this.overview = new Answer(() =>
      _repository.client.overview(
        at,
        comparisonOf(subject, this._view.since),
        true
      )
    );
    this._ask = new Debouncer(() => this._learn(), PAUSE);
    _repository.changed.connect(this._onChanged, this);
    this.overview.changed.connect(this._onOverview, this);
  }

  /** Which files differ, and how the sides stand to each other. */
  readonly overview: Answer<Overview>;
  readonly changed = new Signal<this, void>(this);

  get view(): IComparisonView {
    return this._view;
  }

  /** The files that are listed; another object when they change. */
  get files(): readonly ChangedFile[] {
    return this._files;
  }

  /** How many checkpoints of Jupyter are untracked. */
  get checkpoints(): number {
    return this._checkpoints;
  }

  /** What is known of the files, by their paths; another object when it changes. */
  get known(): ReadonlyMap<string, FileDiff | null> {
    return this._known;
  }

  /** The sums over all files; another object when they change. */
  get totals(): ITotals {
    return this._totals;
  }

  /** Whether more files will be compared by themselves. */
  get isLearning(): boolean {
    return this._wanted().length > 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._repository.setAttention(this, false);
    this._ask.dispose();
    this.overview.dispose();
    Signal.clearData(this);
  }

  /** Says whether somebody looks at it: then it follows what happens, and finds out what has happened meanwhile. */
  setInSight(inSight: boolean): void {
    this._repository.setAttention(this, inSight);
    if (inSight) {
      void this.check();
    }
  }

  /** Changes how it is shown; the other way of comparing is asked for. */
  setView(change: Partial<Omit<IComparisonView, 'news'>>): void {
    const { since, filter, checkpoints } = this._view;
    this._set(change);
    if (
      filter !== this._view.filter ||
      checkpoints !== this._view.checkpoints
    ) {
      this._list();
    }
    this.changed.emit();
    if (since !== this._view.since) {
      this.overview.forget();
      void this.reload();
    }
  }

  /** Asks anew. */
  async reload(): Promise<void> {
    this._set({ news: null });
    this.changed.emit();
    await this.overview.refresh();
  }

  /** Says which files somebody sees; what is compared first comes first. */
  see(files: readonly ChangedFile[]): void {
    this._seen = files;
    void this._ask.invoke().catch(() => undefined);
  }

  /** Gives what asks for one file's difference as it is shown here; null before anything is. */
  place(path: string): IDiffPlace | null {
    const { value } = this.overview.state;
    return value === null ? null : { path, comparison: this._exact(value) };
  }

  /** Gives the file so many places on in the list; null past its ends. */
  beside(path: string, step: 1 | -1): ChangedFile | null {
    const index = this._files.findIndex(file => file.path === path);
    return index < 0 ? null : (this._files[index + step] ?? null);
  }

  /** Lets the next file stand out that deserves a second look; after the last one comes the first. */
  goToWarned(): void {
    const isWarned = ({ path }: ChangedFile): boolean =>
      (this._known.get(path)?.warnings.length ?? 0) > 0;
    if (!this._files.some(isWarned)) {
      // It is counted, but has not the name that is looked for.
      this.setView({ filter: '' });
    }
    const here = this._files.findIndex(
      ({ path }) => path === this._view.active
    );
    const next = [
      ...this._files.slice(here + 1),
      ...this._files.slice(0, here + 1)
    ].find(isWarned);
    if (next !== undefined) {
      this.setView({ active: next.path });
    }
  }

  /** Gives all that differs as a patch. */
  patch(): Promise<Patch> | null {
    const { value } = this.overview.state;
    return value === null
      ? null
      : this._repository.client.patch(this.at, this._exact(value));
  }

  /** Finds out whether the names still mean what is shown. */
  async check(): Promise<void> {
    const shown = this.overview.state.value;
    if (shown === null || this._checking) {
      this._again = this._checking;
      return;
    }
    this._checking = true;
    try {
      const news = await this._news(shown);
      if (
        shown === this.overview.state.value &&
        JSON.stringify(news) !== JSON.stringify(this._view.news)
      ) {
        this._set({ news });
        this.changed.emit();
      }
    } finally {
      this._checking = false;
    }
    if (this._again) {
      this._again = false;
      await this.check();
    }
  }

  private async _news(shown: Overview): Promise<News | null> {
    const comparison = comparisonOf(this.subject, this._view.since);
    try {
      const now = await this._repository.client.overview(
        this.at,
        comparison,
        false
      );
      return now.stamp === shown.stamp ? null : { kind: 'moved', now };
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      const { problem } = error;
      // The server may be away for a moment; the next change asks again.
      return problem.code === UNREACHABLE
        ? this._view.news
        : { kind: 'gone', trouble: problem };
    }
  }

  private _onChanged(_: IRepository, { what }: IChange): void {
    const files = what.has('files') || what.has('index');
    if (
      what.has('refs') ||
      what.has('head') ||
      (files && this.subject.kind === 'working')
    ) {
      void this.check();
    }
  }

  private _onOverview(): void {
    const { value } = this.overview.state;
    if (value === this._shown) {
      return;
    }
    const exact = (one: Overview | null): string => JSON.stringify(one?.exact);
    if (
      exact(value) !== exact(this._shown) ||
      this.subject.kind === 'working'
    ) {
      this._known = new Map();
    }
    this._shown = value;
    this._asked = new Set(this._known.keys());
    this._list();
    this.changed.emit();
    void this._ask.invoke().catch(() => undefined);
  }

  private _list(): void {
    const all = this._all;
    this._checkpoints = (this._shown?.files ?? []).filter(isLeftOut).length;
    this._files = filesNamed(all, this._view.filter);
    this._totals = totalsOf(all, this._known);
  }

  /** The files that are compared, whether they have the name that is looked for or not. */
  private get _all(): readonly ChangedFile[] {
    const files = this._shown?.files ?? [];
    return this._view.checkpoints
      ? files
      : files.filter(one => !isLeftOut(one));
  }

  /** Gives the files to be compared next: those in sight, then the others from the top. */
  private _wanted(): readonly ChangedFile[] {
    const unasked = ({ path }: ChangedFile): boolean => !this._asked.has(path);
    const seen = this._seen.filter(unasked);
    return seen.length > 0
      ? seen.slice(0, SEEN_BATCH)
      : this._all.slice(0, UNSEEN).filter(unasked).slice(0, BATCH);
  }

  /** Compares what is wanted, one question after the other: each time what is wanted by then. */
  private async _learn(): Promise<void> {
    if (this._learning) {
      return;
    }
    this._learning = true;
    try {
      while (!this._isDisposed && this._shown !== null && this.isLearning) {
        await this._learnOf(this._shown, this._wanted());
      }
    } finally {
      this._learning = false;
    }
  }

  private async _learnOf(
    shown: Overview,
    wanted: readonly ChangedFile[]
  ): Promise<void> {
    wanted.forEach(({ path }) => this._asked.add(path));
    try {
      const { files } = await this._repository.client.diffSummary(
        this.at,
        this._exact(shown),
        wanted.map(({ path }) => path)
      );
      if (shown !== this._shown || this._isDisposed) {
        return;
      }
      const found = new Map(files.map(file => [file.path, file]));
      const known = new Map(this._known);
      wanted.forEach(({ path }) => known.set(path, found.get(path) ?? null));
      this._known = known;
      this._totals = totalsOf(this._all, known);
      this.changed.emit();
    } catch (error) {
      if (!(error instanceof ProblemError)) {
        throw error;
      }
      // The list stands without words; opening a file says why.
    }
  }

  private _exact({ exact }: Overview): IComparison {
    return { ...comparisonOf(this.subject, false), revisions: exact };
  }

  private _set(change: Partial<IComparisonView>): void {
    this._view = { ...this._view, ...change };
  }

  private readonly _ask: Debouncer<void>;
  private _view: IComparisonView;
  private _shown: Overview | null = null;
  private _files: readonly ChangedFile[] = [];
  private _checkpoints = 0;
  private _known: ReadonlyMap<string, FileDiff | null> = new Map();
  private _totals: ITotals = totalsOf([], new Map());
  private _asked = new Set<string>();
  private _seen: readonly ChangedFile[] = [];
  private _learning = false;
  private _checking = false;
  private _again = false;
  private _isDisposed = false;
}

function isLeftOut({ change, path }: ChangedFile): boolean {
  return change === 'untracked' && isCheckpoint(path);
}
