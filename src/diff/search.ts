/** Lets Lab's own search find its way through a view of differences. */
import { MainAreaWidget } from '@jupyterlab/apputils';
import { SearchProvider } from '@jupyterlab/documentsearch';
import type { Widget } from '@lumino/widgets';
import type { IHit, IPart } from './parts';
import { bodyOf } from './sight';
import { DiffWidget } from './view';

/** A view in the main area. */
type DiffArea = MainAreaWidget<DiffWidget>;

/** Searches one view. */
export class DiffSearch extends SearchProvider<DiffArea> {
  /** @param widget - the view. */
  constructor(widget: DiffArea) {
    super(widget);
    this._parts = widget.content.parts;
    this._parts.changed.connect(this._onParts, this);
  }

  /** Searches a view; `isApplicable` has been asked before. */
  static createNew(widget: Widget): DiffSearch {
    if (!DiffSearch.isApplicable(widget)) {
      throw new Error('It is no view of differences.');
    }
    return new DiffSearch(widget);
  }

  /** Tells whether a widget is such a view. */
  static isApplicable(widget: Widget): widget is DiffArea {
    return (
      widget instanceof MainAreaWidget && widget.content instanceof DiffWidget
    );
  }

  /** Always true: nothing can be replaced in a difference. */
  get isReadOnly(): boolean {
    return true;
  }

  override get currentMatchIndex(): number | null {
    return this._current;
  }

  override get matchesCount(): number | null {
    return this._query === null ? null : this._found.length;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._parts.changed.disconnect(this._onParts, this);
      super.dispose();
    }
  }

  override getInitialQuery(): string {
    const selection = document.getSelection();
    const inside = this.widget.node.contains(selection?.anchorNode ?? null);
    const text = inside ? (selection?.toString() ?? '') : '';
    return text.includes('\n') ? '' : text;
  }

  startQuery(query: RegExp): Promise<void> {
    const again =
      query.source === this._query?.source && query.flags === this._query.flags;
    const before = again ? this._found[this._current ?? -1] : undefined;
    this._query = query;
    this._found = this._parts.all.flatMap(part =>
      part.find(query).map(hit => ({ part, hit }))
    );
    // Where only some of the view was drawn anew, what was looked at still is.
    const same = this._found.findIndex(
      ({ part, hit }) =>
        part === before?.part && hit.position === before.hit.position
    );
    this._current = same < 0 ? null : same;
    const place = this._found[same];
    place?.part.show(place.hit, false);
    return Promise.resolve();
  }

  endQuery(): Promise<void> {
    this._query = null;
    this._found = [];
    this._current = null;
    this._parts.all.forEach(part => part.find(null));
    return Promise.resolve();
  }

  clearHighlight(): Promise<void> {
    this._leave();
    this._current = null;
    return Promise.resolve();
  }

  highlightNext(loop = true): Promise<IHit | undefined> {
    return this._go(1, loop);
  }

  highlightPrevious(loop = true): Promise<IHit | undefined> {
    return this._go(-1, loop);
  }

  replaceCurrentMatch(): Promise<boolean> {
    return Promise.resolve(false);
  }

  replaceAllMatches(): Promise<boolean> {
    return Promise.resolve(false);
  }

  private _go(step: 1 | -1, loop: boolean): Promise<IHit | undefined> {
    const { length } = this._found;
    const wanted =
      this._current === null ? this._first(step) : this._current + step;
    const next = loop && length > 0 ? (wanted + length) % length : wanted;
    const place = this._found[next];
    if (place !== undefined) {
      this._leave();
      this._current = next;
      place.part.show(place.hit, true);
    }
    return Promise.resolve(place?.hit);
  }

  /** Gives the first find from the top of the view on, or the last one before it. */
  private _first(step: 1 | -1): number {
    const body = bodyOf(this.widget.content.node);
    const top = body?.getBoundingClientRect().top ?? 0;
    const from = this._found.findIndex(
      ({ part, hit }) => part.topOf(hit) >= top
    );
    const first = from < 0 ? 0 : from;
    return step > 0 ? first : first - 1;
  }

  private _leave(): void {
    if (this._current !== null) {
      this._found[this._current]?.part.leave();
    }
  }

  private _onParts(): void {
    this._stateChanged.emit();
  }

  private readonly _parts: DiffWidget['parts'];
  private _query: RegExp | null = null;
  private _found: readonly { readonly part: IPart; readonly hit: IHit }[] = [];
  private _current: number | null = null;
}
