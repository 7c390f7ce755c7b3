/** The section with the changed files, and the view of a difference. */
import type { Locator } from '@playwright/test';
import { Panel } from './panel';

/** Drives the section and the view. */
export class ReviewPanel extends Panel {
  /** The section. */
  get review(): Locator {
    return this.section('Review');
  }

  /** The line of a file. */
  file(name: string): Locator {
    return this.review.getByRole('option').filter({ hasText: name });
  }

  /** The view in front. */
  get diff(): Locator {
    return this.page.locator('.jp-mlgit-Diff:visible');
  }

  /** A changed cell of the view, by its number from 1. */
  cell(number: number): Locator {
    return this.diff.locator('.jp-mlgit-Cell').filter({
      has: this.page.getByText(`Cell ${number}`, { exact: true })
    });
  }

  /** A button above the view. */
  tool(name: string): Locator {
    return this.diff
      .locator('.jp-mlgit-Diff-toolbar')
      .getByRole('button', { name, exact: true });
  }
}
