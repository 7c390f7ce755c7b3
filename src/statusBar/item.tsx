/** What the items of the status bar have in common: a button with few words, and a setting that switches it off. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { TextItem } from '@jupyterlab/statusbar';
import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { shortened } from '../components/visibleText';

/** Shows the button. */
export function StatusButton(props: {
  /** Null for none. */
  readonly icon: LabIcon | null;
  readonly words: string;
  /** How many characters of the words are shown. */
  readonly longest: number;
  readonly title: string;
  /** The title for those who can't see it. */
  readonly label: string;
  readonly className?: string;
  readonly onOpen: () => void;
}): React.JSX.Element {
  const { icon: Icon, className = '' } = props;
  return (
    <button
      type="button"
      className={`jp-mlgit-StatusItem ${className}`}
      title={props.title}
      aria-label={props.label}
      onClick={props.onOpen}
    >
      {Icon !== null && <Icon.react tag="span" className="jp-mlgit-Icon" />}
      <TextItem source={shortened(props.words, props.longest)} />
    </button>
  );
}

/**
 * Says now and after each change whether a setting wants an item; where there are no settings, it is wanted.
 *
 * @param key - of the setting.
 * @param apply - is told.
 */
export async function followSetting(
  registry: ISettingRegistry | null,
  key: string,
  apply: (wanted: boolean) => void
): Promise<void> {
  const settings = await registry?.load('jupyter-mlgit:panel');
  const read = (): void => {
    apply(settings?.composite[key] !== false);
  };
  settings?.changed.connect(read);
  read();
}
