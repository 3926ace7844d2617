import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import Papa from 'papaparse';
import { expect, ROOT, SAMPLE, test } from './fixtures.ts';

/** Every flow runs in both hosts; what differs between them is behind the `viewer` fixture. */

const byId = (page: Page, id: string): Locator => page.getByTestId(id);

async function waitForTrace(page: Page): Promise<void> {
  await expect(byId(page, 'lanes-canvas')).toBeVisible();
  await expect(byId(page, 'object-row').first()).toHaveAttribute('data-id', /^\d+$/);
  await expect(byId(page, 'progress')).toBeHidden();
}

/** "1,234 of 5,678 objects" */
async function matchCount(page: Page): Promise<{ matched: number; total: number }> {
  const text = (await byId(page, 'match-count').innerText()).replace(/[\s,.  ]+(?=\d{3})/g, '');
  const [matched, total] = (text.match(/\d+/g) ?? []).map(Number);
  return { matched, total };
}

/** Number of objects that a switch would keep, as it says itself. */
async function countOfSwitch(page: Page, id: string): Promise<number> {
  return Number((await byId(page, id).innerText()).replace(/\D/g, ''));
}

/** Notes whether an element ever was there, however short, and clicks the button in it where one is named. */
async function watchFor(page: Page, id: string, click?: string): Promise<() => Promise<boolean>> {
  await page.evaluate(
    ([id, click]) => {
      const seen = window as unknown as Record<string, boolean>;
      seen[`seen:${id}`] = false;
      new MutationObserver((_changes, observer) => {
        if (document.querySelector(`[data-testid="${id}"]`) === null) return;
        seen[`seen:${id}`] = true;
        const button = click === undefined ? null : document.querySelector<HTMLElement>(`[data-testid="${click}"]`);
        if (button === null && click !== undefined) return;
        observer.disconnect();
        button?.click();
      }).observe(document.body, { childList: true, subtree: true });
    },
    [id, click] as const,
  );
  return () => page.evaluate((id) => (window as unknown as Record<string, boolean>)[`seen:${id}`], id);
}

/** Goes on with Tab, as somebody without a mouse does, until the element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < 150; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${String(target)}`);
}

/** Rows of a CSV without the column that has the file's path. */
function rowsOf(csv: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  for (const row of data) delete row.FileName;
  return data;
}

/** What the command line says of the same question. */
function dump(format: 'csv' | 'json', ...filters: string[]): string {
  const args = [join(ROOT, 'cli/leaklanes.js'), 'dump', SAMPLE, '--format', format, ...filters];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  expect(status, stderr).toBe(0);
  return stdout;
}

test('shows the start page', async ({ viewer: { page } }) => {
  await expect(byId(page, 'start-page')).toBeVisible();
  await expect(byId(page, 'drop-zone')).toBeVisible();
  await expect(byId(page, 'message')).toHaveCount(0);
  await expect(page).toHaveTitle(/Leaklanes/);
});

test('opens a dropped trace: progress, then lanes, table and filters', async ({ viewer: { page, drop } }) => {
  await expect(byId(page, 'start-page')).toBeVisible();
  const progressWasSeen = await watchFor(page, 'progress');
  await drop(SAMPLE);
  await waitForTrace(page);
  expect(await progressWasSeen()).toBe(true);
  await expect(byId(page, 'start-page')).toBeHidden();
  await expect(byId(page, 'overview')).toBeVisible();
  await expect(page).toHaveTitle(/handle-leak\.etl/);
  const { matched, total } = await matchCount(page);
  expect(total).toBeGreaterThan(0);
  expect(matched, 'nothing is filtered yet').toBe(total);
});

test('finds a leak: filter, table, details with the stack that created it', async ({ viewer: { page, drop } }) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const leaks = await countOfSwitch(page, 'filter-leak');
  const { total } = await matchCount(page);
  expect(leaks).toBeGreaterThan(0);
  expect(leaks).toBeLessThan(total);

  await byId(page, 'filter-leak').click();
  await expect(byId(page, 'filter-leak')).toHaveAttribute('aria-checked', 'true');
  await expect.poll(() => matchCount(page)).toEqual({ matched: leaks, total });

  const row = byId(page, 'object-row').first();
  const id = (await row.getAttribute('data-id')) ?? '';
  await row.click();
  await expect(byId(page, 'details')).toHaveAttribute('data-id', id);
  await expect(byId(page, 'details')).toContainText(/leak/i);
  const frames = byId(page, 'create-stack').locator('li');
  expect(await frames.count()).toBeGreaterThan(2);
  await expect(frames.first()).toContainText(/\w+/);

  await byId(page, 'filter-leak').click();
  await expect.poll(() => matchCount(page)).toEqual({ matched: total, total });
  await expect(byId(page, 'details'), 'the selection outlives the filter').toHaveAttribute('data-id', id);
});

test('filters by a value of a facet, and says how many objects are left', async ({ viewer: { page, drop } }) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const { total } = await matchCount(page);
  const entry = byId(page, 'facet-entry').and(page.locator('[data-facet="type"]')).first();
  const value = (await entry.getAttribute('data-value')) ?? '';
  // JSON has a line an object.
  const expected = dump('json', '--type', value).trimEnd().split('\n').length;
  expect(expected).toBeLessThan(total);
  await entry.click();
  await expect(entry).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => matchCount(page)).toEqual({ matched: expected, total });
});

test('exports exactly the filtered view', async ({ viewer: { page, drop, exported } }) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const leaks = await countOfSwitch(page, 'filter-leak');
  await byId(page, 'filter-leak').click();
  await expect.poll(async () => (await matchCount(page)).matched).toBe(leaks);

  const { name, text } = await exported(() => byId(page, 'export-csv').click());
  expect(name).toMatch(/\.csv$/);
  const rows = rowsOf(text);
  const ids = new Set(rows.map((row) => row.Id));
  expect(ids.size, 'every object of the view, and no other').toBe(leaks);
  for (const shown of await byId(page, 'object-row').all()) expect(ids).toContain(await shown.getAttribute('data-id'));
  expect(rows, 'what `leaklanes dump` says').toEqual(rowsOf(dump('csv', '--leak')));
  await expect(byId(page, 'message')).toHaveCount(0);
});

test('stops opening when it is cancelled', async ({ viewer: { page, drop } }) => {
  await expect(byId(page, 'start-page')).toBeVisible();
  const progressWasSeen = await watchFor(page, 'progress', 'cancel');
  await drop(SAMPLE);
  await expect.poll(progressWasSeen).toBe(true);
  await expect(byId(page, 'progress')).toBeHidden();
  await expect(byId(page, 'start-page')).toBeVisible();
  await expect(byId(page, 'lanes-canvas')).toHaveCount(0);
  await expect(byId(page, 'message'), 'what the user wanted is no error').toHaveCount(0);

  // And the next one opens as if nothing had been.
  await drop(SAMPLE);
  await waitForTrace(page);
});

test('says what is wrong with a file that is no trace, until it is dismissed', async ({
  viewer: { page, drop },
}, testInfo) => {
  const file = testInfo.outputPath('notes.txt');
  await writeFile(file, 'Not a trace at all. '.repeat(10_000));
  await drop(file);
  const message = byId(page, 'message');
  await expect(message).toHaveCount(1);
  await expect(message).toContainText('notes.txt');
  await expect(message, 'no name of a temporary file').not.toContainText('leaklanes-serve');
  await expect(byId(page, 'start-page')).toBeVisible();
  await message.getByRole('button', { name: 'Dismiss' }).click();
  await expect(message).toHaveCount(0);
});

test('keeps the trace that is open when the next file is none', async ({ viewer: { page, drop } }, testInfo) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const before = await matchCount(page);
  const file = testInfo.outputPath('empty.etl');
  await writeFile(file, '');
  await drop(file);
  await expect(byId(page, 'message')).toContainText('empty.etl');
  expect(await matchCount(page)).toEqual(before);
  await byId(page, 'filter-leak').click();
  await expect.poll(async () => (await matchCount(page)).matched).toBeLessThan(before.matched);
});

test('works without a mouse', async ({ viewer: { page, pick, exported } }) => {
  await tabTo(page, byId(page, 'open-button'));
  await pick(SAMPLE, () => page.keyboard.press('Enter'));
  await waitForTrace(page);
  const leaks = await countOfSwitch(page, 'filter-leak');

  await tabTo(page, byId(page, 'filter-leak'));
  await page.keyboard.press('Space');
  await expect.poll(async () => (await matchCount(page)).matched).toBe(leaks);

  await tabTo(page, byId(page, 'objects-table'));
  await page.keyboard.press('ArrowDown');
  await expect(byId(page, 'details')).toHaveAttribute('data-id', /^\d+$/);
  await expect(byId(page, 'create-stack')).toBeVisible();

  const { text } = await exported(() => page.keyboard.press('Control+e'));
  expect(new Set(rowsOf(text).map((row) => row.Id)).size).toBe(leaks);

  await page.keyboard.press('Escape');
  await expect(byId(page, 'details')).toHaveCount(0);
});

test('shows leaks first: the most suspicious type is open, whatever its size', async ({ viewer: { page, drop } }) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const open = byId(page, 'lane-group').filter({ has: page.locator('[aria-expanded="true"]') });
  await expect(open).toHaveCount(2);
  await expect(open.nth(1)).toContainText('Thread');
  await expect(open.nth(1)).toHaveAttribute('title', /324 leaks/);
});

test('a double-click shows the whole trace, also where the details open under it', async ({
  viewer: { page, drop },
}) => {
  await drop(SAMPLE);
  await waitForTrace(page);
  const whole = await byId(page, 'range-text').innerText();
  for (let i = 0; i < 3; i++) await page.keyboard.press('w');
  await expect(byId(page, 'range-text')).not.toHaveText(whole);
  const box = (await byId(page, 'lanes-canvas').boundingBox())!;
  const [x, y] = [box.x + box.width * 0.9, box.y + 110];
  await expect(byId(page, 'lane-group').nth(1)).toContainText('Thread');
  await page.mouse.dblclick(x, y, { delay: 50 });
  await expect(byId(page, 'range-text')).toHaveText(whole);
  await expect(byId(page, 'details')).toBeVisible();
});

test('leaves the lanes and the stack readable in a narrow window', async ({ viewer: { page, drop } }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await drop(SAMPLE);
  await waitForTrace(page);
  await expect(byId(page, 'filters')).toHaveCount(0);
  const header = page.getByRole('banner');
  expect(await header.evaluate((bar) => bar.scrollWidth <= bar.clientWidth)).toBe(true);
  await page.getByRole('button', { name: 'Filters' }).click();
  await expect(byId(page, 'filters')).toBeVisible();
  const canvas = (await byId(page, 'lanes-canvas').boundingBox())!;
  await page.keyboard.press('Escape');
  await expect(byId(page, 'filters')).toHaveCount(0);
  await page.keyboard.press('n');
  const frame = byId(page, 'create-stack').locator('li').first();
  await expect(frame).toBeVisible();
  // Nothing is drawn over the stack, and the lanes keep their width below the pane.
  const { x, y } = (await frame.boundingBox())!;
  for (const dx of [2, 40, 120])
    expect(
      await page.evaluate(
        ([x, y]) => document.elementFromPoint(x, y)?.closest('[data-testid="create-stack"]') !== null,
        [x + dx, y + 6],
      ),
    ).toBe(true);
  expect((await byId(page, 'lanes-canvas').boundingBox())!.width).toBe(canvas.width);
});

test.describe('started with a file', () => {
  test.use({ argument: SAMPLE });

  test('opens it at once, and remembers it', async ({ viewer: { page } }) => {
    await waitForTrace(page);
    await expect(page).toHaveTitle(/handle-leak\.etl/);
    // A reload starts anew, with the same file.
    await page.reload();
    await waitForTrace(page);
  });
});
