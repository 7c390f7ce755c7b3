/** Provides what the GPUs do and what torch sees, and tells it which kernel the notebook in front runs. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  INotebookTracker,
  NotebookActions,
  type Notebook,
  type NotebookPanel
} from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IEnvironment, IRepository } from '../tokens';
import { EnvironmentModel } from './model';

/** The plugin. */
export const environmentPlugin: JupyterFrontEndPlugin<IEnvironment> = {
  id: 'jupyter-mlgit:machine',
  description: 'Follows the GPUs, and what torch sees in each kernel.',
  autoStart: true,
  provides: IEnvironment,
  requires: [IRepository],
  optional: [INotebookTracker, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    notebooks: INotebookTracker | null,
    registry: ISettingRegistry | null
  ): IEnvironment => {
    const { events } = app.serviceManager;
    const model = new EnvironmentModel(repository.client, events.stream);
    document.addEventListener('visibilitychange', () => {
      model.setTabVisible(!document.hidden);
    });
    if (notebooks !== null) {
      followNotebooks(model, notebooks);
      void registry?.load('jupyter-mlgit:panel').then(settings => {
        const onExecuted = (
          _: unknown,
          { notebook }: { readonly notebook: Notebook }
        ): void => {
          const panel = notebooks.find(({ content }) => content === notebook);
          const kernel = panel === undefined ? null : kernelOf(panel);
          if (kernel !== null) {
            void model.noticeRun(kernel);
          }
        };
        const apply = (): void => {
          NotebookActions.executed.disconnect(onExecuted);
          if (settings.composite.checkKernelOnRun !== false) {
            NotebookActions.executed.connect(onExecuted);
          }
        };
        settings.changed.connect(apply);
        apply();
      });
    }
    return model;
  }
};

/** Keeps the model told of the kernel in front. */
function followNotebooks(
  model: EnvironmentModel,
  notebooks: INotebookTracker
): void {
  let followed: NotebookPanel | null = null;
  const tell = (): void => {
    model.setKernel(followed === null ? null : kernelOf(followed));
  };
  const follow = (): void => {
    followed?.sessionContext.kernelChanged.disconnect(tell);
    followed = notebooks.currentWidget;
    followed?.sessionContext.kernelChanged.connect(tell);
    tell();
  };
  notebooks.currentChanged.connect(follow);
  follow();
}

/** Gives the specification of the kernel that a notebook runs; null where none does. */
function kernelOf(panel: NotebookPanel): string | null {
  return panel.sessionContext.session?.kernel?.name ?? null;
}
