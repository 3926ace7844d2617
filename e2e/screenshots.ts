import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { findOrInstallBrowser } from '../build/find-browser.js';
import { startServe } from './serveProcess.ts';

/** `npm run screenshots`: takes the pictures of docs/images from the sample, as it looks in a browser. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'samples/handle-leak.etl');
const IMAGES = join(ROOT, 'docs/images');

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const THEMES = ['light', 'dark'] as const;

await mkdir(IMAGES, { recursive: true });
const server = await startServe([SAMPLE], process.env);
const browser = await chromium.launch({
  executablePath: await findOrInstallBrowser(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const viewport of SIZES) {
    for (const colorScheme of THEMES) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      await page.goto(server.url);
      await page.getByTestId('object-row').first().waitFor();
      await settle(page);
      await take(page, 'overview', colorScheme);
      await page.getByTestId('filter-leak').click();
      await settle(page);
      await page.getByTestId('object-row').first().click();
      await page.getByTestId('create-stack').waitFor();
      await settle(page);
      await take(page, 'leak', colorScheme);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.stop();
}

/** Until nothing is asked of the server any more and what came has been drawn. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(700);
}

async function take(page: Page, name: string, theme: string): Promise<void> {
  const { width, height } = page.viewportSize() ?? SIZES[0];
  const path = join(IMAGES, `${name}-${theme}-${width}x${height}.png`);
  // Without the pointer over anything.
  await page.mouse.move(width / 2, 1);
  await page.screenshot({ path });
  console.log(path);
}
