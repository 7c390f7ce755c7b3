import { nullTranslator } from '@jupyterlab/translation';
import { NOON } from '../testing/fixtures';
import { ago, dayName, timeOfDay } from './moments';

const trans = nullTranslator.load('jupyter_mlgit');

function before(seconds: number): string {
  return new Date(NOON - seconds * 1000).toISOString();
}

describe('ago', () => {
  it.each([
    [5, 'just now'],
    [60, '1 min ago'],
    [59 * 60, '59 min ago'],
    [2 * 3600, '2 h ago'],
    [24 * 3600, '1 day ago'],
    [3 * 24 * 3600, '3 days ago']
  ])('says %d seconds ago as "%s"', (seconds, words) => {
    expect(ago(trans, before(seconds), NOON)).toBe(words);
  });

  it('gives the date of what is long ago, or, by some clock, to come', () => {
    expect(ago(trans, before(200 * 24 * 3600), NOON)).toMatch(/2025/);
    expect(ago(trans, before(-200 * 24 * 3600), NOON)).toMatch(/2026/);
  });

  it('does not pretend to know', () => {
    expect(ago(trans, 'not a date', NOON)).toBe('at an unknown time');
  });
});

describe('dayName', () => {
  it('names the last two days', () => {
    expect(dayName(trans, before(60), NOON)).toBe('Today');
    expect(dayName(trans, before(24 * 3600), NOON)).toBe('Yesterday');
    expect(dayName(trans, before(3 * 24 * 3600), NOON)).toMatch(
      /March 7|7 March/
    );
  });
});

describe('timeOfDay', () => {
  it('gives hours and minutes', () => {
    expect(timeOfDay(before(0))).toMatch(/^\d{2}:\d{2}$/);
  });
});
