import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { Status } from '../api/schema';
import { aStatusChange } from '../testing/diffFixtures';
import { fakeClient, refusal } from '../testing/fakeClient';
import { aStatus } from '../testing/fixtures';
import { CommandIDs } from '../tokens';
import { diffEntriesPlugin } from './entries';

interface ILab {
  readonly commands: CommandRegistry;
  /** What was opened. */
  readonly opened: readonly unknown[];
}

interface IItem {
  readonly path: string;
  readonly type?: string;
}

/** A lab with a repository at its root, in which `train.py` and `nb/a.ipynb` differ. */
function lab(options: {
  readonly chosen?: readonly IItem[];
  readonly notebook?: { readonly path: string };
  readonly status?: Partial<Status>;
  readonly refuse?: boolean;
}): ILab {
  const status = aStatus({
    changes: ['train.py', 'nb/a.ipynb'].map(path => aStatusChange({ path })),
    ...options.status
  });
  const client = fakeClient({
    status: () =>
      options.refuse === true
        ? Promise.reject(refusal('repository-busy'))
        : Promise.resolve(status)
  });
  const repository = { client, state: { at: '', status } } as unknown;
  Object.assign(repository as object, { stateChanged: new Signal({}) });
  const commands = new CommandRegistry();
  const opened: unknown[] = [];
  commands.addCommand(CommandIDs.openDiff, {
    describedBy: { args: { type: 'object', properties: {} } },
    execute: args => {
      opened.push(args);
    }
  });
  const drive = (path: string): string => {
    const [name = '', rest] = path.split(':');
    return rest === undefined ? '' : name;
  };
  const contents = {
    driveName: drive,
    localPath: (path: string) => path.replace(/^.*:/, '')
  };
  const items = (options.chosen ?? []).map(one => ({ type: 'file', ...one }));
  const { notebook } = options;
  void diffEntriesPlugin.activate(
    { commands, serviceManager: { contents } } as unknown as JupyterFrontEnd,
    repository,
    { selectedItems: () => items },
    { currentWidget: notebook ? { context: notebook } : null },
    null,
    null
  );
  return { commands, opened };
}

function told(): readonly string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

const HEAD = { revisions: ['HEAD'], staged: false, untracked: true };

/** Until the plugin knows where the repository begins. */
const settled = (): Promise<unknown> =>
  new Promise(resolve => setTimeout(resolve));

afterEach(() => {
  Notification.manager.dismiss();
});

describe('the menu of the file browser', () => {
  it.each<[string, readonly IItem[], boolean]>([
    ['a file that differs', [{ path: 'train.py' }], true],
    ['the same of people who edit together', [{ path: 'RTC:train.py' }], true],
    ['a file that does not differ', [{ path: 'other.py' }], false],
    ['a file elsewhere', [{ path: 's3:train.py' }], false],
    ['a folder', [{ path: 'train.py', type: 'directory' }], false],
    ['two files', [{ path: 'train.py' }, { path: 'nb/a.ipynb' }], false],
    ['nothing', [], false]
  ])('for %s', async (_, chosen, visible) => {
    const { commands, opened } = lab({ chosen });
    await settled();
    expect(commands.isVisible(CommandIDs.openDiffOfFile)).toBe(visible);
    await commands.execute(CommandIDs.openDiffOfFile);
    expect(opened).toEqual(
      visible ? [{ path: 'train.py', at: '', ...HEAD }] : []
    );
  });

  it('names the folder of the file, and the file from the top', async () => {
    const { commands, opened } = lab({ chosen: [{ path: 'nb/a.ipynb' }] });
    await settled();
    await commands.execute(CommandIDs.openDiffOfFile);
    expect(opened).toEqual([{ path: 'nb/a.ipynb', at: 'nb', ...HEAD }]);
  });

  it('compares with the index where there is no commit yet', async () => {
    const { commands, opened } = lab({
      chosen: [{ path: 'train.py' }],
      status: { head: null }
    });
    await settled();
    await commands.execute(CommandIDs.openDiffOfFile);
    expect(opened).toEqual([
      { path: 'train.py', at: '', ...HEAD, revisions: [] }
    ]);
  });
});

describe('the button of a notebook', () => {
  it('is there only with a notebook, and has words only in the palette', () => {
    const { commands } = lab({});
    const id = CommandIDs.openDiffOfNotebook;
    expect(commands.isEnabled(id)).toBe(false);
    const open = lab({ notebook: { path: 'nb/a.ipynb' } });
    expect(open.commands.isEnabled(id)).toBe(true);
    expect(commands.label(id, { toolbar: true })).toBe('');
    expect(commands.label(id)).not.toBe('');
  });

  it('compares it with the last commit', async () => {
    const open = lab({ notebook: { path: 'nb/a.ipynb' } });
    await open.commands.execute(CommandIDs.openDiffOfNotebook);
    expect(open.opened).toEqual([{ path: 'nb/a.ipynb', at: 'nb', ...HEAD }]);
    expect(told()).toEqual([]);
  });

  it('says why nothing opens', async () => {
    const other = lab({ notebook: { path: 's3:a.ipynb' } });
    await other.commands.execute(CommandIDs.openDiffOfNotebook);
    const busy = lab({
      notebook: { path: 'nb/a.ipynb' },
      refuse: true
    });
    await busy.commands.execute(CommandIDs.openDiffOfNotebook);
    expect([other.opened, busy.opened]).toEqual([[], []]);
    expect([...told()].sort()).toEqual([
      'Refused: repository-busy. Do something else.',
      'This notebook is not on this server.'
    ]);
  });
});
