import { Chunk } from '@codemirror/merge';
import { Text } from '@codemirror/state';
import type { Hunk } from '../api/schema';
import { aHunk } from '../testing/diffFixtures';
import { blocksOf, compared, ended, linesOf, placed, wordsOf } from './blocks';

/** Gives a hunk whose lines have these marks. */
function marked(
  hunk: Hunk,
  marks: readonly (readonly (readonly [number, number])[])[]
): Hunk {
  return {
    ...hunk,
    lines: hunk.lines.map((line, n) => ({ ...line, marks: marks[n] ?? [] }))
  };
}

/** Gives the words that the merging package is told to mark, on both sides. */
function words(
  a: string,
  b: string,
  hunks: readonly Hunk[]
): readonly (readonly [string, string])[] {
  const blocks = placed(blocksOf(hunks), a, b);
  const chunks = Chunk.build(Text.of(a.split('\n')), Text.of(b.split('\n')), {
    override: () => linesOf(blocks)
  });
  return wordsOf(chunks, blocks).flatMap((changes, n) => {
    const { fromA = 0, fromB = 0 } = chunks[n] ?? {};
    return changes.map(
      one =>
        [
          a.slice(fromA + one.fromA, fromA + one.toA),
          b.slice(fromB + one.fromB, fromB + one.toB)
        ] as const
    );
  });
}

describe('blocksOf', () => {
  const lines = (hunks: readonly Hunk[]): readonly (readonly number[])[] =>
    blocksOf(hunks).map(one => [
      one.oldFrom,
      one.oldTo,
      one.newFrom,
      one.newTo
    ]);

  it('counts runs of lines from 0', () => {
    const hunk = aHunk(3, 3, [' c', '-d', '+D', ' e', '+f', ' g']);
    expect(lines([hunk])).toEqual([
      [3, 4, 3, 4],
      [5, 5, 5, 6]
    ]);
  });

  it('takes a side without lines for the place after the line before it', () => {
    expect(lines([aHunk(2, 3, ['+c'])])).toEqual([[2, 2, 2, 3]]);
    expect(lines([aHunk(0, 1, ['+a', '+b'])])).toEqual([[0, 0, 0, 2]]);
    expect(lines([aHunk(1, 0, ['-a'])])).toEqual([[0, 1, 0, 0]]);
  });

  it('has none where nothing differs', () => {
    expect(lines([])).toEqual([]);
    expect(lines([aHunk(1, 1, [' a'])])).toEqual([]);
  });
});

describe('placed', () => {
  it('reaches to the end of a text without a last line feed', () => {
    expect(placed(blocksOf([aHunk(1, 1, [' a', '+b'])]), 'a', 'a\nb')).toEqual([
      { old: [1, 1], new: [2, 3], oldWords: [], newWords: [] }
    ]);
    expect(placed(blocksOf([aHunk(0, 1, ['+a'])]), '', 'a')).toEqual([
      { old: [0, 0], new: [0, 1], oldWords: [], newWords: [] }
    ]);
  });

  it('turns the one text into the other', () => {
    const a = 'one\ntwo\nthree 🙂\nfour\n';
    const b = 'zero\none\nthree 🙃!\nfour\nfive\n';
    const hunk = aHunk(1, 1, [
      '+zero',
      ' one',
      '-two',
      '-three 🙂',
      '+three 🙃!',
      ' four',
      '+five'
    ]);
    let made = '';
    let from = 0;
    for (const one of placed(blocksOf([hunk]), a, b)) {
      made += a.slice(from, one.old[0]) + b.slice(...one.new);
      from = one.old[1];
    }
    expect(made + a.slice(from)).toBe(b);
  });
});

describe('wordsOf', () => {
  it('gives the words of the server, whole as they are', () => {
    const hunk = marked(aHunk(1, 1, [' a', '-lr = 1e-3', '+lr = 1e-4']), [
      [],
      [[5, 9]],
      [[5, 9]]
    ]);
    expect(words('a\nlr = 1e-3\n', 'a\nlr = 1e-4\n', [hunk])).toEqual([
      ['1e-3', '1e-4']
    ]);
  });

  it('gives no words in a line that differs as a whole', () => {
    expect(words('a\n', 'b\n', [aHunk(1, 1, ['-a', '+b'])])).toEqual([]);
    expect(words('', 'a\nb\n', [aHunk(0, 1, ['+a', '+b'])])).toEqual([]);
  });

  it('knows how many words one side has more than the other', () => {
    const hunk = marked(aHunk(1, 1, ['-f(x)', '+f(x, y, 🙂z)']), [
      [],
      [
        [3, 6],
        [10, 11]
      ]
    ]);
    expect(words('f(x)\n', 'f(x, y, 🙂z)\n', [hunk])).toEqual([
      ['', ', y'],
      ['', 'z']
    ]);
  });

  it('keeps the words of blocks that only an empty line keeps apart', () => {
    const lines = ['-x = 1', '+x = 2', ' ', '-y = 3', '+y = 4'];
    const hunk = marked(aHunk(1, 1, lines), [
      [[4, 5]],
      [[4, 5]],
      [],
      [[4, 5]],
      [[4, 5]]
    ]);
    expect(words('x = 1\n\ny = 3\n', 'x = 2\n\ny = 4\n', [hunk])).toEqual([
      ['1', '2'],
      ['3', '4']
    ]);
  });
});

describe('ended', () => {
  const extents = (a: string, b: string, hunk: Hunk): readonly unknown[] =>
    Chunk.build(Text.of(a.split('\n')), Text.of(b.split('\n')), {
      override: () => linesOf(placed(blocksOf([hunk]), a, b))
    }).map(({ fromA, toA, fromB, toB }) => [
      a.slice(fromA, toA),
      b.slice(fromB, toB)
    ]);

  it('keeps the last line of a cell apart from what comes behind it', () => {
    const added = aHunk(1, 1, [' a.shape', '+# more']);
    expect(extents(ended('a.shape'), ended('a.shape\n# more'), added)).toEqual([
      ['', '# more\n']
    ]);
    const deleted = aHunk(1, 1, [' import a', '-%matplotlib inline']);
    expect(
      extents(ended('import a\n%matplotlib inline'), ended('import a'), deleted)
    ).toEqual([['%matplotlib inline\n', '']]);
    expect(ended('')).toBe('');
  });
});

describe('texts that the server has not compared', () => {
  it.each([
    ['a\nb 1\nc\n', 'a\nb 2\nc\n', [[2, 6]], [[2, 6]], ['1'], ['2']],
    ['', 'new\n', [[0, 0]], [[0, 4]], [], []],
    ['a\nold\n', 'a\n', [[2, 6]], [[2, 2]], [], []],
    ['same\n', 'same\n', [], [], [], []]
  ])('%j and %j', (a, b, olds, news, oldWords, newWords) => {
    const blocks = compared(a, b);
    expect(blocks.map(one => one.old)).toEqual(olds);
    expect(blocks.map(one => one.new)).toEqual(news);
    const words = blocks.map(one => [
      one.oldWords.map(span => a.slice(...span)),
      one.newWords.map(span => b.slice(...span))
    ]);
    expect(words.flatMap(([old]) => old)).toEqual(oldWords);
    expect(words.flatMap(([, now]) => now)).toEqual(newWords);
  });
});
