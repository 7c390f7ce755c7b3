/**
 * Lets editors measure their lines again after what they have drawn took another height.
 *
 * An editor guesses the height of a line that was marked anew, and measures it only if all of it has another height then.
 * What keeps two editors in line goes by such guesses and leaves empty rows: at first, and after the window had another
 * width. Another theme, even if it is as empty as the one before, lets an editor measure each line that it shows.
 */
import { Compartment, StateEffect, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const LOOKS: readonly Extension[] = [
  EditorView.theme({}),
  EditorView.theme({})
];
const look = new Compartment();

/**
 * Measures editors again until nothing changes by it.
 *
 * @param views - the editors.
 * @param measured - called each time before they are measured.
 * @returns what gives it up.
 */
export function keepMeasured(
  views: readonly EditorView[],
  measured: () => void
): () => void {
  let frame: number | null = null;
  const later = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      views.forEach(view => {
        const other = LOOKS.find(one => one !== look.get(view.state)) ?? [];
        view.dispatch({ effects: look.reconfigure(other) });
      });
      measured();
    });
  };
  views.forEach(view => {
    view.dispatch({
      effects: StateEffect.appendConfig.of([
        look.of([]),
        EditorView.updateListener.of(update => {
          // What comes into sight may have been guessed while nobody saw it.
          if (update.heightChanged || update.viewportChanged) {
            later();
          }
        })
      ])
    });
  });
  later();
  return () => {
    if (frame !== null) {
      cancelAnimationFrame(frame);
    }
  };
}
