/** The plugins of the extension. */
import { beforeRunPlugin } from './beforeRun';
import { comparisonPlugin } from './comparison';
import { diffPlugin } from './diff';
import { diffEntriesPlugin } from './diff/entries';
import { environmentPlugin } from './environment';
import { commitsPlugin } from './panels/commits';
import { environmentSectionPlugin } from './panels/environment';
import { historyPlugin } from './panels/history';
import { recoveryPlugin } from './panels/recovery';
import { reviewPlugin } from './panels/review';
import { repositoryPlugin } from './repository';
import { sidebarPlugin } from './sidebar';
import { statusBarPlugin } from './statusBar';
import { gpuStatusPlugin } from './statusBar/gpus';

export default [
  repositoryPlugin,
  environmentPlugin,
  sidebarPlugin,
  diffPlugin,
  diffEntriesPlugin,
  comparisonPlugin,
  reviewPlugin,
  recoveryPlugin,
  commitsPlugin,
  historyPlugin,
  environmentSectionPlugin,
  statusBarPlugin,
  gpuStatusPlugin,
  beforeRunPlugin
];
