/** The section with the commits, and the dialog that shows what a reset does. */
import type { Locator } from '@playwright/test';
import { Panel } from './panel';

/** Drives the section and the dialog. */
export class CommitsPanel extends Panel {
  /** The section. */
  get commits(): Locator {
    return this.section('Commits');
  }

  /** The row of a commit, by its subject. */
  commit(subject: string): Locator {
    return this.commits.locator(`.jp-mlgit-Commit[aria-label="${subject}"]`);
  }

  /** Opens the preview of a reset to a commit. */
  async resetTo(subject: string): Promise<void> {
    const row = this.commit(subject);
    await row.hover();
    await row.getByRole('button', { name: /^Reset .* to .*…$/ }).click();
    await this.dialog.waitFor();
  }

  /** The dialog with the preview. */
  get dialog(): Locator {
    return this.page.locator('.jp-mlgit-ResetDialog');
  }

  /** Chooses a mode in the dialog. */
  async choose(mode: 'Soft' | 'Mixed' | 'Hard'): Promise<void> {
    await this.dialog.getByRole('radio', { name: mode }).check();
  }

  /** A column of the dialog. */
  column(title: 'HEAD' | 'Index' | 'Working files'): Locator {
    return this.dialog.getByRole('region', { name: title });
  }

  /** The row of a file in the dialog. */
  file(path: string): Locator {
    return this.dialog.locator(`.jp-mlgit-Affected[data-path="${path}"]`);
  }

  /** The button that does it. */
  get accept(): Locator {
    return this.dialog.locator('.jp-Dialog-footer .jp-mod-accept');
  }
}
