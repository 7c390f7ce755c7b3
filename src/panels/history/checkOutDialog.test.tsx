import { nullTranslator } from '@jupyterlab/translation';
import { render } from '@testing-library/react';
import React from 'react';
import { aSwitch } from '../../testing/fixtures';
import { CheckOutPreview } from './checkOutDialog';

const trans = nullTranslator.load('jupyter_mlgit');

it('says what is left, what comes along and what is backed up', () => {
  const { container } = render(
    <CheckOutPreview
      trans={trans}
      preview={aSwitch({
        branch: null,
        files: [
          { path: 'edited.py', effect: 'kept', edited: true, pair: [] },
          { path: 'run.log', effect: 'endangered', edited: true, pair: [] },
          { path: 'model.py', effect: 'overwritten', edited: false, pair: [] }
        ],
        commitsLeft: Array.from({ length: 9 }, (_, index) => ({
          id: `${index}`.repeat(40),
          subject: `Try ${index}`,
          pushed: false
        }))
      })}
    />
  );
  const words = container.textContent;
  for (const part of [
    '1 working file changes.',
    'Your edits come along:edited.py',
    'overwritten after a backup:run.log',
    '9 commits are left behind',
    'Try 0',
    'and 1 more'
  ]) {
    expect(words).toContain(part);
  }
});
