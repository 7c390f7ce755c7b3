/** Backs up before a notebook runs, where the person has switched that on. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  INotebookTracker,
  NotebookActions,
  type Notebook
} from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { toast } from '../components/toast';
import { DRIVES } from '../repository/labDocuments';
import { IRepository } from '../tokens';
import { Snapshots } from './snapshots';

/** The plugin. */
export const beforeRunPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:before-run',
  description: 'Backs up what is not committed before a notebook runs.',
  autoStart: true,
  requires: [IRepository, INotebookTracker, ISettingRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    notebooks: INotebookTracker,
    registry: ISettingRegistry,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const { contents } = app.serviceManager;
    const snapshots = new Snapshots(
      folder =>
        repository.client.backup(folder, {
          message: null,
          reason: 'before-run',
          dryRun: false
        }),
      message => {
        toast('warning', trans.__('Not backed up before the run. %1', message));
      }
    );
    const onScheduled = (
      _: unknown,
      { notebook }: { readonly notebook: Notebook }
    ): void => {
      const panel = notebooks.find(({ content }) => content === notebook);
      const context = panel?.context;
      if (
        context !== undefined &&
        DRIVES.includes(contents.driveName(context.path))
      ) {
        void snapshots.run({
          path: contents.localPath(context.path),
          dirty: context.model.dirty && !context.model.readOnly,
          save: () => context.save()
        });
      }
    };
    void registry.load('jupyter-mlgit:panel').then(settings => {
      const apply = (): void => {
        NotebookActions.executionScheduled.disconnect(onScheduled);
        if (settings.composite.snapshotBeforeRun === true) {
          NotebookActions.executionScheduled.connect(onScheduled);
        }
      };
      settings.changed.connect(apply);
      apply();
    });
  }
};
