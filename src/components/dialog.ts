/** Asks in JupyterLab's dialog, which has no name for screen readers unless its body is a mere string. */
import { Dialog } from '@jupyterlab/apputils';
import type React from 'react';

/**
 * Asks a question.
 *
 * @param question - the title, what stands below it, and the words on the buttons; without words to accept, it only
 *   tells.
 * @returns whether it was accepted.
 */
export async function ask(question: {
  readonly title: string;
  readonly body: React.ReactElement;
  readonly cancel: string;
  readonly accept: string | null;
}): Promise<boolean> {
  const { title, body, cancel, accept } = question;
  const dialog = new Dialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: cancel }),
      ...(accept === null ? [] : [Dialog.okButton({ label: accept })])
    ]
  });
  dialog.node.setAttribute('aria-label', title);
  const { button } = await dialog.launch();
  return button.accept;
}
