/** Hands what the person set to the panel and to the repository. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IRepository } from '../tokens';
import type { Sidebar } from './sidebar';

/** The plugin whose schema describes the settings. */
const SETTINGS = 'jupyter-mlgit:panel';

/** The settings that switch a part of the panel off. */
const SWITCHES = [
  'showReview',
  'showRecovery',
  'showCommits',
  'showBranches',
  'showEnvironment'
];

/** Reads the settings, now and whenever they change. */
export async function followSettings(
  registry: ISettingRegistry,
  repository: IRepository,
  sidebar: Sidebar
): Promise<void> {
  const settings = await registry.load(SETTINGS);
  const apply = (): void => {
    const value = settings.composite;
    sidebar.setSwitchedOff(
      new Set(SWITCHES.filter(key => value[key] === false))
    );
    repository.configure({
      onReturn: value.refreshOnReturn !== false,
      fallbackSeconds:
        typeof value.fallbackSeconds === 'number' ? value.fallbackSeconds : 10
    });
  };
  settings.changed.connect(apply);
  apply();
}
