/** The view of which files differ, and the ways that lead there. */
import type { Locator } from '@playwright/test';
import { ReviewPanel } from './reviewPanel';

/** Drives the view. */
export class ComparisonView extends ReviewPanel {
  /** The view in front. */
  get view(): Locator {
    return this.page.locator('.jp-mlgit-Comparison:visible');
  }

  /** The list of files. */
  get list(): Locator {
    return this.view.getByRole('listbox', { name: 'Files that differ' });
  }

  /** The line of a file. */
  line(name: string): Locator {
    return this.list.getByRole('option').filter({ hasText: name });
  }

  /** What is told above the list. */
  get facts(): Locator {
    return this.view.locator('.jp-mlgit-Comparison-facts');
  }

  /** What has happened since. */
  get notice(): Locator {
    return this.view.locator('.jp-mlgit-Notice');
  }

  /** A button of the view. */
  button(name: string): Locator {
    return this.view.getByRole('button', { name });
  }

  /** The tab in front. */
  get tab(): Locator {
    return this.page.locator(
      '#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current'
    );
  }

  /** The row above a file's difference that leads to the others. */
  get steps(): Locator {
    return this.page.locator('.jp-mlgit-FileSteps:visible');
  }

  /** The row of a branch or commit in the panel. */
  row(section: 'Branches' | 'Commits', name: string): Locator {
    const row =
      section === 'Branches' ? '.jp-mlgit-Branch' : '.jp-mlgit-Commit';
    return this.section(section).locator(`${row}[aria-label="${name}"]`);
  }

  /** Chooses from the menu of a branch or commit. */
  async fromMenu(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    await this.page
      .locator('.lm-Menu-item')
      .filter({ hasText: item })
      .first()
      .click();
  }
}
