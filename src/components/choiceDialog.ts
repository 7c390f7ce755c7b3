/**
 * Asks in JupyterLab's dialog for a choice that its body makes: the body says what the accept button is called,
 * and whether there is anything to accept yet.
 *
 * The surprise: JupyterLab's dialog accepts on Enter and enables its button on any input, whatever the body
 * thinks of it; so the refusal sits where all of that ends, in `resolve`.
 */
import { Dialog } from '@jupyterlab/apputils';
import type React from 'react';
import { KeenDialog } from './dialog';

/** What would be accepted now. */
export interface IOffer<T> {
  /** The words on the button. */
  readonly words: string;
  /** The choice; null while there is none. */
  readonly value: T | null;
}

/** The question. */
export interface IQuestion<T> {
  readonly title: string;
  readonly className: string;
  /** What has the focus at first, as a selector within the body; without it, the body as a whole. */
  readonly focus?: string;
  readonly cancel: string;
  /** The words on the accept button before the body has said any. */
  readonly accept: string;
  /** Makes the body, which tells each choice to the function it is given. */
  readonly body: (offer: (offer: IOffer<T>) => void) => React.ReactElement;
}

/** The body as a whole. */
const BODY = '.jp-mlgit-Question';

/** Where the accept button stands among the two. */
const ACCEPT = 1;

/** Asks, and gives what was chosen; null where the person would rather not. */
export async function choose<T>(question: IQuestion<T>): Promise<T | null> {
  const dialog = new ChoiceDialog(question);
  const { button } = await dialog.launch();
  dialog.dispose();
  return button.accept ? dialog.value : null;
}

/** The dialog. */
class ChoiceDialog<T> extends KeenDialog<unknown> {
  constructor(private readonly _question: IQuestion<T>) {
    super({
      title: _question.title,
      body: _question.body(offer => {
        this._offer(offer);
      }),
      focusNodeSelector: _question.focus ?? BODY,
      defaultButton: ACCEPT,
      buttons: [
        Dialog.cancelButton({ label: _question.cancel }),
        Dialog.okButton({ label: _question.accept })
      ]
    });
    this.addClass(_question.className);
    this.node.setAttribute('aria-label', _question.title);
    this._offer({ words: _question.accept, value: null });
  }

  /** What was offered last. */
  value: T | null = null;

  override resolve(index: number = ACCEPT): void {
    if (index !== ACCEPT || this.value !== null) {
      super.resolve(index);
    }
  }

  override handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && this._leaves(event)) {
      // The body was not there yet when JupyterLab looked for the first stop of the Tab key.
      event.preventDefault();
      event.stopPropagation();
      const first = this._question.focus ?? BODY;
      this.node.querySelector<HTMLElement>(first)?.focus();
      return;
    }
    super.handleEvent(event);
    if (event.type === 'input') {
      this._sync();
    }
  }

  /** Tells whether the Tab key would leave the dialog at its end. */
  private _leaves(event: KeyboardEvent): boolean {
    const stops = this.node.querySelectorAll<HTMLElement>(
      '.jp-Dialog-footer button:not(:disabled)'
    );
    return (
      event.type === 'keydown' &&
      event.key === 'Tab' &&
      !event.shiftKey &&
      stops.length > 0 &&
      document.activeElement === stops.item(stops.length - 1)
    );
  }

  private _offer(offer: IOffer<T>): void {
    this.value = offer.value;
    const label = this._button?.querySelector('.jp-Dialog-buttonLabel');
    if (label !== null && label !== undefined) {
      label.textContent = offer.words;
    }
    this._sync();
  }

  private _sync(): void {
    const button = this._button;
    if (button !== null) {
      button.disabled = this.value === null;
    }
  }

  private get _button(): HTMLButtonElement | null {
    return this.node.querySelector<HTMLButtonElement>(
      '.jp-Dialog-footer button.jp-mod-accept'
    );
  }
}
