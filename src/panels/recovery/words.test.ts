import { nullTranslator } from '@jupyterlab/translation';
import { aDeletedBranch, NOON } from '../../testing/fixtures';
import { factsOf, nameOf, tagOf } from './words';

const trans = nullTranslator.load('jupyter_mlgit');

describe('factsOf', () => {
  it('says when, how much, which notebooks, whether pushed', () => {
    expect(factsOf(trans, aDeletedBranch(), NOON)).toEqual([
      'left 2 h ago',
      '4 commits found nowhere else',
      'train.ipynb',
      'never pushed'
    ]);
  });

  it('counts one commit and many notebooks', () => {
    const facts = factsOf(
      trans,
      aDeletedBranch({
        uniqueCommits: 1,
        notebooks: ['a.ipynb', 'b/c.ipynb', 'd.ipynb'],
        pushed: true
      }),
      NOON
    );
    expect(facts).toEqual([
      'left 2 h ago',
      '1 commit found nowhere else',
      'a.ipynb',
      '2 more notebooks',
      'pushed'
    ]);
  });

  it('says what is not known, and why', () => {
    const facts = factsOf(
      trans,
      aDeletedBranch({
        state: 'gone',
        lastSeen: null,
        uniqueCommits: null,
        notebooks: [],
        pushed: null
      }),
      NOON
    );
    expect(facts).toEqual([
      'last seen: n/a, no log tells',
      'its commits are no longer in this repository',
      'no remote to push to'
    ]);
  });

  it('makes hostile file names visible', () => {
    const hostile = aDeletedBranch({ notebooks: ['a\u202eb.ipynb'] });
    expect(factsOf(trans, hostile, NOON)).toContain('a[U+202E]b.ipynb');
  });
});

describe('tagOf', () => {
  it.each([
    [{ pinned: true }, 'ok', 'safe · pinned'],
    [{ pinned: false }, 'warn', 'may vanish at the next gc'],
    [
      { pinned: false, uniqueCommits: 0 },
      'ok',
      'safe · on a branch or a remote'
    ],
    [{ pinned: true, state: 'gone' as const }, 'gone', 'gone']
  ])('judges %j', (change, tone, words) => {
    expect(tagOf(trans, aDeletedBranch(change))).toEqual({ tone, words });
  });
});

describe('nameOf', () => {
  it('names what has no name by what it is', () => {
    const tip = 'abcdef0123456789abcdef0123456789abcdef01';
    const named = (kind: 'lost' | 'stash'): string =>
      nameOf(trans, { kind, name: null, tip });
    expect(named('lost')).toBe('lost commits abcdef0');
    expect(named('stash')).toBe('dropped stash abcdef0');
  });
});
