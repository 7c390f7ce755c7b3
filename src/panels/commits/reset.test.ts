import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { Reset } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import { aReset, idOf } from '../../testing/commitFixtures';
import { aFile } from '../../testing/fixtures';
import { fakeClient, refusal } from '../../testing/fakeClient';
import { CommandIDs } from '../../tokens';
import { CommitsModel, type IResetChoice } from './model';
import { resetting, type AskReset } from './reset';

const trans = nullTranslator.load('jupyter_mlgit');
const done = aReset({
  mode: 'hard',
  operation: 'op-7',
  commitsLeft: [
    { id: idOf('fff'), subject: 'Too much', pushed: false },
    { id: idOf('eee'), subject: 'Too much already', pushed: false }
  ],
  files: [
    aFile('a', 'overwritten'),
    aFile('b', 'endangered'),
    aFile('c', 'deleted')
  ]
});
let commands: CommandRegistry;
let undone: unknown[];
let questions: Parameters<AskReset>[0][];

async function reset(
  answers: readonly (Reset | Error)[],
  choices: readonly (IResetChoice | null)[] = []
): Promise<CommitsModel> {
  const left = [...answers];
  const client = fakeClient({
    reset: (_, { dryRun }) => {
      const answer = dryRun ? done : left.shift();
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer ?? done);
    }
  });
  const repository = new RepositoryModel(client, null);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await new Promise(resolve => setTimeout(resolve));
  const model = new CommitsModel(repository);
  const rest = [...choices];
  const standard: IResetChoice = {
    rev: 'HEAD~2',
    mode: 'hard',
    allowPushed: false,
    seen: done
  };
  const run = resetting(trans, commands, model, question => {
    questions.push(question);
    const next = rest.shift();
    return Promise.resolve(next === undefined ? standard : next);
  });
  await run('HEAD~2', 'mixed');
  return model;
}

function toasts(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

beforeEach(() => {
  Notification.dismiss();
  questions = [];
  undone = [];
  commands = new CommandRegistry();
  commands.addCommand(CommandIDs.undo, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: args => {
      undone.push(args);
    }
  });
});

it('says what was done, and offers to take exactly that back', async () => {
  await reset([done]);
  expect(toasts()).toEqual([
    'Reset main to a1b2c3d (3 files, 2 commits left behind)'
  ]);
  const [action] = Notification.manager.notifications[0]?.options.actions ?? [];
  expect(action?.label).toBe('Undo');
  expect(action?.caption).toBe('Undo: hard reset to a1b2c3d');
  action?.callback(new MouseEvent('click'));
  expect(undone).toEqual([{ id: 'op-7' }]);
});

it('says what it gave up', async () => {
  await reset([aReset({ givesUp: 'cherry-pick' })]);
  expect(toasts()).toEqual(['Reset main to a1b2c3d (cherry-pick given up)']);
});

it('does nothing when the person would rather not', async () => {
  const model = await reset([], [null]);
  expect(toasts()).toEqual([]);
  expect(model.view).toMatchObject({ refusal: null, busy: null });
});

it('asks again, in the mode that was chosen, when the repository has changed', async () => {
  const changed = Array.from({ length: 3 }, () => refusal('state-changed'));
  await reset([...changed, done]);
  expect(questions).toMatchObject([
    { rev: 'HEAD~2', mode: 'mixed', again: null },
    {
      rev: 'HEAD~2',
      mode: 'hard',
      again: {
        message: 'The repository has changed since. Nothing was reset.'
      }
    }
  ]);
  expect(toasts()).toHaveLength(1);
});

it('shows in the section why it was refused', async () => {
  const model = await reset([refusal('would-overwrite')]);
  expect(model.view.refusal).toMatchObject({ code: 'would-overwrite' });
  expect(model.view.busy).toBeNull();
  expect(toasts()).toEqual([]);
});

it('asks again, with all that was chosen, where something else holds the index', async () => {
  const chosen: IResetChoice = {
    rev: 'HEAD~2',
    mode: 'soft',
    allowPushed: true,
    seen: done
  };
  const model = await reset([refusal('index-locked'), done], [chosen]);
  expect(questions[1]).toEqual({
    rev: 'HEAD~2',
    mode: 'soft',
    allowPushed: true,
    again: {
      tone: 'error',
      message: 'Refused: index-locked.',
      hint: 'Do something else.'
    }
  });
  expect(model.view.refusal).toBeNull();
  expect(toasts()).toHaveLength(1);
});
