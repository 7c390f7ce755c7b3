import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { Undone, UndoRequest } from '../api/schema';
import { RepositoryModel } from '../repository/model';
import { fakeClient, refusal, type IFakeClient } from '../testing/fakeClient';
import { aFile, anOperation, anUndone } from '../testing/fixtures';
import { CommandIDs } from '../tokens';
import { goingBack, type AskWayBack, type IWayBack } from './goingBack';

const trans = nullTranslator.load('jupyter_mlgit');
const seen = anUndone({
  operations: [
    anOperation({ id: 'c', title: 'Hard reset to a1b2c3d' }),
    anOperation({ id: 'b', title: 'Switch to exp/a' })
  ],
  files: [aFile('train.py', 'overwritten')]
});
let client: IFakeClient;
let questions: unknown[][];
let redone: unknown[];
let commands: CommandRegistry;

/** Goes back to before `b`; the server answers the acts one after the other. */
async function goBack(
  acts: readonly (Undone | Error)[],
  foreseen: Undone = seen
): Promise<void> {
  const left = [...acts];
  client = fakeClient({
    undo: (_, { dryRun }) => {
      const answer = dryRun ? foreseen : left.shift();
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer ?? foreseen);
    }
  });
  const choices: (IWayBack | null)[] = [
    { target: { before: 'b' }, seen },
    null
  ];
  const ask: AskWayBack = (...question) => {
    questions.push(question);
    return Promise.resolve(choices.shift() ?? null);
  };
  const repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  await goingBack(trans, commands, repository, ask)({ before: 'b' });
}

/** The acts that were asked for, without their previews. */
function acts(): readonly unknown[] {
  return client.asked
    .filter(({ verb, args }) => {
      const body = args[1] as UndoRequest | undefined;
      return verb === 'undo' && body?.dryRun === false;
    })
    .map(({ args }) => args.slice(1));
}

beforeEach(() => {
  Notification.dismiss();
  questions = [];
  redone = [];
  commands = new CommandRegistry();
  commands.addCommand(CommandIDs.redo, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: args => {
      redone.push(args);
    }
  });
});

it('does what was seen, in the state in which it was seen, and offers to do all of it again', async () => {
  await goBack([{ ...seen, operation: 'undoing' }]);
  expect(acts()).toEqual([
    [
      { id: null, to: null, before: 'b', dryRun: false },
      { stateToken: 'token-1' }
    ]
  ]);
  const [toast] = Notification.manager.notifications;
  expect(toast?.message).toBe(
    'Back to before: switch to exp/a (2 operations undone)'
  );
  toast?.options.actions?.[0]?.callback(new MouseEvent('click'));
  expect(redone).toEqual([{ to: 'c' }]);
});

it('tries again where only files went on changing', async () => {
  await goBack([refusal('state-changed'), { ...seen, operation: 'undoing' }]);
  expect(acts()).toHaveLength(2);
  expect(questions).toHaveLength(1);
});

it('undoes nothing that was not seen, and asks again', async () => {
  await goBack([], {
    ...seen,
    operations: [anOperation({ id: 'd' }), ...seen.operations]
  });
  expect(acts()).toEqual([]);
  expect(questions).toEqual([
    [{ before: 'b' }, null],
    [
      { before: 'b' },
      expect.objectContaining({
        message: 'The repository has changed since. Nothing was undone.'
      })
    ]
  ]);
});

it('passes a refusal on', async () => {
  await expect(goBack([refusal('would-overwrite')])).rejects.toThrow(
    'would-overwrite'
  );
});

it('asks again as far as was chosen, where something else holds the index', async () => {
  await goBack([refusal('index-locked')]);
  expect(questions).toEqual([
    [{ before: 'b' }, null],
    [
      { before: 'b' },
      expect.objectContaining({ message: 'Refused: index-locked.' })
    ]
  ]);
});
