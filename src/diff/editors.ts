/**
 * Finds its way in the one or two editors that show two texts.
 *
 * An editor draws only what is in sight, so everything here goes by places in the texts: what differs, what was found,
 * where to go. Deleted lines of the unified form are no text of the editor but something that stands between its lines.
 */
import { uncollapseUnchanged } from '@codemirror/merge';
import { EditorView } from '@codemirror/view';
import type { IPlacedBlock, Span } from './blocks';
import { markDeleted } from './deletedLines';
import { marksOf, NO_MARKS, setMarks, type IMarks } from './editorMarks';
import {
  besideEachOther,
  oneAboveTheOther,
  type IEditorsOptions
} from './editorViews';
import { Highlights } from './highlights';
import { keepMeasured } from './measuring';
import { spanOf, type IHit, type ILines, type IPart } from './parts';
import { foundIn, type IPlacedHit } from './placedHits';
import { bringIntoSight, ROOM } from './sight';

/** Characters of a line from which on a word in it may be out of sight. */
const LONG_LINE = 500;

/** The editors. The texts can be read, selected and copied, and not changed. */
export class Editors implements IPart {
  /**
   * @param node - the element that they fill.
   * @param _options - what is shown, and how.
   * @param _blocks - what differs.
   */
  constructor(
    readonly node: HTMLElement,
    private readonly _options: IEditorsOptions,
    private readonly _blocks: readonly IPlacedBlock[]
  ) {
    this.lines = this._blocks.map(block => ({
      top: () => this._topOf(block),
      go: () => {
        this._goTo(block);
      }
    }));
    if (_options.layout === 'split') {
      const merge = besideEachOther(node, _options, this._blocks);
      [this._old, this._new] = [merge.a, merge.b];
      const forget = keepMeasured([merge.a, merge.b], () => {
        // Makes the spaces between their lines anew.
        merge.reconfigure({});
      });
      this._destroy = () => {
        forget();
        merge.destroy();
      };
    } else {
      const view = oneAboveTheOther(node, _options, this._blocks, () => {
        this._markDeleted();
      });
      [this._old, this._new] = [null, view];
      const forget = keepMeasured([view], () => undefined);
      this._destroy = () => {
        forget();
        view.destroy();
      };
    }
  }

  readonly lines: readonly ILines[];

  /** Takes them out of the page. */
  destroy(): void {
    this._highlights.clear();
    this._destroy();
  }

  leaveLines(): void {
    this._goTo(null);
  }

  find(query: RegExp | null): readonly IPlacedHit[] {
    const { olds, news, hits } = foundIn(query, this._options, this._blocks);
    this._oldHits = olds;
    this._current = null;
    this._mark('old', { found: olds.map(spanOf), current: null });
    this._mark('new', { found: news.map(spanOf), current: null });
    this._markDeleted();
    return hits;
  }

  topOf(hit: IPlacedHit): number {
    const { _new: view } = this;
    return view.documentTop + view.lineBlockAt(hit.order[0]).top;
  }

  show(hit: IPlacedHit, inSight: boolean): void {
    const span = spanOf(hit);
    this.leave();
    const { _old, _new } = this;
    const view = hit.old ? _old : _new;
    if (view === null) {
      this._current = span;
      this._markDeleted();
    } else {
      this._mark(hit.old ? 'old' : 'new', { current: span });
    }
    if (!inSight) {
      return;
    }
    if (!hit.old) {
      this._unfold(hit.position);
    }
    if (view !== null) {
      view.dispatch({
        effects: EditorView.scrollIntoView(hit.position, {
          y: 'center',
          yMargin: ROOM
        })
      });
      bringIntoSight(
        this.node,
        () => view.coordsAtPos(hit.position)?.top ?? null,
        'anywhere'
      );
      return;
    }
    // It is in lines that stand above the place where they were deleted.
    _new.dispatch({
      effects: EditorView.scrollIntoView(hit.order[0], {
        y: 'start',
        yMargin: ROOM
      })
    });
    bringIntoSight(
      this.node,
      () => {
        this._markDeleted();
        return this._currentRange?.getBoundingClientRect().top ?? null;
      },
      'anywhere'
    );
  }

  leave(): void {
    this._current = null;
    this._mark('old', { current: null });
    this._mark('new', { current: null });
    this._markDeleted();
  }

  private _topOf(block: IPlacedBlock): number {
    const { _new: view } = this;
    return view.documentTop + view.lineBlockAt(block.new[0]).top;
  }

  /** Brings a change into sight and marks it; null takes the mark away. */
  private _goTo(block: IPlacedBlock | null): void {
    this._mark('new', { here: block?.new ?? null });
    this._mark('old', { here: block?.old ?? null });
    this._here = block;
    this._markDeleted();
    if (block === null) {
      return;
    }
    const { _new: view } = this;
    // In a line that is longer than the view, the word and not the line's beginning.
    const [first = block.new[0]] = block.newWords[0] ?? [];
    const line = view.state.doc.lineAt(block.new[0]);
    const isLong = first - line.from > LONG_LINE && first <= line.to;
    const place = isLong ? first : block.new[0];
    view.dispatch({
      effects: EditorView.scrollIntoView(place, { y: 'start', yMargin: ROOM })
    });
    bringIntoSight(
      this.node,
      () =>
        isLong ? (view.coordsAtPos(place)?.top ?? null) : this._topOf(block),
      'top'
    );
  }

  private _mark(side: 'old' | 'new', change: Partial<IMarks>): void {
    const view = side === 'old' ? this._old : this._new;
    if (view === null) {
      return;
    }
    const marks = marksOf(view);
    const next = { ...marks, ...change };
    const same = (Object.keys(NO_MARKS) as (keyof IMarks)[]).every(
      key =>
        next[key] === marks[key] ||
        (key === 'found' && next.found.length + marks.found.length === 0)
    );
    if (!same) {
      view.dispatch({ effects: setMarks.of(next) });
    }
  }

  /** Marks what was found in the deleted lines of the unified form, as far as they are drawn. */
  private _markDeleted(): void {
    if (this._old !== null) {
      return;
    }
    const { ranges, current } = markDeleted(this._new, {
      hits: this._oldHits,
      current: this._current?.[0] ?? null,
      here: this._here?.old[0] ?? null
    });
    this._currentRange = current;
    this._highlights.set(ranges, current);
  }

  /** Unfolds the lines around a place of the new text, on both sides. */
  private _unfold(position: number): void {
    const { _old, _new } = this;
    const unfold = (view: EditorView, place: number): void => {
      const fold = foldAt(view, place);
      if (fold !== null) {
        view.dispatch({ effects: uncollapseUnchanged.of(fold) });
      }
    };
    unfold(_new, position);
    if (_old !== null) {
      // As far behind the last change as in the new text.
      const before = this._blocks.filter(one => one.new[1] <= position).at(-1);
      const gap = position - (before?.new[1] ?? 0);
      unfold(
        _old,
        Math.min((before?.old[1] ?? 0) + gap, _old.state.doc.length)
      );
    }
  }

  private readonly _old: EditorView | null;
  private readonly _new: EditorView;
  private readonly _destroy: () => void;
  private readonly _highlights = new Highlights();
  private _oldHits: readonly IHit[] = [];
  private _current: Span | null = null;
  private _currentRange: Range | null = null;
  private _here: IPlacedBlock | null = null;
}

/** Gives where the folded lines begin that hold a place; null where it isn't folded. */
function foldAt(view: EditorView, place: number): number | null {
  let found: number | null = null;
  for (const source of view.state.facet(EditorView.decorations)) {
    const drawn = typeof source === 'function' ? source(view) : source;
    drawn.between(place, place, (from, to, { spec }) => {
      const { block } = spec as { readonly block?: boolean };
      if (block === true && to > from) {
        found = from;
      }
    });
  }
  return found;
}
