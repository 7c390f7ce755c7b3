import { nullTranslator } from '@jupyterlab/translation';
import { aSwitch } from '../../testing/fixtures';
import { switchedWords, switchTitle } from './words';

const trans = nullTranslator.load('jupyter_mlgit');

it.each([
  [aSwitch(), 'Switched to exp/a', 'switch to exp/a'],
  [
    aSwitch({ created: true }),
    'Created exp/a and switched to it',
    'create branch exp/a and switch to it'
  ],
  [
    aSwitch({
      branch: null,
      files: [
        { path: 'a', effect: 'kept', edited: true, pair: [] },
        { path: 'b', effect: 'created', edited: false, pair: [] }
      ],
      commitsLeft: [{ id: 'a', subject: 'a', pushed: false }],
      moreLeft: 1
    }),
    'Checked out 53b5280, on no branch (1 edited file kept, 2 commits left behind, in Recovery)',
    'check out 53b5280'
  ]
])('says where it went and what came along', (done, words, title) => {
  expect(switchedWords(trans, done, 60)).toBe(words);
  expect(switchTitle(trans, done)).toBe(title);
});
