/** Says in words what an act makes of a working file. */
import type { TranslationBundle } from '@jupyterlab/translation';

/** What an act makes of one working file, as the server says it. */
export interface IAffected {
  readonly path: string;
  readonly effect:
    'created' | 'overwritten' | 'deleted' | 'kept' | 'endangered';
  /** Whether it holds edits that no commit has. */
  readonly edited: boolean;
}

/** Says what becomes of a working file. */
export function effectWords(
  trans: TranslationBundle,
  { effect, edited }: IAffected
): string {
  switch (effect) {
    case 'created':
      return trans.__('created');
    case 'deleted':
      return edited
        ? trans.__('deleted; its edits are backed up first')
        : trans.__('deleted');
    case 'overwritten':
      return edited
        ? trans.__('overwritten; its edits are backed up first')
        : trans.__('overwritten');
    case 'kept':
      return trans.__('edited; stays as it is');
    case 'endangered':
      return trans.__('not tracked by git; backed up first');
  }
}
