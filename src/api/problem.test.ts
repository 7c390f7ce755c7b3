import { refusal } from '../testing/fakeClient';
import {
  ProblemError,
  suggestedName,
  troubleOf,
  wayOn,
  type Trouble
} from './problem';

describe('wayOn', () => {
  it.each([
    ['branch-exists', 'rename'],
    ['unfinished-operation', 'none'],
    ['untrusted-repository', 'trust'],
    ['state-changed', 'reload'],
    ['index-locked', 'retry'],
    ['unreachable', 'retry'],
    ['unanswered', 'reload'],
    ['tip-gone', 'none']
  ] as const)('offers for %s: %s', (code, way) => {
    expect(wayOn(refusal(code).problem)).toBe(way);
  });

  it('settles an interrupted act, and leaves a merge of git to git', () => {
    const cut = refusal('unfinished-operation', { interrupted: true });
    expect(wayOn(cut.problem)).toBe('resolve');
  });

  it('has none for a code of a newer server, and does not fail', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const newer = { code: 'moon-phase', message: 'm', hint: 'h' };
    expect(wayOn(newer as unknown as Trouble)).toBe('none');
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('moon-phase'));
    warn.mockRestore();
  });
});

describe('suggestedName', () => {
  it('reads the free name that the server offers', () => {
    const taken = refusal('branch-exists', { suggestion: 'exp/a-2' });
    expect(suggestedName(taken.problem)).toBe('exp/a-2');
    expect(suggestedName(refusal('branch-exists').problem)).toBeNull();
  });
});

describe('troubleOf', () => {
  it('takes refusals and lets faults of our own through', () => {
    expect(troubleOf(refusal('read-only')).code).toBe('read-only');
    expect(() => troubleOf(new TypeError('a fault'))).toThrow(TypeError);
    expect(refusal('read-only')).toBeInstanceOf(ProblemError);
  });
});
