import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import React from 'react';
import type { UndoRequest } from '../api/schema';
import type { IOffer } from '../components/choiceDialog';
import { RepositoryModel } from '../repository/model';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { aFile, anOperation, anUndone } from '../testing/fixtures';
import type { IWayBack } from './goingBack';
import { GoingBackQuestion } from './goingBackDialog';

const trans = nullTranslator.load('jupyter_mlgit');
const reset = anOperation({ id: 'c', title: 'Hard reset to a1b2c3d' });
const foreseen = anUndone({
  operations: [reset, anOperation({ id: 'b', source: 'terminal' })],
  refs: [
    { name: 'refs/heads/main', old: 'a'.repeat(40), new: 'b'.repeat(40) },
    { name: 'refs/heads/exp/a', old: null, new: 'c'.repeat(40) }
  ],
  index: ['train.py'],
  files: [aFile('train.py', 'overwritten'), aFile('notes.md', 'endangered')]
});
let client: IFakeClient;
let offer: IOffer<IWayBack>;

async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function show(): Promise<void> {
  const repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await settle();
  render(
    <GoingBackQuestion
      trans={trans}
      repository={repository}
      target={{ before: 'b' }}
      again={null}
      onOffer={now => {
        offer = now;
      }}
    />
  );
  await settle();
}

function column(name: string): string {
  return screen.getByRole('region', { name }).textContent;
}

beforeEach(() => {
  client = fakeClient({ undo: () => Promise.resolve(foreseen) });
});

it('names what is undone, the newest first, and what becomes of everything', async () => {
  await show();
  const rows = screen
    .getByRole('list', { name: 'Operations that are undone' })
    .querySelectorAll('li');
  expect([...rows].map(row => row.textContent)).toEqual([
    expect.stringContaining('Hard reset to a1b2c3d'),
    expect.stringMatching(/Delete branch exp\/lr-3e4.*terminal/)
  ]);
  expect(column('Branches')).toContain('main aaaaaaa → bbbbbbb');
  expect(column('Branches')).toContain('exp/a comes back at ccccccc');
  expect(column('Index')).toContain('1 entry goes back:train.py');
  expect(column('Working files')).toContain(
    'notes.md not tracked by git; backed up first'
  );
  expect(offer.words).toBe('Undo 2 operations');
  expect(offer.value).toEqual({ target: { before: 'b' }, seen: foreseen });
});

it('says what is in the way, and offers to go back as far as that', async () => {
  client = fakeClient({
    operations: () =>
      Promise.resolve({ operations: [reset], undo: 'c', redo: null }),
    undo: (_, { to }: UndoRequest) =>
      to === 'c'
        ? Promise.resolve(foreseen)
        : Promise.reject(
            refusal('would-overwrite', { files: ['a.py'], operation: 'c' })
          )
  });
  await show();
  expect(screen.getByRole('alert').textContent).toContain(
    'Refused: would-overwrite.'
  );
  expect(
    screen.getByRole('list', { name: 'Files in the way' }).textContent
  ).toBe('a.py');
  expect(offer.value).toBeNull();
  fireEvent.click(
    screen.getByRole('button', {
      name: 'Go back only to after: hard reset to a1b2c3d'
    })
  );
  await settle();
  expect(offer.value).toEqual({ target: { to: 'c' }, seen: foreseen });
});
