import { render } from '@testing-library/react';
import React from 'react';
import { GitText } from './GitText';

describe('GitText', () => {
  it('shows markup as text', () => {
    const hostile = '<img src=x onerror="window.__pwned=1">';
    const { container } = render(<GitText text={hostile} />);
    expect(container.textContent).toBe(hostile);
    expect(container.querySelector('img')).toBeNull();
  });

  it('marks a direction override where it stands', () => {
    const { container } = render(<GitText text={'safe\u202efdp.py'} />);
    const mark = container.querySelector('.jp-mlgit-GitText-hidden');
    expect(mark?.textContent).toBe('[U+202E]');
    expect(container.textContent).toBe('safe[U+202E]fdp.py');
    expect(container.querySelector('bdi')?.title).toBe('safe[U+202E]fdp.py');
  });
});
