/** Puts moments into words: how long ago, at what time, on which day. All in the person's own time zone. */
import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Says how long ago a moment was.
 *
 * @param when - ISO 8601 with offset.
 * @param now - milliseconds since the epoch.
 */
export function ago(
  trans: TranslationBundle,
  when: string,
  now: number
): string {
  const seconds = (now - Date.parse(when)) / 1000;
  if (Number.isNaN(seconds)) {
    return trans.__('at an unknown time');
  }
  if (seconds < -MINUTE) {
    // A clock that goes wrong somewhere: the date says more than a guess.
    return onDate(when);
  }
  if (seconds < MINUTE) {
    return trans.__('just now');
  }
  if (seconds < HOUR) {
    return trans.__('%1 min ago', Math.floor(seconds / MINUTE));
  }
  if (seconds < DAY) {
    return trans.__('%1 h ago', Math.floor(seconds / HOUR));
  }
  const days = Math.floor(seconds / DAY);
  return days < 60 ? trans._n('%1 day ago', '%1 days ago', days) : onDate(when);
}

/** Gives the time of day, hours and minutes. */
export function timeOfDay(when: string): string {
  return formatted(when, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  });
}

/** Gives the day, as short as it can be. */
export function onDate(when: string): string {
  return formatted(when, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Gives the day in full, for a title. */
export function inFull(when: string): string {
  return formatted(when, { dateStyle: 'full', timeStyle: 'long' });
}

/** Gives a key that is the same for all moments of one local day. */
export function dayKey(when: string): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime())
    ? ''
    : `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** Names a day as people do. */
export function dayName(
  trans: TranslationBundle,
  when: string,
  now: number
): string {
  const key = dayKey(when);
  if (key === '') {
    return trans.__('At an unknown time');
  }
  if (key === dayKey(new Date(now).toISOString())) {
    return trans.__('Today');
  }
  if (key === dayKey(new Date(now - DAY * 1000).toISOString())) {
    return trans.__('Yesterday');
  }
  return formatted(when, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric'
  });
}

function formatted(when: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime())
    ? when
    : new Intl.DateTimeFormat(
        document.documentElement.lang || undefined,
        options
      ).format(date);
}
