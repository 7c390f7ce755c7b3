/** Shows the branch in the status bar; a click opens the panel. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import {
  ITranslator,
  nullTranslator,
  type TranslationBundle
} from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { icons } from '../components/icons';
import { useStore } from '../components/useStore';
import { shortId, visibleText } from '../components/visibleText';
import { CommandIDs, IRepository, type IRepositoryState } from '../tokens';
import { followSetting, StatusButton } from './item';

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
    const item = ReactWidget.create(
      <BranchItem
        trans={trans}
        repository={repository}
        onOpen={() => {
          void app.commands.execute(CommandIDs.showPanel);
        }}
      />
    );
    let wanted = registry === null;
    statusBar.registerStatusItem('jupyter-mlgit:branch', {
      item,
      align: 'left',
      rank: 3,
      isActive: () => wanted && repository.state.status !== null,
      activeStateChanged: repository.stateChanged
    });
    void followSetting(registry, 'showStatusBar', on => {
      wanted = on;
      item.setHidden(!on);
      repository.setAttention('status-bar', on);
    });
  }
};

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
  const title = trans.__('ML Git: %1. Open the panel.', words);
  return (
    <StatusButton
      icon={icons.branch}
      words={words}
      longest={NAME}
      title={title}
      label={title}
      onOpen={props.onOpen}
    />
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
