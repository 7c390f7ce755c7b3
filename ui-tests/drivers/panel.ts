/** The panel as a person sees it: the top, the notices, the toasts. */
import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** Drives the panel. */
export class Panel {
  /**
   * @param page - the page with JupyterLab.
   * @param _folder - the folder of the test, relative to the server's root.
   */
  constructor(
    readonly page: IJupyterLabPageFixture,
    private readonly _folder: string
  ) {}

  /** The panel itself. */
  get root(): Locator {
    return this.page.getByRole('region', { name: 'ML Git' });
  }

  /** The line with Undo and Redo. */
  get undoLine(): Locator {
    return this.root.getByRole('toolbar', { name: 'Undo and redo' });
  }

  /** The title line. */
  get header(): Locator {
    return this.root.locator('.jp-mlgit-Header');
  }

  /** All toasts that are shown. */
  get toasts(): Locator {
    return this.page.locator('.Toastify__toast');
  }

  /** The item in the status bar that shows the branch. */
  get statusItem(): Locator {
    return this.page.locator('.jp-mlgit-StatusItem:not(.jp-mlgit-GpuStatus)');
  }

  /** Goes to JupyterLab, with the test's folder in the file browser. */
  async goTo(): Promise<this> {
    const { page } = this;
    // Galata's goto gives JupyterLab fifteen seconds to start, which is too little for a machine that is busy.
    await page.mainFrame().goto(`/lab/tree/${this._folder}`, {
      waitUntil: 'domcontentloaded'
    });
    await this.started();
    await expect(page.locator('.jp-Launcher')).toBeVisible();
    await expect(
      page.locator('.jp-FileBrowser .jp-BreadCrumbs-item').last()
    ).toHaveAttribute('data-path', this._folder);
    return this;
  }

  /** Waits until JupyterLab, just loaded, has put everything where it was and listens. */
  async started(): Promise<void> {
    const { page } = this;
    await page.waitForFunction(() => typeof window.jupyterapp === 'object');
    await page.evaluate(async () => {
      await window.jupyterapp.started;
      await window.jupyterapp.restored;
    });
    // Its helpers in the page come after everything else.
    await page.waitForFunction(
      () =>
        typeof window.galata === 'object' &&
        typeof window.galata.app === 'object'
    );
    await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  }

  /** Goes to JupyterLab and opens the panel. */
  async open(): Promise<this> {
    await this.goTo();
    await this.page.sidebar.getTabLocator('jp-mlgit-sidebar').click();
    await this.root.waitFor();
    return this;
  }

  /** A section by its title. */
  section(title: string): Locator {
    return this.root.locator(`section[aria-label="${title}"]`);
  }

  /** The notice at the top that says this. */
  banner(text: string): Locator {
    return this.root
      .locator('.jp-mlgit-Head')
      .getByRole('status')
      .filter({ hasText: text });
  }

  /** The toast that says this. */
  toast(text: string | RegExp): Locator {
    return this.toasts.filter({ hasText: text });
  }

  /** Runs a command from the palette, by keyboard. */
  async fromPalette(words: string): Promise<void> {
    const { page } = this;
    await page.keyboard.press('Control+Shift+C');
    await page.locator('.lm-CommandPalette-input:focus').fill(words);
    // Enter takes what is marked, and that comes after the last letter.
    await expect(
      page
        .locator('.lm-CommandPalette-item.lm-mod-active:not(.lm-mod-disabled)')
        .filter({ hasText: words })
    ).toBeVisible();
    await page.keyboard.press('Enter');
  }

  /** Presses a button of a toast. */
  async press(toast: Locator, button: string): Promise<void> {
    const wanted = toast.getByRole('button', { name: button });
    // A toast under the pointer stays, however slow the machine.
    await wanted.hover();
    await wanted.click();
  }
}
