import type { Output } from '../api/schema';
import { anOutput } from '../testing/diffFixtures';
import { outputRows } from './outputRows';

/** Gives outputs by their marks: s a stream, e an error, t a text, p a picture, = a stream that is the same. */
function of(marks: string): readonly Output[] {
  const kinds: Readonly<Record<string, Partial<Output>>> = {
    s: { kind: 'stream', name: 'stdout' },
    w: { kind: 'stream', name: 'stderr' },
    e: { kind: 'error', name: 'ValueError' },
    t: { kind: 'execute_result' },
    p: { mime: 'image/png' },
    '=': { kind: 'stream', name: 'stdout', sameAs: 1 }
  };
  return Array.from(marks).map((mark, place) =>
    anOutput({ n: place + 1, ...kinds[mark] })
  );
}

it.each([
  ['s', 's', ['1~1']],
  ['sp', 'sp', ['1~1', '2|2']],
  ['s', 'we', ['1|1,2']],
  ['sw', 'ws', ['|1', '1~2', '2|']],
  ['et', 'pe', ['|1', '1~2', '2|']],
  ['=s', '=s', ['1|1', '2~2']],
  ['', 't', ['|1']]
])('puts %s beside %s', (old, now, rows) => {
  const told = outputRows({ old: of(old), new: of(now) }).map(row => {
    const numbers = (side: readonly Output[]): string =>
      side.map(({ n }) => n).join(',');
    return `${numbers(row.old)}${row.isText ? '~' : '|'}${numbers(row.new)}`;
  });
  expect(told).toEqual(rows);
});
