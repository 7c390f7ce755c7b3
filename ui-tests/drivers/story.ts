/** The test function of all stories: a repository of its own, and the panel's drivers. */
import { join } from 'node:path';
import { expect, test as galata } from '@jupyterlab/galata';
import { BranchesPanel } from './branchesPanel';
import { ComparisonView } from './comparisonView';
import { CommitsPanel } from './commitsPanel';
import { EnvironmentPanel } from './environmentPanel';
import { GitRepository } from './gitRepository';
import { RecoveryPanel } from './recoveryPanel';
import { ReviewPanel } from './reviewPanel';

interface IStory {
  /** The folder that the file browser shows; not a repository before `init`. */
  readonly repo: GitRepository;
  readonly recovery: RecoveryPanel;
  readonly branches: BranchesPanel;
  readonly commits: CommitsPanel;
  readonly review: ReviewPanel;
  readonly comparison: ComparisonView;
  readonly environment: EnvironmentPanel;
}

/** A test that builds its repository before JupyterLab is opened. */
export const test = galata.extend<IStory>({
  autoGoto: false,
  repo: async ({ tmpPath }, use) => {
    const root = process.env.MLGIT_UI_ROOT;
    if (root === undefined) {
      throw new Error('The configuration names no root folder.');
    }
    await use(new GitRepository(join(root, tmpPath)));
  },
  recovery: async ({ page, tmpPath }, use) => {
    await use(new RecoveryPanel(page, tmpPath));
  },
  branches: async ({ page, tmpPath }, use) => {
    await use(new BranchesPanel(page, tmpPath));
  },
  commits: async ({ page, tmpPath }, use) => {
    await use(new CommitsPanel(page, tmpPath));
  },
  review: async ({ page, tmpPath }, use) => {
    await use(new ReviewPanel(page, tmpPath));
  },
  comparison: async ({ page, tmpPath }, use) => {
    await use(new ComparisonView(page, tmpPath));
  },
  environment: async ({ page, tmpPath }, use) => {
    await use(new EnvironmentPanel(page, tmpPath));
  }
});

export { expect };
