import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import type { Operations } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { anOperation, aStatus } from '../testing/fixtures';
import { CommandIDs } from '../tokens';

import { HeadModel } from './head';
import { Sidebar } from './sidebar';
import { addUndoCommands } from './undoCommands';

let client: IFakeClient;
let repository: RepositoryModel;
let commands: CommandRegistry;
let head: HeadModel;
let done: string[];
let revealed: number;

async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

/** The server's log: what is done stands on it, the newest last, until it is undone. */
function log(): Operations {
  const undo = done.at(-1) ?? null;
  return {
    operations: done.map(id => anOperation({ id })).reverse(),
    undo,
    redo: null
  };
}

function undone(): unknown[] {
  return client.asked
    .filter(question => question.verb === 'undo')
    .map(question => (question.args[1] as { id: string | null }).id);
}

beforeEach(async () => {
  done = ['older'];
  revealed = 0;
  client = fakeClient({
    operations: () => settle().then(log),
    undo: (_, { id }) => {
      done = done.filter(one => one !== id);
      const nothing = { operations: [], refs: [], index: [], files: [] };
      return settle().then(() => ({ ...nothing, operation: 'undoing' }));
    }
  });
  repository = new RepositoryModel(client, null);
  commands = new CommandRegistry();
  head = new HeadModel();
  Notification.dismiss();
  addUndoCommands(
    { commands } as unknown as JupyterFrontEnd,
    nullTranslator.load('jupyter_mlgit'),
    repository,
    head,
    new Sidebar(repository, new Widget(), () => revealed++)
  );
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await repository.settled();
});

afterEach(() => {
  repository.dispose();
});

it('undoes the newest act even while the panel has not heard of it', async () => {
  const acting = repository.act(() => {
    done.push('newer');
    return settle();
  });
  expect(repository.state.operations?.undo).toBe('older');
  await commands.execute(CommandIDs.undo);
  await acting;
  expect(undone()).toEqual(['newer']);
});

it('can be asked where the first act of all is only just under way', async () => {
  done = [];
  await repository.refresh();
  expect(commands.isEnabled(CommandIDs.undo)).toBe(false);
  const acting = repository.act(() => {
    done.push('first');
    return settle();
  });
  expect(commands.isEnabled(CommandIDs.undo)).toBe(true);
  await commands.execute(CommandIDs.undo);
  await acting;
  expect(undone()).toEqual(['first']);
});

it('undoes one act when asked twice before the next is named, and then goes on', async () => {
  done.push('newer');
  await repository.refresh();
  await Promise.all([
    commands.execute(CommandIDs.undo),
    commands.execute(CommandIDs.undo),
    commands.execute(CommandIDs.undo, { id: 'newer' })
  ]);
  expect(undone()).toEqual(['newer']);
  expect(repository.state.operations?.undo).toBe('older');
  await commands.execute(CommandIDs.undo);
  expect(undone()).toEqual(['newer', 'older']);
});

it('waits its turn with another act than the one under way', async () => {
  done.push('newer');
  await repository.refresh();
  await Promise.all([
    commands.execute(CommandIDs.undo, { id: 'newer' }),
    commands.execute(CommandIDs.undo, { id: 'older' })
  ]);
  expect(undone()).toEqual(['newer', 'older']);
});

it('can be asked again after a refusal', async () => {
  client.answer({ undo: () => Promise.reject(refusal('index-locked')) });
  await commands.execute(CommandIDs.undo);
  await commands.execute(CommandIDs.undo);
  expect(undone()).toEqual(['older', 'older']);
});

it('asks for the log first where nobody looked', async () => {
  repository.setAttention('panel', false);
  await repository.act(() => {
    done.push('newer');
    return settle();
  });
  await commands.execute(CommandIDs.undo);
  expect(undone()).toEqual(['newer']);
});

it('goes one act back for a key, however long it is held', async () => {
  done.push('newer');
  await repository.refresh();
  commands.addKeyBinding({
    command: CommandIDs.undo,
    keys: ['Ctrl Z'],
    selector: 'body'
  });
  const hear = (event: KeyboardEvent): void => {
    commands.processKeydownEvent(event);
  };
  document.addEventListener('keydown', hear, true);
  const press = async (repeat: boolean): Promise<void> => {
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', {
        key: 'z',
        code: 'KeyZ',
        keyCode: 90,
        ctrlKey: true,
        bubbles: true,
        cancelable: true,
        repeat
      })
    );
    await settle();
    await repository.settled();
  };
  await press(false);
  expect(undone()).toEqual(['newer']);
  await press(true);
  await press(true);
  expect(undone()).toEqual(['newer']);
  // What is no key is done, whatever key is held meanwhile.
  await commands.execute(CommandIDs.undo, { id: 'older' });
  expect(undone()).toEqual(['newer', 'older']);
  document.removeEventListener('keydown', hear, true);
});

describe('says why it does nothing', () => {
  const told = (): string[] =>
    Notification.manager.notifications.map(({ message }) => message);

  it.each([
    [
      aStatus({ readOnly: 'It belongs to somebody else.' }),
      'This repository can only be read. It belongs to somebody else.'
    ],
    [
      aStatus({ unfinished: { kind: 'interrupted' } }),
      'An earlier act was interrupted. Finish it or roll it back first.'
    ]
  ])('where nothing may be done at all', async (status, reason) => {
    client.answer({ status: () => Promise.resolve(status) });
    await repository.refresh();
    await commands.execute(CommandIDs.undo, { id: 'older' });
    await commands.execute(CommandIDs.goBack, { before: 'older' });
    await commands.execute(CommandIDs.redo, { to: 'older' });
    expect(client.count('undo') + client.count('redo')).toBe(0);
    expect(told()).toEqual([`Nothing was done again. ${reason}`]);
    await commands.execute(CommandIDs.undo, { id: 'older' });
    expect(told()).toEqual([`Nothing was undone. ${reason}`]);
    const [show] = Notification.manager.notifications[0]?.options.actions ?? [];
    show?.callback(new MouseEvent('click'));
    expect(revealed).toBe(1);
  });

  it('but waits for what is just being settled', async () => {
    client.answer({
      status: () =>
        Promise.resolve(aStatus({ unfinished: { kind: 'interrupted' } }))
    });
    await repository.refresh();
    const settling = repository.act(() => {
      client.answer({ status: () => Promise.resolve(aStatus()) });
      return settle();
    });
    await commands.execute(CommandIDs.undo, { id: 'older' });
    await settling;
    expect(undone()).toEqual(['older']);
  });

  it('where nothing is left to undo', async () => {
    done = [];
    await repository.refresh();
    await commands.execute(CommandIDs.undo);
    expect(told()).toEqual([
      'Nothing was undone. There is nothing here that can be undone.'
    ]);
  });

  it('where the server refuses, with what to do, and tries again where that may help', async () => {
    client.answer({ undo: () => Promise.reject(refusal('index-locked')) });
    await commands.execute(CommandIDs.undo, { id: 'older' });
    expect(head.state.trouble?.code).toBe('index-locked');
    expect(told()).toEqual(['Refused: index-locked. Do something else.']);
    head.state.retry?.();
    await settle();
    expect(undone()).toEqual(['older', 'older']);
  });
});
