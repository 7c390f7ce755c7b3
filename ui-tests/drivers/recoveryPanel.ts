/** The Recovery section: its cards and the timeline under them. */
import type { Locator } from '@playwright/test';
import { Panel } from './panel';

/** Drives the section. */
export class RecoveryPanel extends Panel {
  /** The section. */
  get recovery(): Locator {
    return this.section('Recovery');
  }

  /** The timeline. */
  get timeline(): Locator {
    return this.section('Timeline');
  }

  /** All cards. */
  get cards(): Locator {
    return this.recovery.locator('.jp-mlgit-Card');
  }

  /** The card of a branch, by what its heading shows. */
  card(name: string): Locator {
    return this.cards.filter({
      has: this.page.getByRole('heading', { name, exact: true })
    });
  }

  /** Restores a branch under its old name. */
  async restore(name: string): Promise<void> {
    await this.card(name)
      .getByRole('button', { name: `Restore ${name}`, exact: true })
      .click();
  }

  /** Restores a branch under another name. */
  async restoreAs(name: string, as: string): Promise<void> {
    const card = this.card(name);
    await card.getByText('Restore as…').click();
    const field = card.getByRole('textbox', {
      name: 'Name of the branch to make'
    });
    await field.fill(as);
    await field.press('Enter');
  }

  /** Unfolds the preview of a card. */
  async preview(name: string): Promise<Locator> {
    await this.card(name).getByText('Preview', { exact: true }).click();
    return this.card(name).locator('.jp-mlgit-Preview');
  }
}
