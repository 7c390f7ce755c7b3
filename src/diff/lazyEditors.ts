/** Two texts whose editors are made only when they come near to being seen; they can be searched before that. */
import { blocksOf, compared, placed, type IPlacedBlock } from './blocks';
import { Editors } from './editors';
import type { IEditorsOptions } from './editorViews';
import { onSight } from './onSight';
import type { ILines, IPart } from './parts';
import { foundIn, type IPlacedHit } from './placedHits';

/** Pixels that a line will about take. */
const LINE = 17;

/** The texts. */
export class LazyEditors implements IPart {
  /**
   * @param node - the element that the editors will fill.
   * @param _options - what is shown, and how.
   */
  constructor(
    readonly node: HTMLElement,
    private readonly _options: IEditorsOptions
  ) {
    const { oldText, newText, hunks } = _options;
    this._blocks =
      hunks === null
        ? compared(oldText, newText)
        : placed(blocksOf(hunks), oldText, newText);
    this.lines = this._blocks.map((_, n) => ({
      top: () => this._editors?.lines[n]?.top() ?? this._top,
      go: () => {
        this._made().lines[n]?.go();
      }
    }));
    if (node.style.minHeight === '') {
      node.style.minHeight = `${LINE * linesOf(_options)}px`;
    }
    this._forget = onSight(node, () => this._make());
  }

  readonly lines: readonly ILines[];

  /** Takes them out of the page, and keeps their room for those that may take their place. */
  destroy(): void {
    this._forget();
    if (this._editors !== null) {
      this.node.style.minHeight = `${this.node.offsetHeight}px`;
      this._editors.destroy();
      this._editors.node.remove();
    }
  }

  leaveLines(): void {
    this._editors?.leaveLines();
  }

  find(query: RegExp | null): readonly IPlacedHit[] {
    this._query = query;
    this._shown = null;
    return (
      this._editors?.find(query) ??
      foundIn(query, this._options, this._blocks).hits
    );
  }

  show(hit: IPlacedHit, inSight: boolean): void {
    this._shown = hit;
    if (inSight) {
      this._made();
    }
    this._editors?.show(hit, inSight);
  }

  leave(): void {
    this._shown = null;
    this._editors?.leave();
  }

  topOf(hit: IPlacedHit): number {
    return this._editors?.topOf(hit) ?? this._top;
  }

  private get _top(): number {
    return this.node.getBoundingClientRect().top;
  }

  private _made(): Editors {
    if (this._editors === null) {
      this._forget();
      this._make()();
    }
    return this._editors as unknown as Editors;
  }

  private _make(): () => void {
    const inside = document.createElement('div');
    const editors = new Editors(inside, this._options, this._blocks);
    this._editors = editors;
    if (this._query !== null) {
      editors.find(this._query);
    }
    if (this._shown !== null) {
      editors.show(this._shown, false);
    }
    return () => {
      this.node.append(inside);
      this.node.style.minHeight = '';
    };
  }

  private readonly _blocks: readonly IPlacedBlock[];
  private readonly _forget: () => void;
  private _editors: Editors | null = null;
  private _query: RegExp | null = null;
  private _shown: IPlacedHit | null = null;
}

/** Gives about how many lines will be shown. */
function linesOf({ hunks, layout }: IEditorsOptions): number {
  return (hunks ?? []).reduce(
    (sum, { oldLines, newLines, lines }) =>
      sum + (layout === 'split' ? Math.max(oldLines, newLines) : lines.length),
    0
  );
}
