/** Words that the header, the commands and the toasts share. */

/** Writes a title inside a sentence: "Delete branch x" becomes "delete branch x". */
export function lowerFirst(text: string): string {
  return text.slice(0, 1).toLocaleLowerCase() + text.slice(1);
}
