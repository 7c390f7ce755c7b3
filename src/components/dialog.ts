/**
 * Asks in JupyterLab's dialog, which has no name for screen readers unless its body is a mere string.
 *
 * The surprise: JupyterLab puts the focus into a dialog once its body is drawn, some time after the dialog can be seen,
 * and a dialog hears keys only where it has the focus. An Escape that comes in between would be lost, and whoever has
 * gone to Cancel by then would accept with Enter.
 */
import { Dialog } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import type React from 'react';

/** A dialog that hears keys from the moment it is there. */
export class KeenDialog<T> extends Dialog<T> {
  constructor(options: ConstructorParameters<typeof Dialog<T>>[0]) {
    super(options);
    this.addClass('jp-mlgit-Dialog');
    this.node.tabIndex = -1;
  }

  override handleEvent(event: Event): void {
    if (
      event instanceof KeyboardEvent &&
      event.key === 'Enter' &&
      event.target === this.node
    ) {
      // Whoever holds the key down has not read yet what it would accept.
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    super.handleEvent(event);
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.focus();
    }
    // Whoever has chosen a button before JupyterLab puts the focus on another keeps it.
    const visited: HTMLElement[] = [];
    const note = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement && target !== this.node) {
        visited.push(target);
      }
    };
    this.node.addEventListener('focusin', note);
    void this.ready.then(() => {
      this.node.removeEventListener('focusin', note);
      visited.at(-2)?.focus();
    });
  }
}

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
  const dialog = new KeenDialog({
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
