/**
 * Keeps the focus of those who work by keyboard when a card is at work or goes away.
 *
 * A button that is switched off while its act runs loses the focus, and a card that was restored takes it along;
 * the browser would put it at the start of the page.
 */
import React from 'react';

/** What a card does with it. */
export interface ICardFocus {
  readonly card: React.RefObject<HTMLLIElement>;
  /** Notes before an act whether the focus is in the card. */
  hold(): void;
  /** Gives it back to the card after an act. */
  release(): void;
}

/** Follows the focus of a card. */
export function useCardFocus(): ICardFocus {
  const card = React.useRef<HTMLLIElement>(null);
  const held = React.useRef(false);
  React.useLayoutEffect(() => {
    const own = card.current;
    return () => {
      if (
        own !== null &&
        (own.contains(document.activeElement) || lost(held))
      ) {
        next(own)?.focus();
      }
    };
  }, []);
  return React.useMemo(
    () => ({
      card,
      hold: () => {
        held.current = card.current?.contains(document.activeElement) === true;
      },
      release: () => {
        if (lost(held)) {
          card.current?.focus();
        }
        held.current = false;
      }
    }),
    []
  );
}

function lost(held: React.RefObject<boolean>): boolean {
  return held.current === true && document.activeElement === document.body;
}

/** The next card, else the one before, else the heading of the section. */
function next(card: HTMLElement): HTMLElement | null {
  const beside = card.nextElementSibling ?? card.previousElementSibling;
  return beside instanceof HTMLElement
    ? beside
    : (card
        .closest('.jp-mlgit-Section')
        ?.querySelector<HTMLElement>('.jp-mlgit-Section-toggle') ?? null);
}
