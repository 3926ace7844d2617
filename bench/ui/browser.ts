import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { findBrowser } from '../../build/find-browser.js';

const SIZE = { width: 1920, height: 1080 };
/** No network but the page's own, no GPU (there may be none) but its stand-in for WebGL, and no sandbox, which root cannot have. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-background-networking'];
/** Beside the results: to see that what was measured drew something. */
const PICTURES = join(import.meta.dirname, '../results/ui');

/** Runs something with a browser of its own. */
export async function withBrowser<T>(run: (browser: Browser) => Promise<T>): Promise<T> {
  const executablePath = await findBrowser();
  if (executablePath === null)
    throw new Error('There is no browser; `node build/find-browser.js` finds or installs one.');
  const browser = await chromium.launch({ executablePath, args: ARGS });
  try {
    return await run(browser);
  } finally {
    await browser.close();
  }
}

export function newPage(browser: Browser): Promise<Page> {
  return browser.newPage({ viewport: SIZE });
}

/** Keeps a picture of the page as `bench/results/ui/NAME.png`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name.replaceAll(/[^a-z0-9]+/g, '-')}.png`) });
}
