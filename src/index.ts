/** The plugins of the extension. */
import { beforeRunPlugin } from './beforeRun';
import { commitsPlugin } from './panels/commits';
import { historyPlugin } from './panels/history';
import { recoveryPlugin } from './panels/recovery';
import { repositoryPlugin } from './repository';
import { sidebarPlugin } from './sidebar';
import { statusBarPlugin } from './statusBar';

export default [
  repositoryPlugin,
  sidebarPlugin,
  recoveryPlugin,
  commitsPlugin,
  historyPlugin,
  statusBarPlugin,
  beforeRunPlugin
];
