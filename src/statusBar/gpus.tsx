/** Shows in the status bar what the GPUs do, or why torch sees none; a click opens the section. */
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
import type { Summary } from '../api/schema';
import { warningIcon } from '../components/icons';
import { useStore } from '../components/useStore';
import { visibleText } from '../components/visibleText';
import { shortCause } from '../environment/verdict';
import { briefLines, briefWords, isFull } from '../environment/words';
import { CommandIDs, IEnvironment } from '../tokens';
import { followSetting, StatusButton } from './item';

/** How much of the words is shown. */
const LONGEST = 48;

/** The plugin. */
export const gpuStatusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlgit:gpu-status',
  description: 'What the GPUs do, in the status bar.',
  autoStart: true,
  requires: [IEnvironment, IStatusBar],
  optional: [ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    environment: IEnvironment,
    statusBar: IStatusBar,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlgit');
    const item = ReactWidget.create(
      <GpuItem
        trans={trans}
        environment={environment}
        onOpen={() => {
          void app.commands.execute(CommandIDs.showGpus);
        }}
      />
    );
    let wanted = registry === null;
    statusBar.registerStatusItem('jupyter-mlgit:gpus', {
      item,
      align: 'left',
      rank: 4,
      isActive: () => wanted && environment.brief.value !== null,
      activeStateChanged: environment.changed
    });
    // What JupyterLab has to do for its start is worth more.
    void app.restored.then(() =>
      followSetting(registry, 'showGpuStatus', on => {
        wanted = on;
        item.setHidden(!on);
        environment.setAttention('status-bar', on);
      })
    );
  }
};

/** Shows the item. */
export function GpuItem(props: {
  readonly trans: TranslationBundle;
  readonly environment: IEnvironment;
  readonly onOpen: () => void;
}): React.JSX.Element | null {
  const { trans, environment } = props;
  const brief = useStore(environment.changed, () => environment.brief.value);
  if (brief === null) {
    return null;
  }
  const { words, lines, warns } = gpuStatus(trans, brief);
  return (
    <StatusButton
      icon={warns ? warningIcon : null}
      words={words}
      longest={LONGEST}
      title={[...lines, trans.__('Open the section Environment.')].join('\n')}
      label={trans.__('%1. Open the section Environment.', words)}
      className="jp-mlgit-GpuStatus"
      onOpen={props.onOpen}
    />
  );
}

/** What the item says, what its title says, and whether it warns. */
export function gpuStatus(
  trans: TranslationBundle,
  brief: Summary
): {
  readonly words: string;
  readonly lines: readonly string[];
  readonly warns: boolean;
} {
  const { gpus, reason, lost, finding } = brief;
  const lines = [
    ...briefLines(trans, gpus),
    ...(reason === null ? [] : [visibleText(reason.message)]),
    ...(lost > 0
      ? [
          trans._n(
            '%1 GPU no longer answers.',
            '%1 GPUs no longer answer.',
            lost
          )
        ]
      : [])
  ];
  const cause = shortCause(trans, brief.kernel ?? '', finding);
  if (cause !== null && finding !== null) {
    return {
      words: cause,
      lines: [visibleText(finding.message), ...lines],
      warns: true
    };
  }
  if (gpus.length === 0) {
    return lost > 0
      ? { words: trans.__('GPU lost'), lines, warns: true }
      : { words: trans.__('No GPU'), lines, warns: false };
  }
  return {
    words: briefWords(trans, gpus),
    lines,
    warns: lost > 0 || gpus.some(isFull)
  };
}
