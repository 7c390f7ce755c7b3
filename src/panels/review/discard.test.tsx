import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { render, screen, waitFor } from '@testing-library/react';
import React from 'react';
import type { Discarded } from '../../api/schema';
import type { IOffer } from '../../components/choiceDialog';
import { RepositoryModel } from '../../repository/model';
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
    refused: [],
    backup: null,
    operation: null,
    ...change
  };
}

const done = aDiscard({ backup: 'b', operation: 'op-7' });

async function repositoryOf(client: IFakeClient): Promise<RepositoryModel> {
  const repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await new Promise(resolve => setTimeout(resolve));
  return repository;
}

/** Discards; gives what was sent, and what was asked again. */
async function discard(
  foreseen: readonly Discarded[],
  answers: readonly (Discarded | Error)[],
  accept = true
): Promise<{ sent: number; again: unknown[] }> {
  const [previews, left] = [[...foreseen], [...answers]];
  let sent = 0;
  const client = fakeClient({
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
  const repository = await repositoryOf(client);
  const commands = new CommandRegistry();
  commands.addCommand(CommandIDs.undo, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => undefined
  });
  const again: unknown[] = [];
  const ask: AskDiscard = (_, why) => {
    again.push(why?.message ?? null);
    return Promise.resolve(accept ? aDiscard() : null);
  };
  await discarding(trans, commands, repository, ask)('src/train.py');
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
  expect(await discard([], [], false)).toEqual({ sent: 0, again: [null] });
  expect(toasts()).toEqual([]);
});

it('asks again before it discards a file that was not seen', async () => {
  const more = aDiscard({
    files: [aFile('src/train.py', 'overwritten'), aFile('b', 'overwritten')]
  });
  const { sent, again } = await discard([more], [done]);
  expect(again).toEqual([
    null,
    'The files have changed since. Nothing was discarded.'
  ]);
  expect(sent).toBe(1);
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
      path="src/train.py"
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
    screen.getByText('The working file goes back to what is staged.')
  ).toBeTruthy();
  unmount();
  client.answer({ discard: () => Promise.resolve(aDiscard({ files: [] })) });
  render(question);
  await screen.findByText(/nothing to discard/);
  expect(offers.at(-1)).toBeNull();
});
