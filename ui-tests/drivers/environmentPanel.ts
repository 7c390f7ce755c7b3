/** The section about the machine, and its item in the status bar. */
import type { Locator } from '@playwright/test';
import { Panel } from './panel';

/** Drives the section and the item. */
export class EnvironmentPanel extends Panel {
  /** The section. */
  get environment(): Locator {
    return this.section('Environment');
  }

  /** A GPU or a slice, by its title. */
  gpu(title: string): Locator {
    return this.environment.getByRole('listitem', { name: title, exact: true });
  }

  /** Who holds memory, by the notebook's path. */
  holder(path: string): Locator {
    return this.environment
      .locator('.jp-mlgit-Holder')
      .filter({ hasText: path });
  }

  /** A kernel, by the name that people know. */
  kernel(name: string): Locator {
    return this.environment
      .locator('.jp-mlgit-Kernel')
      .filter({ hasText: name });
  }

  /** The item in the status bar. */
  get gpuStatus(): Locator {
    return this.page.locator('.jp-mlgit-GpuStatus');
  }

  /** Answers questions about the machine as another machine would. */
  async pretend(answers: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [path, answer] of Object.entries(answers)) {
      await this.page.route(`**/mlgit/environment/${path}*`, route =>
        route.fulfill({ json: answer })
      );
    }
  }
}
