import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { render, screen, waitFor } from '@testing-library/react';
import React from 'react';
import type { Discarded } from '../../api/schema';
import type { IOffer } from '../../components/choiceDialog';
import { RepositoryModel } from '../../repository/model';
import { OpenDocuments } from '../../repository/openDocuments';
import { aFile, aStatus } from '../../testing/fixtures';
import { aStatusChange } from '../../testing/diffFixtures';
import {
  fakeClient,
  refusal,
  type IFakeClient
} from '../../testing/fakeClient';
import { CommandIDs } from '../../tokens';
import { discarding, type AskDiscard } from './discard';
import { DiscardQuestion } from './discardDialog';

const trans = nullTranslator.load('jupyter_mlgit');

function aDiscard(change: Partial<Discarded> = {}): Discarded {
  return {
    files: [aFile('src/train.py', 'overwritten')],
    index: [],
    refused: [],
    stamps: { 'src/train.py': 'one' },
    staged: { 'src/train.py': 'as it was' },
    backup: null,
    operation: null,
    ...change
  };
}

const done = aDiscard({ backup: 'b', operation: 'op-7' });

const TRAIN = { path: 'src/train.py', isNew: false };

/** What is open, as far as it has edits that are not saved; saving gives the file another content. */
function openDocuments(
  client: IFakeClient,
  unsaved: readonly string[]
): OpenDocuments {
  const left = new Set(unsaved);
  return new OpenDocuments(trans, client, {
    documents: () =>
      unsaved.map(path => ({
        path: `project/${path}`,
        dirty: left.has(path),
        save: () => {
          left.delete(path);
          return Promise.resolve();
        },
        revert: () => Promise.resolve(),
        onDisk: () => Promise.resolve('other')
      })),
    ask: (): never => {
      throw new Error('There was one question already.');
    },
    tell: () => undefined
  });
}

async function repositoryOf(
  client: IFakeClient,
  unsaved: readonly string[] = []
): Promise<RepositoryModel> {
  const repository = new RepositoryModel(
    client,
    null,
    openDocuments(client, unsaved)
  );
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await new Promise(resolve => setTimeout(resolve));
  return repository;
}

/** Discards; gives what was sent, and what was asked again. */
async function discard(
  foreseen: readonly Discarded[],
  answers: readonly (Discarded | Error)[],
  {
    accept = true,
    unsaved = [] as readonly string[],
    file = TRAIN,
    seen = aDiscard()
  } = {}
): Promise<{ sent: number; again: unknown[] }> {
  const [previews, left] = [[...foreseen], [...answers]];
  let sent = 0;
  const client = fakeClient({
    status: at =>
      at === 'project'
        ? Promise.resolve(aStatus())
        : Promise.reject(refusal('not-a-repository')),
    discard: (_, { dryRun }) => {
      if (dryRun) {
        return Promise.resolve(previews.shift() ?? aDiscard());
      }
      sent += 1;
      const answer = left.shift() ?? done;
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer);
    }
  });
  const repository = await repositoryOf(client, unsaved);
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.undo, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => undefined
  });
  const again: unknown[] = [];
  const ask: AskDiscard = (_, why) => {
    again.push(why?.message ?? null);
    return Promise.resolve(accept ? seen : null);
  };
  await discarding(trans, commands, repository, ask)(file);
  return { sent, again };
}

function toasts(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

beforeEach(() => {
  Notification.dismiss();
});

it('says what was discarded, and offers to take exactly that back', async () => {
  expect((await discard([], [done])).sent).toBe(1);
  expect(toasts()).toEqual(['Discarded changes in src/train.py']);
  const [action] = Notification.manager.notifications[0]?.options.actions ?? [];
  expect(action?.caption).toBe('Undo: discard changes in src/train.py');
});

it('changes nothing where the person would rather not', async () => {
  expect(await discard([], [], { accept: false })).toEqual({
    sent: 0,
    again: [null]
  });
  expect(toasts()).toEqual([]);
});

it.each<[string, Partial<Discarded>]>([
  [
    'a file that was not seen',
    {
      files: [aFile('src/train.py', 'overwritten'), aFile('b', 'overwritten')],
      stamps: { 'src/train.py': 'one', b: 'one' }
    }
  ],
  ['a file with another content', { stamps: { 'src/train.py': 'two' } }]
])('asks again before it discards %s', async (_, change) => {
  const { sent, again } = await discard([aDiscard(change)], [done]);
  expect(again).toEqual([
    null,
    'The files have changed since. Nothing was discarded.'
  ]);
  expect(sent).toBe(1);
});

it('asks once where edits are not saved yet, and saves only what is discarded', async () => {
  const saved = aDiscard({ stamps: { 'src/train.py': 'saved' } });
  const unsaved = ['src/train.py'];
  expect(await discard([saved], [done], { unsaved })).toEqual({
    sent: 1,
    again: [null]
  });
  const elsewhere = ['notes.md'];
  expect(
    (await discard([saved], [done], { unsaved: elsewhere })).again
  ).toEqual([null, 'The files have changed since. Nothing was discarded.']);
});

it('asks again where another content was staged since, though the file was saved', async () => {
  const now = aDiscard({
    stamps: { 'src/train.py': 'saved' },
    staged: { 'src/train.py': 'other' }
  });
  const unsaved = ['src/train.py'];
  expect((await discard([now], [done], { unsaved })).again).toEqual([
    null,
    'The files have changed since. Nothing was discarded.'
  ]);
});

it('takes what saving makes of the other half of a pair for seen', async () => {
  const pair = (stamp: string): Discarded =>
    aDiscard({
      files: [aFile('a.ipynb', 'overwritten', ['a.py'])],
      stamps: { 'a.ipynb': stamp, 'a.py': stamp },
      staged: { 'a.ipynb': 'as it was', 'a.py': 'as it was' }
    });
  const options = { seen: pair('one'), unsaved: ['a.ipynb'] };
  expect((await discard([pair('two')], [done], options)).again).toEqual([null]);
});

it('says of a new file that it goes', async () => {
  const file = { path: 'src/train.py', isNew: true };
  await discard([], [done], { file });
  expect(toasts()).toEqual(['Discarded new: src/train.py']);
});

it('says why it was refused', async () => {
  await discard([], [refusal('unsupported-repository')]);
  expect(toasts()).toEqual([
    'Refused: unsupported-repository. Do something else.'
  ]);
});

it('shows what goes back and what stays, and offers nothing where nothing would', async () => {
  const client = fakeClient({
    status: () =>
      Promise.resolve(
        aStatus({
          changes: [aStatusChange({ path: 'src/train.py', index: 'modified' })]
        })
      ),
    discard: () =>
      Promise.resolve(
        aDiscard({
          files: [{ ...aFile('src/train.py', 'overwritten'), edited: true }],
          refused: [
            { path: 'sub', reason: 'It is a submodule: use git there.' }
          ]
        })
      )
  });
  const repository = await repositoryOf(client);
  const offers: (Discarded | null)[] = [];
  const question = (
    <DiscardQuestion
      trans={trans}
      repository={repository}
      file={TRAIN}
      again={null}
      onOffer={({ value }: IOffer<Discarded>) => {
        offers.push(value);
      }}
    />
  );
  const { unmount } = render(question);
  await waitFor(() => {
    expect(offers.at(-1)?.files).toHaveLength(1);
  });
  expect(
    screen.getByText('overwritten; its edits are backed up first')
  ).toBeTruthy();
  expect(
    screen.getByText('sub stays: It is a submodule: use git there.')
  ).toBeTruthy();
  expect(
    screen.getByText(
      'The working file goes back to what is staged in the index.'
    )
  ).toBeTruthy();
  unmount();
  client.answer({
    discard: () => Promise.resolve(aDiscard({ files: [], stamps: {} }))
  });
  render(question);
  await screen.findByText(/nothing to discard/);
  expect(offers.at(-1)).toBeNull();
});

it('says of a new file that it goes away, and of open edits that they are saved', async () => {
  const client = fakeClient({
    status: () => Promise.resolve(aStatus()),
    discard: () => Promise.resolve(aDiscard({ index: ['src/train.py'] }))
  });
  const repository = await repositoryOf(client);
  jest
    .spyOn(repository, 'unsaved')
    .mockImplementation(paths => Promise.resolve(paths));
  render(
    <DiscardQuestion
      trans={trans}
      repository={repository}
      file={{ path: 'src/train.py', isNew: true }}
      again={null}
      onOffer={() => undefined}
    />
  );
  await screen.findByText(/the file goes away, and is no longer staged/);
  await screen.findByText(/saved first, .*: src\/train.py$/);
  expect(screen.getByText(/Undo brings it back/)).toBeTruthy();
  const asked = client.asked.find(({ verb }) => verb === 'discard');
  expect(asked?.args[1]).toMatchObject({ paths: ['src/train.py'], new: true });
});

it('says of a file that the index no longer has that the last commit has it', async () => {
  const client = fakeClient({
    status: () =>
      Promise.resolve(
        aStatus({
          changes: [
            aStatusChange({
              path: 'big.csv',
              index: 'deleted',
              worktree: null
            }),
            aStatusChange({
              path: 'big.csv',
              index: null,
              worktree: 'untracked'
            })
          ]
        })
      ),
    discard: () => Promise.resolve(aDiscard({ index: [] }))
  });
  const repository = await repositoryOf(client);
  render(
    <DiscardQuestion
      trans={trans}
      repository={repository}
      file={{ path: 'big.csv', isNew: true }}
      again={null}
      onOffer={() => undefined}
    />
  );
  await screen.findByText(/The last commit has it, the index no longer does/);
  expect(screen.queryByText(/No commit has it/)).toBeNull();
});
