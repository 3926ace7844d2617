import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Browser, type Page } from '@playwright/test';
import { startServe } from '../../e2e/serveProcess.ts';
import type { Row } from '../results.ts';
import { keepPicture, newPage } from './browser.ts';
import { measureGestures, type Wheel } from './gestures.ts';
import { heapMb } from './recording.ts';

const OPEN_TIMEOUT_MS = 300_000;
const ANSWER_TIMEOUT_MS = 60_000;
const FEWEST_ROWS = 10;

const WHEEL: Wheel = {
  async pan(page, units) {
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, units);
    await page.keyboard.up('Shift');
  },
  zoomUnits: 50,
};

interface Look {
  name: string;
  /** The way there from the look before. */
  go: (page: Page) => Promise<void>;
  /** Where to scroll. Leaks come first, each alone in its row; rows that many objects share come after them. */
  topPx: number;
}

const LOOKS: readonly Look[] = [
  { name: 'closed groups', go: (page) => withOtherRows(page, () => page.keyboard.press('c')), topPx: 0 },
  { name: 'open groups', go: (page) => withOtherRows(page, () => page.keyboard.press('e')), topPx: 8000 },
  { name: 'flat', go: (page) => withOtherRows(page, () => choose(page, 'group-by', '')), topPx: 320_000 },
  {
    // Among the first leaks: the other objects live so short that nothing would be in view from close by.
    name: 'flat, one an object',
    go: (page) => withOtherRows(page, () => choose(page, 'packing', 'single')),
    topPx: 10_000,
  },
  {
    // Rows with a bar beside the other, in all of the window.
    name: 'flat, short lives, lanes only',
    async go(page) {
      await withOtherRows(page, () => choose(page, 'packing', 'packed'));
      await withOtherRows(page, () => filter(page, 'lifetime:<1s'));
      await page.keyboard.press('l');
    },
    topPx: 0,
  },
];

/** Our viewer with a trace. */
export async function measureLeaklanes(browser: Browser, trace: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leaklanes-bench-ui-'));
  const server = await startServe([trace], {
    ...process.env,
    LEAKLANES_CONFIG_DIR: folder,
    LEAKLANES_NO_CACHE: '1',
    _NT_SYMBOL_PATH: '',
  });
  try {
    const page = await newPage(browser);
    const started = performance.now();
    await page.goto(server.url);
    await waitForTrace(page);
    const rows: Row[] = [{ name: 'leaklanes', 'load ms': performance.now() - started, 'heap MB': await heapMb(page) }];
    for (const look of LOOKS) {
      await look.go(page);
      await scrollTo(page, look.topPx);
      const name = `leaklanes ${look.name}`;
      await keepPicture(page, name);
      const plot = (await page.getByTestId('lanes-canvas').boundingBox())!;
      rows.push(...(await measureGestures(browser, { name, page, plot, wheel: WHEEL })));
    }
    rows[0]['heap at the end MB'] = await heapMb(page);
    await page.close();
    return rows;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of it: the first part of a large trace is shown before. The worst group is opened last. */
async function waitForTrace(page: Page): Promise<void> {
  const options = { timeout: OPEN_TIMEOUT_MS };
  await expect(page.getByTestId('lanes-canvas')).toHaveAttribute('data-ready', 'true', options);
  await expect(page.getByTestId('part-bar')).toHaveCount(0, options);
  await expect(page.getByTestId('object-row').first()).toHaveAttribute('data-id', /^\d+$/, options);
  await expect(page.getByTestId('lane-group').locator('[aria-expanded="true"]').first()).toBeAttached(options);
}

async function choose(page: Page, list: string, value: string): Promise<void> {
  await page.getByTestId(list).selectOption(value);
  // The list would take the next keys for itself.
  await page.getByTestId(list).blur();
}

async function filter(page: Page, text: string): Promise<void> {
  await page.getByTestId('query').fill(text);
  await page.getByTestId('query').press('Enter');
  await page.getByTestId('query').blur();
}

/** Does what changes the number of rows, and waits for the answer: until then the old picture is shown. */
async function withOtherRows(page: Page, change: () => Promise<void>): Promise<void> {
  const lanes = page.getByTestId('lanes');
  const before = (await lanes.getAttribute('aria-rowcount')) ?? '';
  await change();
  await expect(lanes).not.toHaveAttribute('aria-rowcount', before, { timeout: ANSWER_TIMEOUT_MS });
}

async function scrollTo(page: Page, topPx: number): Promise<void> {
  const lanes = page.getByTestId('lanes');
  await lanes.evaluate((element, top) => (element.scrollTop = top), topPx);
  // Rows for screen readers are those of the answer.
  await expect(lanes.getByRole('row').nth(FEWEST_ROWS)).toBeAttached({ timeout: ANSWER_TIMEOUT_MS });
}
