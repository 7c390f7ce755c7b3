/** Runs what `make bench` measures in a browser; nothing there fails for being slow. */
import { defineConfig } from '@playwright/test';
import stories from './playwright.config';

export default defineConfig({
  ...stories,
  testDir: 'measurements',
  fullyParallel: false,
  workers: 1
});
