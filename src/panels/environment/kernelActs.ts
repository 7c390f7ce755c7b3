/**
 * Interrupts, restarts and shuts down kernels through Lab's own services, so that open notebooks and Lab's own list of
 * what runs hear of it.
 *
 * A notebook that is open is restarted by Lab's own dialog. One that is not open has none, so it is asked here, in
 * the same words: what is lost is what the kernel holds in memory.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  SessionContextDialogs,
  type ISessionContext
} from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import {
  KernelAPI,
  ServerConnection,
  type Session
} from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { ask } from '../../components/dialog';
import { toast } from '../../components/toast';
import { visibleText } from '../../components/visibleText';

/** A kernel that holds memory. */
export interface IRunningKernel {
  readonly kernel: string;
  /** Its notebook; null where there is none. */
  readonly path: string | null;
}

/** What can be done with a running kernel. */
export interface IKernelActs {
  interrupt(one: IRunningKernel): Promise<void>;
  restart(one: IRunningKernel): Promise<void>;
  shutDown(one: IRunningKernel): Promise<void>;
  /** Opens a notebook, or brings it to the front. */
  open(path: string): void;
}

/** Lab's dialogs about a kernel. */
type Dialogs = Pick<ISessionContext.IDialogs, 'restart'>;

/** Acts on kernels in Lab. */
export function kernelActs(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  documents: IDocumentManager | null,
  dialogs: Dialogs = new SessionContextDialogs()
): IKernelActs {
  const { kernels, sessions, serverSettings } = app.serviceManager;

  const nameOf = ({ kernel, path }: IRunningKernel): string =>
    path === null ? kernel.slice(0, 8) : visibleText(path);

  /** Gives the open document that this kernel belongs to. */
  const contextOf = ({
    kernel,
    path
  }: IRunningKernel): ISessionContext | null => {
    const widget = path === null ? undefined : documents?.findWidget(path);
    const context =
      widget === undefined ? undefined : documents?.contextForWidget(widget);
    const session = context?.sessionContext ?? null;
    return session?.session?.kernel?.id === kernel ? session : null;
  };

  const sessionOf = (kernel: string): Session.IModel | undefined =>
    [...sessions.running()].find(one => one.kernel?.id === kernel);

  /** Does it, and tells whether it went well. */
  const doing = async (
    act: () => Promise<unknown>,
    failed: string
  ): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      if (
        !(error instanceof ServerConnection.ResponseError) &&
        !(error instanceof ServerConnection.NetworkError)
      ) {
        throw error;
      }
      toast('error', trans.__('%1 %2', failed, visibleText(error.message)));
      return false;
    }
  };

  const really = (
    title: string,
    lost: string,
    accept: string
  ): Promise<boolean> =>
    ask({
      title,
      body: React.createElement('p', null, lost),
      cancel: trans.__('Cancel'),
      accept
    });

  return {
    interrupt: async one => {
      await doing(
        () => KernelAPI.interruptKernel(one.kernel, serverSettings),
        trans.__('The kernel of %1 was not interrupted.', nameOf(one))
      );
    },
    restart: async one => {
      const failed = trans.__(
        'The kernel of %1 was not restarted.',
        nameOf(one)
      );
      const context = contextOf(one);
      if (context !== null) {
        await doing(() => dialogs.restart(context), failed);
        return;
      }
      const wanted = await really(
        trans.__('Restart Kernel?'),
        trans.__(
          'Do you want to restart the kernel of %1? All variables will be lost.',
          nameOf(one)
        ),
        trans.__('Restart')
      );
      if (wanted) {
        await doing(
          () => KernelAPI.restartKernel(one.kernel, serverSettings),
          failed
        );
      }
    },
    shutDown: async one => {
      const wanted = await really(
        trans.__('Shut Down Kernel?'),
        trans.__(
          'Do you want to shut down the kernel of %1? All variables will be lost; the notebook stays as it is.',
          nameOf(one)
        ),
        trans.__('Shut Down')
      );
      if (!wanted) {
        return;
      }
      const session = sessionOf(one.kernel);
      const done = await doing(
        () =>
          session === undefined
            ? kernels.shutdown(one.kernel)
            : sessions.shutdown(session.id),
        trans.__('The kernel of %1 was not shut down.', nameOf(one))
      );
      if (done) {
        toast('success', trans.__('Shut down the kernel of %1.', nameOf(one)));
      }
    },
    open: path => {
      documents?.openOrReveal(path);
    }
  };
}
