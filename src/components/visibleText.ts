/**
 * Makes characters visible that would otherwise act: control, bidirectional and zero-width ones.
 *
 * Text from git can hold anything. Left as it is, a direction override shows a name backwards and an escape
 * character hides what follows. Each is replaced by its code point in brackets. The one exception is the
 * joiner inside an emoji, which is how a family or a profession is written.
 */

/** A piece of a text: as it is, or a character that is shown by its code point. */
export interface IPiece {
  readonly text: string;
  readonly hidden: boolean;
}

const ACTING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

const JOINS = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;

/** Splits a text into what is shown as it is and what is shown by its code point. */
export function piecesOf(text: string): readonly IPiece[] {
  const pieces: IPiece[] = [];
  let rest = 0;
  for (const match of text.matchAll(ACTING)) {
    if (match[0] === '\u200d' && joinsEmoji(text, match.index)) {
      continue;
    }
    if (match.index > rest) {
      pieces.push({ text: text.slice(rest, match.index), hidden: false });
    }
    pieces.push({ text: codePoint(match[0]), hidden: true });
    rest = match.index + match[0].length;
  }
  if (rest < text.length) {
    pieces.push({ text: text.slice(rest), hidden: false });
  }
  return pieces;
}

/** Gives the text with each acting character written out, for titles, labels and messages. */
export function visibleText(text: string): string {
  return piecesOf(text)
    .map(piece => piece.text)
    .join('');
}

/** The same for a text of many lines, which keeps its line ends and tabs. */
export function visibleLines(text: string): string {
  return text.replaceAll(/\r\n/g, '\n').replaceAll(/[^\n\t]+/g, visibleText);
}

/** Shortens a text in its middle, where names differ least, to at most `length` characters. */
export function shortened(text: string, length: number): string {
  const letters = Array.from(text);
  if (letters.length <= length) {
    return text;
  }
  const head = Math.ceil((length - 1) / 2);
  const tail = length - 1 - head;
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - tail).join('')}`;
}

/** Writes a title inside a sentence: "Delete branch x" becomes "delete branch x". */
export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLocaleLowerCase() + text.slice(1);
}

/** Gives the first seven digits, as git prints an id. */
export function shortId(id: string): string {
  return id.slice(0, 7);
}

/** Shows a revision as somebody may have given it: a whole id by its first digits, a name as text. */
export function shownRevision(rev: string): string {
  return /^[0-9a-f]{40,64}$/.test(rev) ? shortId(rev) : visibleText(rev);
}

function joinsEmoji(text: string, index: number): boolean {
  // Two code units hold any character before or after.
  return (
    JOINS.test(text.slice(Math.max(0, index - 2), index)) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(index + 1, index + 3))
  );
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
