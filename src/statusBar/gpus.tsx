/** Shows in the status bar what the GPUs do, or why torch sees none; a click opens the section. */
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
import type { Summary } from '../api/schema';
import { warningIcon } from '../components/icons';
import { useStore } from '../components/useStore';
import { shortened, visibleText } from '../components/visibleText';
import { shortCause } from '../environment/verdict';
import { briefLines, briefWords, isFull } from '../environment/words';
import { CommandIDs, IEnvironment } from '../tokens';

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
    const item = new GpuStatusWidget(trans, environment, () => {
      void app.commands.execute(CommandIDs.showGpus);
    });
    let wanted = registry === null;
    statusBar.registerStatusItem('jupyter-mlgit:gpus', {
      item,
      align: 'left',
      rank: 4,
      isActive: () => wanted && environment.brief.value !== null,
      activeStateChanged: environment.changed
    });
    const apply = (): void => {
      item.setHidden(!wanted);
      environment.setAttention('status-bar', wanted);
    };
    // What JupyterLab has to do for its start is worth more.
    void app.restored.then(async () => {
      const settings = await registry?.load('jupyter-mlgit:panel');
      const read = (): void => {
        wanted = settings?.composite.showGpuStatus !== false;
        apply();
      };
      settings?.changed.connect(read);
      read();
    });
  }
};

class GpuStatusWidget extends ReactWidget {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _environment: IEnvironment,
    private readonly _open: () => void
  ) {
    super();
  }

  protected override render(): React.JSX.Element {
    return (
      <GpuItem
        trans={this._trans}
        environment={this._environment}
        onOpen={this._open}
      />
    );
  }
}

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
    <button
      type="button"
      className="jp-mlgit-StatusItem jp-mlgit-GpuStatus"
      title={[...lines, trans.__('Open the section Environment.')].join('\n')}
      aria-label={trans.__('%1. Open the section Environment.', words)}
      onClick={props.onOpen}
    >
      {warns && <warningIcon.react tag="span" className="jp-mlgit-Icon" />}
      <TextItem source={shortened(words, LONGEST)} />
    </button>
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
