import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, test as base, _electron, type Browser, type CDPSession, type Page } from '@playwright/test';
import { findElectron } from '../build/electron-runtime.js';
import { findBrowser } from '../build/find-browser.js';
import { startServe } from './serveProcess.ts';

export { expect } from '@playwright/test';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const SAMPLE = join(ROOT, 'samples/handle-leak.etl');

/** No network but the page's own, no GPU (there may be none), and no sandbox, which root cannot have. */
export const BROWSER_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export interface HostOptions {
  host: 'serve' | 'electron';
}

/** The viewer in one of its hosts, and what can only be done from outside of the page. */
export interface ViewerUnderTest {
  page: Page;
  /** Drops a file of this machine on the window, as the system's file manager does. */
  drop: (path: string) => Promise<void>;
  /** Does what makes the viewer ask for a trace, and answers with a file. */
  pick: (path: string, ask: () => Promise<void>) => Promise<void>;
  /** Does what makes the viewer export, and returns what was written. */
  exported: (ask: () => Promise<void>) => Promise<{ name: string; text: string }>;
}

interface Fixtures {
  /** files given on the command line */
  argument: string | null;
  viewer: ViewerUnderTest;
}

interface WorkerFixtures extends HostOptions {
  browserOfServe: Browser | null;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  host: ['serve', { option: true, scope: 'worker' }],
  argument: [null, { option: true }],

  browserOfServe: [
    async ({ host }, use) => {
      if (host !== 'serve') return use(null);
      const executablePath = await findBrowser();
      if (executablePath === null)
        throw new Error('There is no browser; `node build/find-browser.js` finds or installs one.');
      const browser = await chromium.launch({ executablePath, args: BROWSER_ARGS });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],

  viewer: async ({ host, argument, browserOfServe }, use, testInfo) => {
    if (host === 'electron') {
      const reason = whyNoElectron();
      testInfo.skip(reason !== null, reason ?? '');
    }
    const folder = await mkdtemp(join(tmpdir(), 'leaklanes-e2e-'));
    const env = { ...process.env, LEAKLANES_CONFIG_DIR: join(folder, 'config') } as Record<string, string>;
    const opened =
      browserOfServe === null
        ? await openElectron(argument, env, folder)
        : await openServe(browserOfServe, argument, env);
    const problems = watchForProblems(opened.viewer.page);
    await use(opened.viewer);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('page', { body: await opened.viewer.page.screenshot(), contentType: 'image/png' });
    }
    await opened.close();
    await rm(folder, { recursive: true, force: true });
    base.expect(problems, 'errors in the console, and requests to anywhere else').toEqual([]);
  },
});

interface Opened {
  viewer: ViewerUnderTest;
  close(): Promise<void>;
}

async function openServe(browser: Browser, argument: string | null, env: NodeJS.ProcessEnv): Promise<Opened> {
  const server = await startServe(argument === null ? [] : [argument], env);
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  // From the beginning: Playwright does not wait until the browser has heard that it wants to know, and a key is quick.
  page.on('filechooser', () => {});
  await page.goto(server.url);
  return {
    viewer: {
      page,
      drop: (path) => dropFile(page, path),
      async pick(path, ask) {
        const chooser = page.waitForEvent('filechooser');
        await ask();
        await (await chooser).setFiles(path);
      },
      async exported(ask) {
        const downloading = page.waitForEvent('download');
        await ask();
        const download = await downloading;
        return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
      },
    },
    async close() {
      await context.close();
      await server.stop();
    },
  };
}

async function openElectron(argument: string | null, env: Record<string, string>, folder: string): Promise<Opened> {
  const args = [`--user-data-dir=${join(folder, 'profile')}`, ROOT, ...(argument === null ? [] : [argument])];
  if (process.platform === 'linux') args.unshift('--no-sandbox');
  const app = await _electron.launch({ executablePath: findElectron() ?? undefined, args, env });
  const page = await app.firstWindow();
  await page.waitForLoadState();
  return {
    viewer: {
      page,
      drop: (path) => dropFile(page, path),
      async pick(path, ask) {
        await app.evaluate(({ dialog }, filePath) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
        }, path);
        await ask();
      },
      async exported(ask) {
        const path = join(folder, 'export.csv');
        await app.evaluate(({ dialog }, filePath) => {
          dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
        }, path);
        await ask();
        await base.expect.poll(() => existsSync(path)).toBe(true);
        return { name: basename(path), text: await readFile(path, 'utf8') };
      },
    },
    close: () => app.close(),
  };
}

function whyNoElectron(): string | null {
  if (findElectron() === null) return 'skipped: no Electron runtime';
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return display ? null : 'skipped: no display for the Electron window';
}

/** The files come from the disk, with their paths, as in a drop of the system: a File that a page makes itself has none. */
async function dropFile(page: Page, path: string): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: Math.round(width / 2),
      y: Math.round(height / 2),
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
  }
  await session.detach();
}

/** What must never happen in any flow. A violation of the content security policy is an error of the console. */
function watchForProblems(page: Page): string[] {
  const problems: string[] = [];
  const own = new URL(page.url());
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const known =
      url.protocol === 'data:' || url.protocol === 'blob:' || (url.protocol === own.protocol && url.host === own.host);
    if (!known) problems.push(`request: ${request.url()}`);
  });
  return problems;
}
