import { nullTranslator } from '@jupyterlab/translation';
import { act, render, screen } from '@testing-library/react';
import React from 'react';
import type { Switched, SwitchRequest } from '../../api/schema';
import type { IOffer } from '../../components/choiceDialog';
import { RepositoryModel } from '../../repository/model';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { aFile, aSwitch } from '../../testing/fixtures';
import { CommandRegistry } from '@lumino/commands';
import { branchActs } from './acts';
import {
  CheckOutQuestion,
  type AskCheckOut,
  type ICheckOut
} from './checkOutDialog';
import { HistoryModel } from './model';

const trans = nullTranslator.load('jupyter_mlgit');
const rev = 'a1b2c3d'.padEnd(40, '0');
const seen = aSwitch({
  branch: null,
  files: [
    aFile('edited.py', 'kept'),
    aFile('run.log', 'endangered'),
    aFile('model.py', 'overwritten')
  ],
  commitsLeft: Array.from({ length: 9 }, (_, index) => ({
    id: `${index}`.repeat(40),
    subject: `Try ${index}`,
    pushed: false
  }))
});
let client: IFakeClient;
let model: HistoryModel;
/** What checking out would do now. */
let effect: Switched;
/** The refusals that the next acts meet, first to last. */
let refusals: Error[];

function acts(): readonly SwitchRequest[] {
  return client.asked
    .filter(({ verb }) => verb === 'switchBranch')
    .map(({ args }) => args[1] as SwitchRequest)
    .filter(({ dryRun }) => !dryRun);
}

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

beforeEach(async () => {
  effect = seen;
  refusals = [];
  client = fakeClient({
    switchBranch: (_, { dryRun }) => {
      const refused = dryRun ? undefined : refusals.shift();
      return refused === undefined
        ? Promise.resolve(effect)
        : Promise.reject(refused);
    }
  });
  const repository = new RepositoryModel(client, null);
  model = new HistoryModel(repository);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
});

it('says what is left, what comes along and what is backed up, and follows the repository', async () => {
  const offers: IOffer<ICheckOut>[] = [];
  const { container } = render(
    <CheckOutQuestion
      trans={trans}
      model={model}
      rev={rev}
      again={{ tone: 'warn', message: 'It has changed.', hint: 'Look.' }}
      onOffer={offer => {
        offers.push(offer);
      }}
    />
  );
  expect(offers.at(-1)?.value).toBeNull();
  await settle();
  for (const part of [
    'It has changed.',
    '1 working file changes.',
    'Your edits come along:edited.py',
    'overwritten after a backup:run.log',
    '9 commits are left behind',
    'Try 0',
    'and 1 more'
  ]) {
    expect(container.textContent).toContain(part);
  }
  expect(offers.at(-1)?.value).toEqual({ seen, backUp: false });
  effect = { ...seen, files: [aFile('other.py', 'kept')] };
  await act(() => model.repository.refresh());
  await settle();
  expect(screen.getByText('other.py')).not.toBeNull();
  expect(offers.at(-1)?.value?.seen).toBe(effect);
});

it('offers to back up what is in the way, and says so in the preview', async () => {
  const offers: IOffer<ICheckOut>[] = [];
  const aside = aSwitch({
    files: [aFile('mine.py', 'overwritten'), aFile('new.py', 'endangered')],
    setAside: ['mine.py', 'new.py']
  });
  client.answer({
    switchBranch: (_, { backUp }) =>
      backUp
        ? Promise.resolve(aside)
        : Promise.reject(
            refusal('would-overwrite', { files: ['mine.py'], backUp: true })
          )
  });
  const { container } = render(
    <CheckOutQuestion
      trans={trans}
      model={model}
      rev={rev}
      again={null}
      onOffer={offer => {
        offers.push(offer);
      }}
    />
  );
  await settle();
  expect(offers.at(-1)).toEqual({ words: 'Check out', value: null });
  screen.getByRole('button', { name: 'Back up what is in the way' }).click();
  await settle();
  expect(container.textContent).toContain(
    'is taken into a backup, and Undo brings it back:mine.pynew.py'
  );
  expect(container.textContent).not.toContain('Ignored by git');
  expect(offers.at(-1)).toEqual({
    words: 'Back up and check out',
    value: { seen: aside, backUp: true }
  });
});

describe('a commit', () => {
  const asked: Parameters<AskCheckOut>[] = [];
  const checkOut = async (now: Switched): Promise<void> => {
    asked.length = 0;
    effect = now;
    const ask: AskCheckOut = (...question) => {
      asked.push(question);
      return Promise.resolve(asked.length > 2 ? null : { seen, backUp: true });
    };
    await branchActs(trans, new CommandRegistry(), model, ask).checkOut(rev);
  };

  it('is checked out as it was seen, also while files go on changing', async () => {
    refusals = [refusal('state-changed')];
    await checkOut(seen);
    expect(asked).toHaveLength(1);
    expect(acts()).toHaveLength(2);
    expect(acts().every(({ backUp }) => backUp)).toBe(true);
  });

  it('is asked about again when it would go over something else', async () => {
    await checkOut({ ...seen, files: [aFile('new.log', 'endangered')] });
    expect(acts()).toEqual([]);
    expect(asked[1]).toEqual([
      rev,
      expect.objectContaining({
        message: 'The repository has changed since. Nothing was checked out.'
      })
    ]);
  });

  it('is asked about again when something else holds the index', async () => {
    refusals = [refusal('index-locked')];
    await checkOut(seen);
    expect(asked[1]?.[1]?.message).toBe('Refused: index-locked.');
    expect(acts()).toHaveLength(2);
  });
});
