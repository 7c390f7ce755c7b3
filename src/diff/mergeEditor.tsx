/** Shows two texts beside each other, or one above the other, with what differs marked. */
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightSpecialChars,
  lineNumbers
} from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';
import React from 'react';
import type { Hunk } from '../api/schema';
import { blocksOf, changesOf } from './blocks';
import type { Layout } from './model';

/** Unchanged lines that stay in sight around a change, and how many more there must be for a fold. */
const MARGIN = 3;
const FOLD_FROM = 4;

interface IMergeEditorProps {
  readonly oldText: string;
  readonly newText: string;
  readonly hunks: readonly Hunk[];
  readonly layout: Layout;
  readonly wrap: boolean;
  /** Highlights the language; null while it is unknown. */
  readonly language: Extension | null;
  /** What the two sides are, for those who can't see them. */
  readonly oldLabel: string;
  readonly newLabel: string;
  /** The words on folded lines. */
  readonly folded: (lines: number) => string;
}

/** Shows the two texts. They can be read, selected and copied, and not changed. */
export function MergeEditor(props: IMergeEditorProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const { oldText, newText, hunks, layout, wrap, language } = props;
  const { oldLabel, newLabel, folded } = props;
  React.useEffect(() => {
    const parent = host.current;
    if (parent === null) {
      return;
    }
    const blocks = blocksOf(hunks);
    const merge = {
      highlightChanges: true,
      gutter: true,
      collapseUnchanged: { margin: MARGIN, minSize: FOLD_FROM },
      diffConfig: {
        override: (a: string, b: string) => changesOf(blocks, a, b)
      }
    };
    const extensions = (label: string): Extension[] => [
      lineNumbers(),
      highlightSpecialChars(),
      jupyterTheme,
      EditorState.readOnly.of(true),
      // A carriage return is a character that can differ, not a line's end.
      EditorState.lineSeparator.of('\n'),
      EditorState.phrases.of({ '$ unchanged lines': folded(0) }),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.editable.of(false),
      ...(wrap ? [EditorView.lineWrapping] : []),
      ...(language === null ? [] : [language])
    ];
    if (layout === 'split') {
      const view = new MergeView({
        a: { doc: oldText, extensions: extensions(oldLabel) },
        b: { doc: newText, extensions: extensions(newLabel) },
        parent,
        ...merge
      });
      return () => {
        view.destroy();
      };
    }
    const view = new EditorView({
      doc: newText,
      parent,
      extensions: [
        ...extensions(newLabel),
        unifiedMergeView({ original: oldText, mergeControls: false, ...merge })
      ]
    });
    return () => {
      view.destroy();
    };
  }, [
    oldText,
    newText,
    hunks,
    layout,
    wrap,
    language,
    oldLabel,
    newLabel,
    folded
  ]);
  return <div ref={host} className="jp-mlgit-Merge" />;
}
