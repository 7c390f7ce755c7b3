/** Shows what Undo and Redo would do. Always there, so that nobody has to look for it when it matters. */
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Operation } from '../api/schema';
import { icons } from '../components/icons';
import { lowerFirst, shortened, visibleText } from '../components/visibleText';

/** How much of what it names is shown, so that it fits on two lines of a narrow panel. */
const WORDS = 64;

/**
 * Tells which clicks mean the act that a button names: the second one of a double click comes before anybody has read
 * what the first has brought there, so it means nothing where the name has changed in between.
 */
function useMeant(): (event: React.MouseEvent, id: string) => boolean {
  const named = React.useRef<string | null>(null);
  return ({ detail }, id) => {
    // The browser counts the clicks of a series; a key that presses the button counts as none.
    const meant = detail <= 1 || named.current === id;
    named.current = id;
    return meant;
  };
}

/** Shows the two buttons. */
export function UndoLine(props: {
  readonly trans: TranslationBundle;
  readonly undo: Operation | null;
  /** The newest act that stands, where it can't be undone. */
  readonly standing: Operation | null;
  readonly redo: Operation | null;
  readonly busy: boolean;
  readonly onUndo: (id: string) => void;
  readonly onRedo: (id: string) => void;
  /** Shows what an undo that changes files would do. */
  readonly onPreview: (id: string) => void;
}): React.JSX.Element {
  const { trans, undo, redo, busy, standing } = props;
  const undoMeant = useMeant();
  const redoMeant = useMeant();
  const Undo = icons.undo;
  const Redo = icons.redo;
  const undoWords =
    undo === null
      ? trans.__('Nothing to undo')
      : trans.__('Undo: %1', lowerFirst(visibleText(undo.title)));
  const redoWords =
    redo === null
      ? trans.__('Nothing to redo')
      : trans.__('Redo: %1', lowerFirst(visibleText(redo.title)));
  const whyNot =
    undo !== null || standing === null || standing.reason === null
      ? undoWords
      : trans.__(
          '%1. %2: %3',
          undoWords,
          visibleText(standing.title),
          visibleText(standing.reason)
        );
  const previewWords =
    undo === null
      ? ''
      : trans.__(
          'Preview what Undo would do: %1',
          lowerFirst(visibleText(undo.title))
        );
  return (
    <div
      className="jp-mlgit-UndoLine"
      role="toolbar"
      aria-label={trans.__('Undo and redo')}
    >
      <button
        type="button"
        className="jp-mlgit-UndoLine-undo"
        title={whyNot}
        aria-label={undoWords}
        disabled={undo === null || busy}
        onClick={event => {
          if (undo !== null && undoMeant(event, undo.id)) {
            props.onUndo(undo.id);
          }
        }}
      >
        <Undo.react tag="span" className="jp-mlgit-Icon" />
        <span>{shortened(undoWords, WORDS)}</span>
      </button>
      {undo?.movesFiles === true && (
        <button
          type="button"
          className="jp-mlgit-UndoLine-preview"
          title={previewWords}
          aria-label={previewWords}
          disabled={busy}
          onClick={() => {
            props.onPreview(undo.id);
          }}
        >
          {trans.__('Preview')}
        </button>
      )}
      <button
        type="button"
        className="jp-mlgit-UndoLine-redo"
        title={redoWords}
        aria-label={redoWords}
        disabled={redo === null || busy}
        onClick={event => {
          if (redo !== null && redoMeant(event, redo.id)) {
            props.onRedo(redo.id);
          }
        }}
      >
        <Redo.react tag="span" className="jp-mlgit-Icon" />
        <span>
          {redo === null ? trans.__('Redo') : shortened(redoWords, WORDS)}
        </span>
      </button>
    </div>
  );
}
