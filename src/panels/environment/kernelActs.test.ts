import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { KernelAPI, ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import * as dialog from '../../components/dialog';
import * as toasts from '../../components/toast';
import { kernelActs, type IKernelActs } from './kernelActs';

jest.mock('../../components/dialog', () => ({ ask: jest.fn() }));
jest.mock('../../components/toast', () => ({ toast: jest.fn() }));
jest.mock('@jupyterlab/services', () => ({
  ...jest.requireActual<object>('@jupyterlab/services'),
  KernelAPI: { interruptKernel: jest.fn(), restartKernel: jest.fn() }
}));

const ask = jest.mocked(dialog.ask);
const toast = jest.mocked(toasts.toast);
const interrupt = jest.mocked(KernelAPI.interruptKernel);
const restart = jest.mocked(KernelAPI.restartKernel);
const endSession = jest.fn(() => Promise.resolve());
const endKernel = jest.fn(() => Promise.resolve());
const labsRestart = jest.fn(() => Promise.resolve(true));
const openOrReveal = jest.fn();
const OPEN = { session: { kernel: { id: 'kernel-1' } } };
const ONE = { kernel: 'kernel-1', path: 'train.ipynb' };
let acts: IKernelActs;

/** Lab, with these notebooks open. */
function lab(open: Readonly<Record<string, object>>): void {
  const app = {
    serviceManager: {
      serverSettings: {},
      kernels: { shutdown: endKernel },
      sessions: {
        shutdown: endSession,
        running: () =>
          [{ id: 'session-1', kernel: { id: 'kernel-1' } }].values()
      }
    }
  } as unknown as JupyterFrontEnd;
  const documents = {
    findWidget: (path: string) => open[path],
    contextForWidget: (widget: object) => ({ sessionContext: widget }),
    openOrReveal
  } as unknown as IDocumentManager;
  const dialogs: Pick<ISessionContext.IDialogs, 'restart'> = {
    restart: labsRestart
  };
  acts = kernelActs(
    app,
    nullTranslator.load('jupyter_mlgit'),
    documents,
    dialogs
  );
}

beforeEach(() => {
  jest.clearAllMocks();
  ask.mockResolvedValue(true);
  lab({});
});

it('interrupts without a question', async () => {
  await acts.interrupt(ONE);
  expect(interrupt).toHaveBeenCalledWith('kernel-1', {});
  expect(ask).not.toHaveBeenCalled();
});

it("restarts an open notebook by Lab's own dialog", async () => {
  lab({ 'train.ipynb': OPEN });
  await acts.restart(ONE);
  expect(labsRestart).toHaveBeenCalledWith(OPEN);
  expect(restart).not.toHaveBeenCalled();
});

it('asks before it restarts one that is not open, or runs another kernel', async () => {
  lab({ 'train.ipynb': { session: { kernel: { id: 'kernel-2' } } } });
  await acts.restart(ONE);
  expect(labsRestart).not.toHaveBeenCalled();
  expect(ask.mock.lastCall?.[0].title).toBe('Restart Kernel?');
  expect(restart).toHaveBeenCalledWith('kernel-1', {});
  ask.mockResolvedValue(false);
  await acts.restart({ kernel: 'kernel-9', path: null });
  expect(restart).toHaveBeenCalledTimes(1);
});

it('shuts down the session, or the kernel that has none, after a question', async () => {
  await acts.shutDown(ONE);
  expect(endSession).toHaveBeenCalledWith('session-1');
  expect(toast).toHaveBeenCalledWith(
    'success',
    'Shut down the kernel of train.ipynb.'
  );
  await acts.shutDown({ kernel: 'kernel-9', path: null });
  expect(endKernel).toHaveBeenCalledWith('kernel-9');
  ask.mockResolvedValue(false);
  await acts.shutDown(ONE);
  expect(endSession).toHaveBeenCalledTimes(1);
});

it('says what did not work', async () => {
  interrupt.mockRejectedValue(
    new ServerConnection.NetworkError(new TypeError('The server is away.'))
  );
  await acts.interrupt(ONE);
  expect(toast).toHaveBeenCalledWith(
    'error',
    'The kernel of train.ipynb was not interrupted. The server is away.'
  );
  interrupt.mockRejectedValue(new Error('A fault of ours'));
  await expect(acts.interrupt(ONE)).rejects.toThrow('A fault of ours');
});

it('opens a notebook', () => {
  acts.open('train.ipynb');
  expect(openOrReveal).toHaveBeenCalledWith('train.ipynb');
});
