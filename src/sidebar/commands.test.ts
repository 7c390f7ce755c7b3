import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import type { Operations } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import { fakeClient, type IFakeClient } from '../testing/fakeClient';
import { anOperation } from '../testing/fixtures';
import { CommandIDs } from '../tokens';
import { addCommands } from './commands';
import { HeadModel } from './head';
import { Sidebar } from './sidebar';

let client: IFakeClient;
let repository: RepositoryModel;
let commands: CommandRegistry;
let done: string[];

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
  addCommands(
    { commands } as unknown as JupyterFrontEnd,
    nullTranslator.load('jupyter_mlgit'),
    repository,
    new HeadModel(),
    new Sidebar(repository, new Widget(), () => undefined)
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

it('undoes one act after the other when asked twice in a row', async () => {
  done.push('newer');
  await repository.refresh();
  await Promise.all([
    commands.execute(CommandIDs.undo),
    commands.execute(CommandIDs.undo)
  ]);
  expect(undone()).toEqual(['newer', 'older']);
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
