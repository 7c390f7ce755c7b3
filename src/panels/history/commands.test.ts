import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { Branch, Status } from '../../api/schema';
import { RepositoryModel } from '../../repository/model';
import { fakeClient, refusal } from '../../testing/fakeClient';
import { aBranch, aStatus } from '../../testing/fixtures';
import { CommandIDs, type ISidebar } from '../../tokens';
import type { IBranchActs } from './acts';
import { addCommands } from './commands';
import { HistoryModel } from './model';

const trans = nullTranslator.load('jupyter_mlgit');
const { deleteBranch, renameBranch, switchBranch, createBranch } = CommandIDs;

/** The entry of a branch's menu: its words, and whether it can be chosen. */
type Entry = (command: string) => readonly [string, boolean];

async function menuOf(
  branch: Branch,
  status: Partial<Status> = {}
): Promise<Entry> {
  const client = fakeClient({
    status: () => Promise.resolve(aStatus(status)),
    branches: () =>
      Promise.resolve({
        branches: [branch],
        remotes: [],
        remoteCount: 0,
        main: null
      })
  });
  const repository = new RepositoryModel(client, null);
  const model = new HistoryModel(repository);
  repository.setFolder('project');
  repository.setAttention('panel', true);
  await new Promise(resolve => setTimeout(resolve));
  const commands = new CommandRegistry();
  addCommands(
    { commands } as unknown as JupyterFrontEnd,
    trans,
    model,
    {} as IBranchActs,
    {} as ISidebar
  );
  return command => {
    const args =
      command === createBranch
        ? { start: `refs/heads/${branch.name}` }
        : { branch: branch.name, listed: true };
    return [commands.label(command, args), commands.isEnabled(command, args)];
  };
}

it('says on an entry why it can not be chosen', async () => {
  const current = await menuOf(aBranch({ current: true }));
  expect(current(switchBranch)).toEqual([
    'Switch to This Branch — it is checked out here',
    false
  ]);
  expect(current(deleteBranch)).toEqual([
    'Delete — the current branch can not be deleted',
    false
  ]);
  expect(current(renameBranch)).toEqual(['Rename…', true]);
  const elsewhere = await menuOf(aBranch({ worktree: '/srv/other' }));
  expect(elsewhere(deleteBranch)[0]).toContain('checked out in /srv/other');
  const other = await menuOf(aBranch());
  expect(other(deleteBranch)).toEqual(['Delete', true]);
});

it('says so of all that changes something where nothing may', async () => {
  const only = 'this repository can only be read';
  const readOnly = await menuOf(aBranch(), { readOnly: 'It is not yours.' });
  expect([renameBranch, deleteBranch, createBranch].map(readOnly)).toEqual([
    [`Rename… — ${only}`, false],
    [`Delete — ${only}`, false],
    [`New Branch Here… — ${only}`, false]
  ]);
  const interrupted = await menuOf(aBranch(), {
    unfinished: { kind: 'interrupted' }
  });
  expect(interrupted(switchBranch)).toEqual([
    'Switch to This Branch — an interrupted act has to be settled first',
    false
  ]);
});

it('goes over no file that was not named, and names them again', async () => {
  const asked: (readonly string[] | undefined)[] = [];
  const ways = [['a.py'], ['a.py', 'new.py']];
  const switchTo: IBranchActs['switchTo'] = (_, over) => {
    asked.push(over);
    const files = ways.shift();
    return files === undefined
      ? Promise.resolve()
      : Promise.reject(refusal('would-overwrite', { files, backUp: true }));
  };
  const commands = new CommandRegistry();
  addCommands(
    { commands } as unknown as JupyterFrontEnd,
    trans,
    new HistoryModel(new RepositoryModel(fakeClient({}), null)),
    { switchTo } as IBranchActs,
    {} as ISidebar
  );
  const backUp = async (): Promise<void> => {
    const [offer] =
      Notification.manager.notifications[0]?.options.actions ?? [];
    offer?.callback(new MouseEvent('click'));
    await new Promise(resolve => setTimeout(resolve));
  };
  await commands.execute(switchBranch, { branch: 'exp' });
  await backUp();
  await backUp();
  expect(asked).toEqual([undefined, ['a.py'], ['a.py', 'new.py']]);
});
