/** Puts the retention into a sentence. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Retention } from '../../api/schema';
import { sizeWords } from './backupWords';

/** Says how long things are kept, and what the pins cost. */
export function keptWords(
  trans: TranslationBundle,
  retention: Retention
): string {
  const { pins, pinBytes, pinDays, reflogExpireUnreachable } = retention;
  const cost =
    pins === 0
      ? trans.__('no pins')
      : pinBytes === null
        ? trans._n('%1 pin', '%1 pins', pins)
        : trans._n(
            '%1 pin, %2',
            '%1 pins, %2',
            pins,
            sizeWords(trans, pinBytes)
          );
  const kept =
    pinDays === null
      ? trans.__('Pinned work is kept for good')
      : trans._n(
          'Pinned work is kept %1 day',
          'Pinned work is kept %1 days',
          pinDays
        );
  const rest = daysOf(reflogExpireUnreachable);
  const other =
    rest === ''
      ? trans.__('the rest as git has it: %1', reflogExpireUnreachable)
      : trans._n(
          'the rest at most %1 day, as git has it',
          'the rest at most %1 days, as git has it',
          Number(rest)
        );
  return trans.__('%1 (%2); %3.', kept, cost, other);
}

/** Reads git's "90 days"; empty for what isn't counted in days, for example "never". */
export function daysOf(expiry: string): string {
  return /^(\d+)(?:[. ]?days?(?:[. ]ago)?)?$/.exec(expiry)?.[1] ?? '';
}
