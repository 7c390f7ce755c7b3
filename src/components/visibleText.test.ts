import { piecesOf, shortened, visibleText } from './visibleText';

describe('visibleText', () => {
  it.each([
    ['plain text', 'plain text'],
    ['Grüße, 你好, שלום', 'Grüße, 你好, שלום'],
    ['a\u202egnp.exe', 'a[U+202E]gnp.exe'],
    ['x\u001b[31mred', 'x[U+001B][31mred'],
    ['two\nlines', 'two[U+000A]lines'],
    ['zero\u200bwidth', 'zero[U+200B]width'],
    ['\ufeffmark', '[U+FEFF]mark'],
    ['tag\u{e0041}', 'tag[U+E0041]'],
    ['half \ud800', 'half [U+D800]'],
    ['bell\u0007 next\u0085 del\u007f', 'bell[U+0007] next[U+0085] del[U+007F]']
  ])('shows %j as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('leaves the joiner inside an emoji, and shows it anywhere else', () => {
    expect(visibleText('👩‍💻 and 👩🏽‍🔬')).toBe('👩‍💻 and 👩🏽‍🔬');
    expect(visibleText('ad\u200dmin')).toBe('ad[U+200D]min');
  });

  it('keeps every visible character, in order', () => {
    const text = 'a\u202eb\u0000c';
    const kept = piecesOf(text).filter(piece => !piece.hidden);
    expect(kept.map(piece => piece.text).join('')).toBe('abc');
  });
});

describe('shortened', () => {
  it('keeps head and tail of a long name', () => {
    expect(shortened('experiments/scheduler/cosine-v7', 11)).toBe(
      'exper…ne-v7'
    );
  });

  it('leaves a short name as it is', () => {
    expect(shortened('main', 4)).toBe('main');
  });

  it('does not cut a character in half', () => {
    expect(shortened('🦄🦄🦄🦄🦄', 3)).toBe('🦄…🦄');
  });
});
