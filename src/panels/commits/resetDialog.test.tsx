import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { Reset } from '../../api/schema';
import type { IOffer } from '../../components/choiceDialog';
import type { IAgain } from '../../components/PreviewState';
import { RepositoryModel } from '../../repository/model';
import { aReset, idOf } from '../../testing/commitFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aFile } from '../../testing/fixtures';
import { CommitsModel, type IResetChoice, type Mode } from './model';
import { ResetQuestion } from './resetDialog';

const trans = nullTranslator.load('jupyter_mlgit');
const left = [
  { id: idOf('fff'), subject: 'Too much', pushed: false },
  { id: idOf('eee'), subject: 'Too much already', pushed: false }
];
let client: IFakeClient;
let repository: RepositoryModel;
let effects: Record<Mode, Reset>;
let offer: IOffer<IResetChoice>;

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function show(
  mode: Mode = 'mixed',
  question: { allowPushed?: boolean; again?: IAgain } = {}
): Promise<void> {
  client = fakeClient({
    reset: (_, { soft, hard }) =>
      Promise.resolve(effects[soft ? 'soft' : hard ? 'hard' : 'mixed'])
  });
  repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
  render(
    <ResetQuestion
      trans={trans}
      model={new CommitsModel(repository)}
      rev={idOf('a1b2c3d')}
      mode={mode}
      allowPushed={question.allowPushed ?? false}
      again={question.again ?? null}
      onOffer={now => {
        offer = now;
      }}
    />
  );
  await settle();
}

async function select(name: RegExp): Promise<void> {
  fireEvent.click(screen.getByRole('radio', { name }));
  await settle();
}

function column(name: string): string {
  return screen.getByRole('region', { name }).textContent;
}

beforeEach(() => {
  effects = {
    soft: aReset({ mode: 'soft', commitsLeft: left }),
    mixed: aReset({ mode: 'mixed', commitsLeft: left, index: ['train.py'] }),
    hard: aReset({
      mode: 'hard',
      commitsLeft: left,
      moreLeft: 3,
      index: ['train.py', 'notes.md'],
      files: [
        aFile('model.py', 'overwritten'),
        { ...aFile('train.py', 'overwritten'), edited: true },
        aFile('notes.md', 'endangered'),
        aFile('extra.py', 'deleted')
      ]
    })
  };
});

it('says of each mode what it does to the three layers', async () => {
  await show();
  expect(column('HEAD')).toContain('main fff0000 → a1b2c3d');
  expect(column('HEAD')).toContain('2 commits left behind:');
  expect(column('HEAD')).toContain('Too much already');
  expect(column('Index')).toContain(
    '1 entry becomes as in the commit:train.py'
  );
  expect(column('Working files')).toContain('Stay as they are.');
  expect(offer.words).toBe('Reset mixed to a1b2c3d');

  await select(/^Soft/);
  expect(column('Index')).toContain('what the commits changed is staged');
  expect(offer.words).toBe('Reset soft to a1b2c3d');
  expect(offer.value).toMatchObject({ mode: 'soft', seen: effects.soft });

  await select(/^Hard/);
  expect(column('HEAD')).toContain('5 commits left behind:');
  expect(column('HEAD')).toContain('and 3 older commits');
  expect(offer.words).toBe('Reset hard to a1b2c3d');
  expect(offer.value).toMatchObject({ mode: 'hard', allowPushed: false });
});

it('says which merge ends with it', async () => {
  await show();
  expect(column('HEAD')).not.toContain('under way');
  effects.hard = { ...effects.hard, givesUp: 'merge' };
  await select(/^Hard/);
  expect(column('HEAD')).toContain('The merge that is under way ends with it.');
});

it('puts first what git does not track, and tells edits from what a commit has', async () => {
  await show('hard');
  const files = screen
    .getByRole('list', { name: 'Files' })
    .querySelectorAll('li');
  expect([...files].map(file => file.textContent)).toEqual([
    'notes.md not tracked by git; backed up first',
    'model.py overwritten',
    'train.py overwritten; its edits are backed up first',
    'extra.py deleted'
  ]);
  expect(files[0]?.querySelector('svg')).not.toBeNull();
  expect(files[1]?.querySelector('svg')).toBeNull();
});

it('takes pushed commits only when that is said', async () => {
  effects.mixed = aReset({
    commitsLeft: [
      { id: idOf('ddd'), subject: 'Shared', pushed: true },
      ...left
    ],
    pushedLeft: 1,
    instead: 'git revert --no-edit a1b2c3d..fff'
  });
  await show();
  expect(column('HEAD')).toContain('Shared pushed');
  expect(
    screen.getByText('1 commit that is left behind has been pushed.')
  ).toBeTruthy();
  expect(screen.getByText('git revert --no-edit a1b2c3d..fff')).not.toBeNull();
  expect(offer.value).toBeNull();
  fireEvent.click(
    screen.getByRole('checkbox', { name: 'Leave pushed commits behind' })
  );
  expect(offer.value).toMatchObject({ allowPushed: true });
});

it('accepts nothing while it does not know what it would do, or where it is refused', async () => {
  await show();
  client.answer({
    reset: () => Promise.reject(refusal('unfinished-operation'))
  });
  fireEvent.click(screen.getByRole('radio', { name: /^Soft/ }));
  expect(offer.value).toBeNull();
  expect(screen.getByText('Looking at what it would do…')).not.toBeNull();
  await settle();
  expect(screen.getByRole('alert').textContent).toContain(
    'Refused: unfinished-operation.'
  );
  expect(offer.value).toBeNull();
});

it('looks again when the repository changes', async () => {
  await show();
  effects.mixed = { ...effects.mixed, index: ['train.py', 'config.yaml'] };
  await act(() => repository.refresh());
  await settle();
  expect(column('Index')).toContain('config.yaml');
  expect(offer.value?.seen).toBe(effects.mixed);
});

it('says why it asks again, shows what it would do now, and keeps what was chosen', async () => {
  effects.hard = { ...effects.hard, pushedLeft: 1 };
  await show('hard', {
    allowPushed: true,
    again: { tone: 'warn', message: 'It has changed.', hint: 'This is new.' }
  });
  expect(screen.getByText('It has changed.')).not.toBeNull();
  expect(column('Index')).toContain('notes.md');
  expect(offer.value).toMatchObject({
    mode: 'hard',
    allowPushed: true,
    seen: effects.hard
  });
});
