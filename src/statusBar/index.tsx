/** Shows the branch in the status bar; a click opens the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar, TextItem } from '@jupyterlab/statusbar';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { icons } from '../components/icons';
import { useStore } from '../components/useStore';
import { shortened, shortId, visibleText } from '../components/visibleText';
import { CommandIDs, IRepository, type IRepositoryState } from '../tokens';

/** How much of a branch's name is shown. */
const NAME = 40;

/** The plugin. */
export const statusBarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:status-bar',
  description: 'The branch in the status bar.',
  autoStart: true,
  requires: [IRepository, IStatusBar],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    repository: IRepository,
    statusBar: IStatusBar,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const item = new StatusWidget(trans, repository, () => {
      void app.commands.execute(CommandIDs.showPanel);
    });
    let wanted = registry === null;
    statusBar.registerStatusItem('jupyter-mlgit:branch', {
      item,
      align: 'left',
      rank: 3,
      isActive: () => wanted && repository.state.status !== null,
      activeStateChanged: repository.stateChanged
    });
    repository.setAttention('status-bar', wanted);
    void registry?.load('jupyter-mlgit:panel').then(settings => {
      const apply = (): void => {
        wanted = settings.composite.showStatusBar !== false;
        item.setHidden(!wanted);
        repository.setAttention('status-bar', wanted);
      };
      settings.changed.connect(apply);
      apply();
    });
  }
};

class StatusWidget extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _repository: IRepository,
    private readonly _open: () => void
  ) {
    super();
  }

  protected override render(): React.JSX.Element {
    return (
      <BranchItem
        trans={this._trans}
        repository={this._repository}
        onOpen={this._open}
      />
    );
  }
}

/** Shows where HEAD is. */
export function BranchItem(props: {
  readonly trans: TranslationBundle;
  readonly repository: IRepository;
  readonly onOpen: () => void;
}): React.JSX.Element | null {
  const { trans, repository } = props;
  const state = useStore(repository.stateChanged, () => repository.state);
  const words = standing(trans, state);
  if (words === null) {
    return null;
  }
  const Icon = icons.branch;
  return (
    <button
      type="button"
      className="jp-mlgit-StatusItem"
      title={trans.__('ML Git: %1. Open the panel.', words)}
      aria-label={trans.__('ML Git: %1. Open the panel.', words)}
      onClick={props.onOpen}
    >
      <Icon.react tag="span" className="jp-mlgit-Icon" />
      <TextItem source={shortened(words, NAME)} />
    </button>
  );
}

function standing(
  trans: TranslationBundle,
  state: IRepositoryState
): string | null {
  const { status } = state;
  if (status === null) {
    return null;
  }
  if (status.branch !== null) {
    return visibleText(status.branch);
  }
  return status.head === null
    ? trans.__('no commit yet')
    : trans.__('detached at %1', shortId(status.head));
}
