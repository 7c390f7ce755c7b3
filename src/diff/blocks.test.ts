import { aHunk } from '../testing/diffFixtures';
import { blocksOf, changesOf } from './blocks';

/** Gives what each change takes away and what it puts in its place. */
function told(
  a: string,
  b: string,
  hunk: ReturnType<typeof aHunk>
): readonly (readonly [string, string])[] {
  return changesOf(blocksOf([hunk]), a, b).map(
    one => [a.slice(one.fromA, one.toA), b.slice(one.fromB, one.toB)] as const
  );
}

describe('blocksOf', () => {
  it('counts runs of lines from 0', () => {
    const hunk = aHunk(3, 3, [' c', '-d', '+D', ' e', '+f', ' g']);
    expect(blocksOf([hunk])).toEqual([
      { oldFrom: 3, oldTo: 4, newFrom: 3, newTo: 4 },
      { oldFrom: 5, oldTo: 5, newFrom: 5, newTo: 6 }
    ]);
  });

  it('takes a side without lines for the place after the line before it', () => {
    expect(blocksOf([aHunk(2, 3, ['+c'])])).toEqual([
      { oldFrom: 2, oldTo: 2, newFrom: 2, newTo: 3 }
    ]);
    expect(blocksOf([aHunk(0, 1, ['+a', '+b'])])).toEqual([
      { oldFrom: 0, oldTo: 0, newFrom: 0, newTo: 2 }
    ]);
    expect(blocksOf([aHunk(1, 0, ['-a'])])).toEqual([
      { oldFrom: 0, oldTo: 1, newFrom: 0, newTo: 0 }
    ]);
  });

  it('has none where nothing differs', () => {
    expect(blocksOf([])).toEqual([]);
    expect(blocksOf([aHunk(1, 1, [' a'])])).toEqual([]);
  });
});

describe('changesOf', () => {
  it('marks the words that differ, not the line', () => {
    const changes = told(
      'a\nlr = 1e-4\n',
      'a\nlr = 3e-4\n',
      aHunk(1, 1, [' a', '-lr = 1e-4', '+lr = 3e-4'])
    );
    expect(changes).toHaveLength(1);
    expect(changes[0]?.[0]).not.toContain('lr');
    expect(changes[0]?.[0]).toContain('1');
    expect(changes[0]?.[1]).toContain('3');
  });

  it('marks whole lines where one side has none', () => {
    expect(
      told('a\nc\n', 'a\nb\nc\n', aHunk(1, 1, [' a', '+b', ' c']))
    ).toEqual([['', 'b\n']]);
    expect(
      told('a\nb\nc\n', 'a\nc\n', aHunk(1, 1, [' a', '-b', ' c']))
    ).toEqual([['b\n', '']]);
  });

  it('reaches to the end of a text without a last line feed', () => {
    expect(told('a', 'a\nb', aHunk(1, 1, [' a', '+b']))).toEqual([['', 'b']]);
    expect(told('', 'a', aHunk(0, 1, ['+a']))).toEqual([['', 'a']]);
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
    for (const one of changesOf(blocksOf([hunk]), a, b)) {
      made += a.slice(from, one.fromA) + b.slice(one.fromB, one.toB);
      from = one.toA;
    }
    expect(made + a.slice(from)).toBe(b);
  });
});
