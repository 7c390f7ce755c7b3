/** Says in a toast what was done, with the ways on from there. */
import { Notification } from '@jupyterlab/apputils';

/** A button of a toast. */
export interface IToastAction {
  readonly label: string;
  readonly caption: string;
  readonly run: () => void;
}

/** How long a toast stays, in milliseconds: long enough to read it and to think better of it. */
const LINGER = 12_000;

/** The longest message that JupyterLab shows whole. */
const LONGEST = 138;

/** The toast that says how the last act went. */
let answer: string | null = null;

/**
 * Shows a toast. The message is plain text.
 *
 * What says how an act went takes the place of what said so of an earlier one: its buttons would act on a
 * state that is no more. Remarks and warnings stay until they are read.
 */
export function toast(
  tone: 'success' | 'error' | 'info' | 'warning',
  message: string,
  actions: readonly IToastAction[] = []
): void {
  const text =
    message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
  const answers = tone === 'success' || tone === 'error';
  if (answers && answer !== null) {
    giveWay(answer);
  }
  const id = Notification.emit(text, tone, {
    autoClose: LINGER,
    actions: actions.map(action => ({
      label: action.label,
      caption: action.caption,
      displayType: 'link' as const,
      callback: () => {
        action.run();
      }
    }))
  });
  if (answers) {
    answer = id;
  }
}

/**
 * Takes a toast away so that the one in its place stands still.
 *
 * JupyterLab lets a toast slide out and only then closes the gap. The next toast stands above it, and moves
 * down while somebody may be pressing one of its buttons: a press that ends beside the button does nothing.
 */
function giveWay(id: string): void {
  const shown = document.getElementById(id);
  if (shown !== null) {
    shown.style.position = 'absolute';
    shown.style.visibility = 'hidden';
  }
  Notification.dismiss(id);
}
