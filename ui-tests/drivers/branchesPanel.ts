/** The section with the branches. */
import type { Locator } from '@playwright/test';
import { Panel } from './panel';

/** Drives the section. */
export class BranchesPanel extends Panel {
  /** The section. */
  get branches(): Locator {
    return this.section('Branches');
  }

  /** The row of a branch. */
  row(name: string): Locator {
    return this.branches.locator(`.jp-mlgit-Branch[aria-label="${name}"]`);
  }

  /** Presses one of the buttons that a row shows under the pointer. */
  async pressIn(branch: string, button: string): Promise<void> {
    const row = this.row(branch);
    await row.hover();
    await row.getByRole('button', { name: button }).click();
  }
}
