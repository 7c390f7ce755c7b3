/** Adds the section about the machine to the panel, and warns where the work goes with the container. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IEnvironment, IRepository, ISidebar } from '../../tokens';
import { VolumeBanner, VolumeModel } from './banner';
import { addCommands, COMMANDS, SECTION } from './commands';
import { InstalledKernels } from './installed';
import { kernelActs } from './kernelActs';
import { EnvironmentViewModel } from './model';
import { EnvironmentWidget } from './view';

/** The plugin. */
export const environmentSectionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:environment',
  description: 'The GPUs, who holds their memory, and what torch sees.',
  autoStart: true,
  requires: [IEnvironment, IRepository, ISidebar],
  optional: [
    ITranslator,
    ICommandPalette,
    IDocumentManager,
    ISessionContextDialogs
  ],
  activate: (
    app: JupyterFrontEnd,
    environment: IEnvironment,
    repository: IRepository,
    sidebar: ISidebar,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    documents: IDocumentManager | null,
    dialogs: ISessionContextDialogs | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const installed = new InstalledKernels(
      app.serviceManager.kernelspecs,
      environment
    );
    sidebar.addSection({
      id: SECTION,
      rank: 40,
      setting: 'showEnvironment',
      everywhere: true,
      widget: new EnvironmentWidget({
        trans,
        environment,
        model: new EnvironmentViewModel(),
        installed,
        acts: kernelActs(app, trans, documents, dialogs ?? undefined)
      })
    });
    sidebar.addBanner(
      new VolumeBanner(trans, new VolumeModel(repository, sessionStorage))
    );
    addCommands(app.commands, trans, environment, installed, sidebar);
    for (const command of COMMANDS) {
      palette?.addItem({ command, category: trans.__('ML Git') });
    }
  }
};
