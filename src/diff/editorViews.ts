/** Makes the one or two editors that show two texts: how they look, what they mark, what they fold away. */
import {
  type Chunk,
  getChunks,
  MergeView,
  unifiedMergeView
} from '@codemirror/merge';
import { EditorState, Text, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  highlightSpecialChars,
  lineNumbers
} from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import type { Hunk } from '../api/schema';
import { linesOf, wordsOf, type IPlacedBlock } from './blocks';
import { editorMarks } from './editorMarks';
import type { Layout } from './model';

/** Unchanged lines that stay in sight around a change, and how many more there must be for a fold. */
const MARGIN = 3;
const FOLD_FROM = 4;

const end = Decoration.line({ class: 'jp-mlgit-Merge-end' });

/** What is shown, and how. */
export interface IEditorsOptions {
  readonly oldText: string;
  readonly newText: string;
  /** What differs; null where the server has not compared them. */
  readonly hunks: readonly Hunk[] | null;
  readonly layout: Layout;
  readonly wrap: boolean;
  /** Whether lines that did not change are shown, too. */
  readonly unfolded: boolean;
  /** Highlights the language; null while it is unknown. */
  readonly language: Extension | null;
  /** What the two sides are, for those who can't see them. */
  readonly oldLabel: string;
  readonly newLabel: string;
  /** The words on folded lines. */
  readonly folded: (lines: number) => string;
}

/** Makes two editors beside each other. */
export function besideEachOther(
  parent: HTMLElement,
  options: IEditorsOptions,
  blocks: readonly IPlacedBlock[]
): MergeView {
  const { oldText, newText, oldLabel, newLabel } = options;
  const view = new MergeView({
    a: {
      doc: textOf(oldText),
      extensions: [extensionsOf(options, oldLabel), withoutEnd(oldText)]
    },
    b: {
      doc: textOf(newText),
      extensions: [extensionsOf(options, newLabel), withoutEnd(newText)]
    },
    parent,
    ...mergingOf(options, blocks)
  });
  markWords(view.chunks, blocks);
  // Draws them anew.
  view.reconfigure({ highlightChanges: true });
  return view;
}

/**
 * Makes one editor with the deleted lines between its own.
 *
 * @param onDrawn - follows what is drawn.
 */
export function oneAboveTheOther(
  parent: HTMLElement,
  options: IEditorsOptions,
  blocks: readonly IPlacedBlock[],
  onDrawn: () => void
): EditorView {
  const { oldText, newText, newLabel } = options;
  const state = EditorState.create({
    doc: textOf(newText),
    extensions: [
      extensionsOf(options, newLabel),
      withoutEnd(newText),
      EditorView.updateListener.of(update => {
        if (update.viewportChanged || update.geometryChanged) {
          onDrawn();
        }
      }),
      unifiedMergeView({
        original: textOf(oldText),
        mergeControls: false,
        ...mergingOf(options, blocks)
      })
    ]
  });
  markWords(getChunks(state)?.chunks ?? [], blocks);
  return new EditorView({ state, parent });
}

function mergingOf(
  options: IEditorsOptions,
  blocks: readonly IPlacedBlock[]
): object {
  return {
    highlightChanges: true,
    gutter: true,
    ...(options.unfolded
      ? {}
      : { collapseUnchanged: { margin: MARGIN, minSize: FOLD_FROM } }),
    diffConfig: { override: () => linesOf(blocks) }
  };
}

function extensionsOf(options: IEditorsOptions, label: string): Extension[] {
  const { wrap, language, folded } = options;
  return [
    lineNumbers({
      // What follows the last line's end is no line.
      formatNumber: (line, state) =>
        line === state.doc.lines && state.doc.line(line).length === 0
          ? ''
          : String(line)
    }),
    highlightSpecialChars(),
    jupyterTheme,
    editorMarks,
    EditorState.readOnly.of(true),
    // A carriage return is a character that can differ, not a line's end.
    EditorState.lineSeparator.of('\n'),
    EditorState.phrases.of({ '$ unchanged lines': folded(0) }),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.editable.of(false),
    ...(wrap ? [EditorView.lineWrapping] : []),
    ...(language === null ? [] : [language])
  ];
}

/** Hides what follows the last line's end: for an editor it is a line, for a person it is none. */
function withoutEnd(text: string): Extension {
  return text.endsWith('\n')
    ? EditorView.decorations.of(Decoration.set(end.range(text.length)))
    : [];
}

/** Puts the server's words into chunks, in which the merging package would look for some of its own. */
function markWords(
  chunks: readonly Chunk[],
  blocks: readonly IPlacedBlock[]
): void {
  wordsOf(chunks, blocks).forEach((changes, n) => {
    Object.assign(chunks[n] ?? {}, { changes });
  });
}

/** Gives a text as an editor holds it, with every carriage return in it. */
function textOf(text: string): Text {
  return Text.of(text.split('\n'));
}
