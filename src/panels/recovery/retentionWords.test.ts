import { nullTranslator } from '@jupyterlab/translation';
import { aRetention } from '../../testing/fixtures';
import { daysOf, keptWords } from './retentionWords';

const trans = nullTranslator.load('jupyter_mlgit');

it('says how long, how much it costs, and what git does with the rest', () => {
  expect(keptWords(trans, aRetention())).toBe(
    'Pinned work is kept 90 days (3 pins, 1.2 MB); the rest at most 30 days, as git has it.'
  );
});

it('says so where git keeps for ever, and where the cost is not known', () => {
  const retention = aRetention({
    reflogExpireUnreachable: 'never',
    pinDays: null,
    pinBytes: null,
    pins: 1
  });
  expect(keptWords(trans, retention)).toBe(
    'Pinned work is kept for good (1 pin); the rest as git has it: never.'
  );
});

it.each([
  ['90.days.ago', '90'],
  ['90 days', '90'],
  ['1.day', '1'],
  ['180.days', '180'],
  ['30', '30'],
  ['never', ''],
  ['2.weeks.ago', '']
])('reads the days of %j', (expiry, days) => {
  expect(daysOf(expiry)).toBe(days);
});
