/**
 * Runs the stories in the system's Chromium against a JupyterLab of their own.
 *
 * The server's root, home and settings lie in a temporary folder, so that nothing of this machine is read and
 * nothing is left on it. The first process makes the folder; the workers find it in the environment.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';

// The package gives its configuration as CommonJS, without types.
import galata from '@jupyterlab/galata/lib/playwright-config';
import type { IStage } from './drivers/stagedMachine';

const standard = galata as unknown as PlaywrightTestConfig;
const place = (process.env.MLGIT_UI_PLACE ??= newPlace());
const port = (process.env.MLGIT_UI_PORT ??= String(
  20_000 + (process.pid % 20_000)
));
const root = join(place, 'root');
// A driver for GPUs that are not there; see drivers/stagedMachine.ts.
const stage = JSON.parse(
  (process.env.MLGIT_UI_STAGE ??= setStage(join(place, 'stage')))
) as IStage;
const url = `http://localhost:${port}/lab`;
const chromium = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser'
].find(path => existsSync(path));

// The tests find the repositories that they build here.
process.env.MLGIT_UI_ROOT = root;
// Galata asks the server by this address.
process.env.TARGET_URL ??= `http://localhost:${port}`;

export default defineConfig({
  ...standard,
  testDir: 'tests',
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/{testFilePath}-snapshots/{arg}{ext}',
  reporter: [['list']],
  // One server answers all of them; every story has a folder and a browser context of its own.
  fullyParallel: true,
  workers: Math.min(availableParallelism(), 4),
  retries: 0,
  // A slow machine is no failure: only what really fails waits this long.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: {
    ...standard.use,
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1280, height: 880 },
    // What the page was at each step; a film of it would keep the processor busy in every story.
    trace: { mode: 'retain-on-failure', screenshots: false },
    // Recording one would need a download.
    video: 'off',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])
      ]
    }
  },
  webServer: {
    command: `jupyter lab --config ${join(__dirname, 'jupyter_server_test_config.py')}`,
    url,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    env: {
      ...definedEnvironment(),
      ...stage.variables,
      MLGIT_UI_PORT: port,
      JUPYTERLAB_GALATA_ROOT_DIR: root,
      HOME: join(place, 'home'),
      JUPYTER_CONFIG_DIR: join(place, 'home', 'config'),
      JUPYTER_DATA_DIR: join(place, 'home', 'data'),
      JUPYTER_RUNTIME_DIR: join(place, 'home', 'runtime'),
      XDG_CACHE_HOME: join(place, 'home', 'cache'),
      XDG_CONFIG_HOME: join(place, 'home', 'xdg'),
      XDG_DATA_HOME: join(place, 'home', 'share'),
      XDG_STATE_HOME: join(place, 'home', 'state')
    }
  }
});

function newPlace(): string {
  const made = mkdtempSync(join(tmpdir(), 'jupyter-mlgit-ui-'));
  for (const folder of ['root', 'home']) {
    mkdirSync(join(made, folder));
  }
  process.on('exit', () => {
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

function setStage(folder: string): string {
  return execFileSync('python', ['-m', 'tests.environment.stage', folder], {
    cwd: join(__dirname, '..'),
    encoding: 'utf8'
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined
    )
  );
}
