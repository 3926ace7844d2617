import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  chromium,
  test as base,
  _electron,
  type Browser,
  type CDPSession,
  type ElectronApplication,
  type Page,
} from '@playwright/test';
import { findElectron } from '../build/electron-runtime.js';
import { findBrowser } from '../build/find-browser.js';
import { countCalls, settled } from './calls.ts';
import { startServe, type ServeProcess } from './serveProcess.ts';
import { slowDown } from './slow.ts';

export { expect } from '@playwright/test';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const SAMPLE = join(ROOT, 'samples/handle-leak.etl');

/** No network but the page's own, no GPU (there may be none), and no sandbox, which root cannot have. */
export const BROWSER_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export interface HostOptions {
  host: 'serve' | 'electron';
}

/** A file that the viewer wrote. */
export interface SavedFile {
  name: string;
  bytes: Buffer;
  text: string;
}

/** The viewer in one of its hosts, and what can only be done from outside of the page. */
export interface ViewerUnderTest {
  page: Page;
  /** Drops a file of this machine on the window, as the system's file manager does. */
  drop: (path: string) => Promise<void>;
  /** Does what makes the viewer ask for a file, and answers with one. */
  pick: (path: string, ask: () => Promise<void>) => Promise<void>;
  /** Does what makes the viewer export a table, and returns what was written. */
  exported: (ask: () => Promise<void>) => Promise<SavedFile>;
  /** Does what makes the page save something that it made itself (a picture, a view). */
  saved: (ask: () => Promise<void>) => Promise<SavedFile>;
  /** Text on the clipboard. */
  clipboard: () => Promise<string>;
}

interface Fixtures {
  /** file given on the command line */
  argument: string | null;
  /** A program of the test's own, with empty settings and caches; the others share one where the host allows it. */
  alone: boolean;
  /** Part of the errors in the console that a test brings about. */
  expectedError: RegExp | null;
  viewer: ViewerUnderTest;
}

interface WorkerFixtures extends HostOptions {
  browserOfServe: Browser | null;
  sharedServer: ServeProcess | null;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  host: ['serve', { option: true, scope: 'worker' }],
  argument: [null, { option: true }],
  alone: [false, { option: true }],
  expectedError: [null, { option: true }],

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

  sharedServer: [
    async ({ host }, use) => {
      if (host !== 'serve') return use(null);
      const folder = await mkdtemp(join(tmpdir(), 'leaklanes-e2e-'));
      const server = await startServe([], cleanEnvironment(folder));
      await use(server);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],

  viewer: async ({ host, argument, alone, expectedError, viewport, browserOfServe, sharedServer }, use, testInfo) => {
    if (host === 'electron') {
      const reason = whyNoElectron();
      testInfo.skip(reason !== null, reason ?? '');
    }
    const folder = await mkdtemp(join(tmpdir(), 'leaklanes-e2e-'));
    const size = viewport ?? { width: 1280, height: 800 };
    const shared = argument === null && !alone ? sharedServer : null;
    const opened =
      browserOfServe === null
        ? await openElectron(argument, folder)
        : await openServe(browserOfServe, shared, argument, folder, size);
    const problems = watchForProblems(opened.viewer.page);
    await use(opened.viewer);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('page', { body: await opened.viewer.page.screenshot(), contentType: 'image/png' });
    }
    await opened.close();
    await rm(folder, { recursive: true, force: true });
    const unexpected = problems.filter((problem) => expectedError?.test(problem) !== true);
    base.expect(unexpected, 'errors in the console, and requests to anywhere else').toEqual([]);
  },
});

/** Settings, caches and symbol paths of the machine are nothing to the tests. */
export function cleanEnvironment(folder: string): Record<string, string> {
  const env: Record<string, string | undefined> = {
    ...process.env,
    LEAKLANES_CONFIG_DIR: join(folder, 'config'),
    LEAKLANES_CACHE: join(folder, 'cache'),
  };
  delete env._NT_SYMBOL_PATH;
  delete env._NT_ALT_SYMBOL_PATH;
  return env as Record<string, string>;
}

interface Opened {
  viewer: ViewerUnderTest;
  close(): Promise<void>;
}

async function openServe(
  browser: Browser,
  shared: ServeProcess | null,
  argument: string | null,
  folder: string,
  viewport: { width: number; height: number },
): Promise<Opened> {
  const server = shared ?? (await startServe(argument === null ? [] : [argument], cleanEnvironment(folder)));
  const context = await browser.newContext({ acceptDownloads: true, viewport, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(server.url).origin });
  await slowDown(context);
  await context.addInitScript(countCalls);
  const page = await context.newPage();
  // From the beginning: Playwright does not wait until the browser has heard that it wants to know, and a key is quick.
  page.on('filechooser', () => {});
  await page.goto(server.url);
  const download = async (ask: () => Promise<void>): Promise<SavedFile> => {
    const downloading = page.waitForEvent('download');
    await ask();
    const file = await downloading;
    return savedFile(file.suggestedFilename(), await readFile(await file.path()));
  };
  return {
    viewer: {
      page,
      drop: (path) => dropFile(page, path),
      async pick(path, ask) {
        const chooser = page.waitForEvent('filechooser');
        await ask();
        await (await chooser).setFiles(path);
      },
      exported: download,
      saved: download,
      clipboard: () => page.evaluate(() => navigator.clipboard.readText()),
    },
    async close() {
      await context.close();
      if (shared === null) await server.stop();
    },
  };
}

async function openElectron(argument: string | null, folder: string): Promise<Opened> {
  const args = [`--user-data-dir=${join(folder, 'profile')}`, ROOT, ...(argument === null ? [] : [argument])];
  if (process.platform === 'linux') args.unshift('--no-sandbox');
  const app = await _electron.launch({
    executablePath: findElectron() ?? undefined,
    args,
    env: cleanEnvironment(folder),
  });
  const page = await app.firstWindow();
  await page.waitForLoadState();
  await slowDown(app.context());
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
        const path = join(folder, 'exported');
        await app.evaluate(({ dialog }, filePath) => {
          dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
        }, path);
        await ask();
        return writtenFile(path);
      },
      saved: (ask) => savedByElectron(app, folder, ask),
      clipboard: () => app.evaluate(({ clipboard }) => clipboard.readText()),
    },
    close: () => app.close(),
  };
}

async function savedByElectron(app: ElectronApplication, folder: string, ask: () => Promise<void>): Promise<SavedFile> {
  const path = join(folder, 'saved');
  const naming = app.evaluate(
    ({ session }, filePath) =>
      new Promise<string>((done) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(filePath);
          item.once('done', () => done(item.getFilename()));
        });
      }),
    path,
  );
  await ask();
  const name = await naming;
  return { ...(await writtenFile(path)), name };
}

async function writtenFile(path: string): Promise<SavedFile> {
  await base.expect.poll(() => existsSync(path)).toBe(true);
  return savedFile(basename(path), await readFile(path));
}

function savedFile(name: string, bytes: Buffer): SavedFile {
  return { name, bytes, text: bytes.toString('utf8') };
}

function whyNoElectron(): string | null {
  if (findElectron() === null) return 'skipped: no Electron runtime';
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return display ? null : 'skipped: no display for the Electron window';
}

/** The files come from the disk, with their paths, as in a drop of the system: a File that a page makes itself has none. */
async function dropFile(page: Page, path: string): Promise<void> {
  // A page that has just been loaded does not take files yet.
  await settled(page);
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
