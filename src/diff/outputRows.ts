/** Puts the outputs of both sides beside each other: texts that can be compared in rows of their own. */
import type { Output, OutputsChange } from '../api/schema';

/** Some outputs of both sides. */
export interface IOutputRow {
  readonly old: readonly Output[];
  readonly new: readonly Output[];
  /** Whether it is one text on each side, to be compared line by line. */
  readonly isText: boolean;
}

/** Gives the rows, in the order of both sides. */
export function outputRows(outputs: OutputsChange): readonly IOutputRow[] {
  const rows: IOutputRow[] = [];
  let [nextOld, nextNew] = [0, 0];
  const rest = (toOld: number, toNew: number): void => {
    const old = outputs.old.slice(nextOld, toOld);
    const now = outputs.new.slice(nextNew, toNew);
    if (old.length + now.length > 0) {
      rows.push({ old, new: now, isText: false });
    }
  };
  outputs.old.forEach((old, place) => {
    const kind = textKind(old);
    const other = outputs.new.findIndex(
      (one, at) => at >= nextNew && kind !== null && textKind(one) === kind
    );
    const now = outputs.new[other];
    if (now !== undefined) {
      rest(place, other);
      rows.push({ old: [old], new: [now], isText: true });
      [nextOld, nextNew] = [place + 1, other + 1];
    }
  });
  rest(outputs.old.length, outputs.new.length);
  return rows;
}

/** Gives what a text is compared with: what was printed, a result, an error; null for what is no text, or the same. */
function textKind({ kind, name, mime, sameAs }: Output): string | null {
  if (sameAs !== null || mime !== 'text/plain') {
    return null;
  }
  return kind === 'stream'
    ? `stream ${name}`
    : kind === 'error'
      ? 'error'
      : 'text';
}
