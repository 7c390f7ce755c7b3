/** Adds up what differs in all files together, as far as it is known. */
import type { ChangedFile, FileDiff } from '../api/schema';

/** The sums. */
export interface ITotals {
  readonly files: number;
  readonly added: number;
  readonly deleted: number;
  /** Files whose lines are in the sums, or that have none. */
  readonly compared: number;
  readonly warnings: number;
}

/** Adds up. */
export function totalsOf(
  files: readonly ChangedFile[],
  known: ReadonlyMap<string, FileDiff | null>
): ITotals {
  let added = 0;
  let deleted = 0;
  let compared = 0;
  let warnings = 0;
  for (const { path } of files) {
    const diff = known.get(path);
    if (diff === undefined || (diff !== null && diff.truncated !== null)) {
      continue;
    }
    compared++;
    added += diff?.added ?? 0;
    deleted += diff?.deleted ?? 0;
    warnings += diff?.warnings.length ?? 0;
  }
  return { files: files.length, added, deleted, compared, warnings };
}
