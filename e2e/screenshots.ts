import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, expect, type Page } from '@playwright/test';
import { findOrInstallBrowser } from '../build/find-browser.js';
import { decodePng, encodePng } from './png.ts';
import { startServe } from './serveProcess.ts';

/** `npm run screenshots`: takes the pictures of docs/images from the sample, as it looks in a browser. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(ROOT, 'docs/images');
const SMALL = { width: 1280, height: 800 };
const LARGE = { width: 1920, height: 1080 };
const THEMES = ['light', 'dark'] as const;

const byId = (page: Page, id: string) => page.getByTestId(id);

/** A picture: its name, and how somebody comes there from the sample that was just opened. */
type Scene = [name: string, go: (page: Page) => Promise<void>];

const SCENES: Scene[] = [
  ['overview', async () => {}],
  ['leak', showLeak],
  [
    'stacks',
    async (page) => {
      await byId(page, 'tab-stacks').click();
      await page.getByRole('button', { name: 'Only leaks' }).click();
      await openHotPath(page);
    },
  ],
  ['groups', showGroups],
  ['symbols', (page) => byId(page, 'tab-symbols').click()],
  [
    'mappings',
    async (page) => {
      await byId(page, 'upper-mappings').click();
      await byId(page, 'map-plot').focus();
      await page.keyboard.press('Enter');
      await expect(byId(page, 'details')).toContainText('0x1B544000000');
      await page.keyboard.press('z');
      await expect(byId(page, 'range-text')).not.toContainText('10.000000 s');
    },
  ],
];
const LARGE_SCENES = SCENES.slice(0, 2);

/** The steps of docs/find-a-handle-leak.md. */
const GUIDE: Scene[] = [
  ['guide-1-open', async () => {}],
  [
    'guide-2-type',
    async (page) => {
      await byId(page, 'filter-leak').click();
      await showGroups(page);
    },
  ],
  [
    'guide-3-stack',
    async (page) => {
      await byId(page, 'filter-leak').click();
      await byId(page, 'tab-stacks').click();
      await page.getByRole('button', { name: 'Only leaks' }).click();
      await openHotPath(page);
    },
  ],
  ['guide-4-details', showLeak],
  [
    'guide-5-at-exit',
    async (page) => {
      await query(page, 'process:EventLeak.exe leakatexit');
      await byId(page, 'object-row').first().click();
      await expect(page.getByRole('list', { name: 'Destroy stack' })).toContainText('ExSweepHandleTable');
      await page.getByRole('list', { name: 'Destroy stack' }).scrollIntoViewIfNeeded();
    },
  ],
  [
    'guide-6-inherited',
    async (page) => {
      await byId(page, 'tab-inheritance').click();
      await page.locator('.pair').first().click();
      await expect(byId(page, 'filter-chip')).toContainText('cmd.exe');
    },
  ],
];

const folder = await mkdtemp(join(tmpdir(), 'leaklanes-screenshots-'));
const { _NT_SYMBOL_PATH: _, ...env } = process.env;
const server = await startServe([], {
  ...env,
  LEAKLANES_CONFIG_DIR: join(folder, 'config'),
  LEAKLANES_CACHE: join(folder, 'cache'),
});
const browser = await chromium.launch({
  executablePath: await findOrInstallBrowser(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  await mkdir(IMAGES, { recursive: true });
  for (const theme of THEMES) {
    for (const scene of SCENES) await take(scene, SMALL, theme, `${scene[0]}-${theme}-1280x800`);
    for (const scene of LARGE_SCENES) await take(scene, LARGE, theme, `${scene[0]}-${theme}-1920x1080`);
  }
  for (const scene of GUIDE) await take(scene, SMALL, 'light', scene[0]);
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function take([, go]: Scene, viewport: typeof SMALL, colorScheme: 'light' | 'dark', name: string): Promise<void> {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
  await page.goto(server.url);
  await byId(page, 'open-sample').click();
  await expect(byId(page, 'object-row').first()).toHaveAttribute('data-id', /^\d+$/);
  await expect(byId(page, 'symbols-button')).toHaveAccessibleName('Names: 100 %');
  await go(page);
  const path = join(IMAGES, `${name}.png`);
  await writeFile(path, encodePng(decodePng(await settledPicture(page))));
  console.log(path);
  await page.close();
}

/** What is shown when it does not change any more, without the pointer over anything. */
async function settledPicture(page: Page): Promise<Buffer> {
  await page.mouse.move((page.viewportSize() ?? SMALL).width / 2, 1);
  let picture: Buffer = Buffer.alloc(0);
  const isSettled = async () => {
    const before = picture;
    // Words of what was just done go away by themselves.
    const toasts = await page.locator('.toast').count();
    picture = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    return toasts === 0 && before.equals(picture);
  };
  await expect.poll(isSettled, { intervals: [400], timeout: 20_000 }).toBe(true);
  return picture;
}

async function query(page: Page, text: string): Promise<void> {
  await byId(page, 'query').fill(text);
  await byId(page, 'query').press('Enter');
  await byId(page, 'query').blur();
}

async function showLeak(page: Page): Promise<void> {
  await byId(page, 'filter-leak').click();
  await page.keyboard.press('n');
  await expect(byId(page, 'create-stack').locator('.is-main')).toBeVisible();
}

/** Of the tree of stacks; the call that leaks is the one that the cursor comes to. */
async function openHotPath(page: Page): Promise<void> {
  await byId(page, 'hot-path').click();
  const call = byId(page, 'stack-row').filter({ hasText: 'CTunnelKeepAlive::StartProbeThread' });
  await call.click();
  await call.scrollIntoViewIfNeeded();
}

/** The groups, the worst of them open. */
async function showGroups(page: Page): Promise<void> {
  await byId(page, 'tab-groups').click();
  await page.locator('.page .grid-triangle').first().click();
  await expect(page.locator('.page')).toContainText('Thread');
}
