/** The plugins of the extension. */
import { beforeRunPlugin } from './beforeRun';
import { comparisonPlugin } from './comparison';
import { diffPlugin } from './diff';
import { diffEntriesPlugin } from './diff/entries';
import { commitsPlugin } from './panels/commits';
import { historyPlugin } from './panels/history';
import { recoveryPlugin } from './panels/recovery';
import { reviewPlugin } from './panels/review';
import { repositoryPlugin } from './repository';
import { sidebarPlugin } from './sidebar';
import { statusBarPlugin } from './statusBar';

export default [
  repositoryPlugin,
  sidebarPlugin,
  diffPlugin,
  diffEntriesPlugin,
  comparisonPlugin,
  reviewPlugin,
  recoveryPlugin,
  commitsPlugin,
  historyPlugin,
  statusBarPlugin,
  beforeRunPlugin
];
