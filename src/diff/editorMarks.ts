/** What is marked in an editor beside its changes: what was found, and the change that was gone to. */
import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { Span } from './blocks';

/** The marks of one editor. */
export interface IMarks {
  readonly found: readonly Span[];
  readonly current: Span | null;
  /** The lines of the change that was gone to. */
  readonly here: Span | null;
}

/** Nothing is marked. */
export const NO_MARKS: IMarks = { found: [], current: null, here: null };

/** Puts other marks in the place of those that an editor has. */
export const setMarks = StateEffect.define<IMarks>();

// The classes are those of Lab's own search.
const found = Decoration.mark({ class: 'cm-searching' });
const current = Decoration.mark({ class: 'jp-current-match' });
const here = Decoration.line({ class: 'jp-mlgit-Merge-here' });

const field = StateField.define<readonly [IMarks, DecorationSet]>({
  create: () => [NO_MARKS, Decoration.none],
  update: (value, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        const marks = effect.value;
        const ranges = marks.found.map(([from, to]) => found.range(from, to));
        if (marks.current !== null) {
          ranges.push(current.range(...marks.current));
        }
        const { doc } = transaction.state;
        if (marks.here !== null) {
          const [from, to] = marks.here;
          for (let place = from; place < to;) {
            const line = doc.lineAt(place);
            ranges.push(here.range(line.from));
            place = line.to + 1;
          }
        }
        return [marks, Decoration.set(ranges, true)];
      }
    }
    return value;
  },
  provide: self => EditorView.decorations.from(self, ([, drawn]) => drawn)
});

/** Lets an editor have marks. */
export const editorMarks: Extension = field;

/** Gives what is marked in an editor. */
export function marksOf(view: EditorView): IMarks {
  return view.state.field(field)[0];
}
