import { copyFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, SAMPLE, test } from './fixtures.ts';
import {
  byId,
  drag,
  boxOf,
  expectMatched,
  openSample,
  runCommand,
  SAMPLE_LEAKS,
  SAMPLE_OBJECTS,
  setQuery,
  shownRange,
  showPage,
  waitForTrace,
} from './window.ts';

/** Issue 5, point 7: what is kept, and where. */

const BROWSER_ONLY = 'skipped: a window of the desktop has no address';

/** A view that differs from the first one in every part. */
async function makeOwnView(page: Page): Promise<void> {
  await setQuery(page, 'leak');
  await byId(page, 'group-by').selectOption('type');
  const ruler = await boxOf(byId(page, 'ruler'));
  await drag(page, [ruler.x + ruler.width * 0.2, ruler.y + 12], [ruler.x + ruler.width * 0.6, ruler.y + 12]);
  await page.keyboard.press('r');
  await page.keyboard.press('m');
  await showPage(page, 'handles');
  await byId(page, 'columns').click();
  await page.getByRole('checkbox', { name: 'Type', exact: true }).uncheck();
  await page.keyboard.press('Escape');
  await expectOwnView(page);
}

async function expectOwnView(page: Page): Promise<void> {
  await expectMatched(page, SAMPLE_LEAKS);
  await expect(byId(page, 'group-by')).toHaveValue('type');
  await expect.poll(async () => (await shownRange(page)).span).toBeCloseTo(4, 1);
  await expect(byId(page, 'mark')).toHaveCount(1);
  await expect(page.locator('#page')).toHaveAttribute('data-page', 'handles');
  await expect(page.locator('.page').getByRole('columnheader', { name: 'Type', exact: true })).toHaveCount(0);
  await expect(page.locator('.page').getByRole('columnheader').first()).toBeVisible();
}

test('a view is saved to a small file and comes back from it', async ({ viewer }, testInfo) => {
  const { page } = viewer;
  await openSample(page);
  await makeOwnView(page);
  const { name, text } = await viewer.saved(() => page.keyboard.press('Control+s'));
  expect(name).toBe('handle-leak-view.json');
  expect(text.length).toBeLessThan(5000);
  const view = JSON.parse(text) as { format: string; version: number; filter: object };
  expect(view).toMatchObject({ format: 'leaklanes-view', version: 1, filter: { leak: true } });

  await runCommand(page, 'Clear all filters');
  await byId(page, 'group-by').selectOption('process');
  await page.keyboard.press('f');
  await runCommand(page, 'Remove all marks');
  await showPage(page, 'groups');
  const file = testInfo.outputPath('mine.json');
  await writeFile(file, text);
  await viewer.pick(file, () => runCommand(page, 'Open a saved view'));
  await expectOwnView(page);

  // One that is dropped does the same.
  await runCommand(page, 'Clear all filters');
  await expectMatched(page, SAMPLE_OBJECTS);
  await viewer.drop(file);
  await expectOwnView(page);
});

test('what a view of another trace or version cannot be, is said', async ({ viewer }, testInfo) => {
  const { page } = viewer;
  await openSample(page);
  const { text } = await viewer.saved(() => page.keyboard.press('Control+s'));
  const view = JSON.parse(text) as Record<string, unknown>;
  const file = testInfo.outputPath('other.json');
  const message = byId(page, 'message');

  const other = { name: 'other.etl', bytes: 5, start: '1' };
  const marks = [{ ns: 1e15, name: 'too late' }];
  await writeFile(file, JSON.stringify({ ...view, trace: other, marks, filter: { type: 'Event' } }));
  await viewer.drop(file);
  await expect(message).toContainText('It is of another trace: other.etl, not handle-leak.etl');
  await expect(message).toContainText('1 of 1 marks, which are after the end of this trace');
  await expect(byId(page, 'filter-chip')).toHaveText(['Type Event']);

  await writeFile(file, JSON.stringify({ ...view, version: 99, lanes: { upper: 'clouds' }, filter: { type: 'File' } }));
  await viewer.drop(file);
  await expect(message).toContainText('another version of Leaklanes (format 99, this one writes 1)');
  await expect(message).toContainText('Not applied: the grouping of the lanes');
  await expect(byId(page, 'filter-chip')).toHaveText(['Type File']);

  await writeFile(file, '{"no": "view"}');
  await viewer.drop(file);
  await expect(message).toHaveText(/other\.json: This file is no saved view of Leaklanes/);
  await message.getByRole('button', { name: 'Dismiss' }).click();
  await expect(message).toHaveCount(0);
});

test.describe('started with a file', () => {
  test.use({ argument: SAMPLE });

  test('a reload comes back where it was, and an address brings others there', async ({ viewer, host }) => {
    test.skip(host === 'electron', BROWSER_ONLY);
    const { page } = viewer;
    await waitForTrace(page);
    await expect(page).toHaveTitle(/handle-leak\.etl/);
    await makeOwnView(page);
    // What was changed last is written last.
    await expect
      .poll(() => viewInAddress(page))
      .toMatchObject({
        filter: { leak: true },
        tables: { page: 'handles', tables: { handles: { columns: expect.any(Array) } } },
      });
    await page.reload();
    await expectOwnView(page);

    // Somebody else's browser, which has kept nothing.
    await runCommand(page, 'Copy a link to this view');
    await expect(byId(page, 'status')).toContainText('Link copied');
    const link = await viewer.clipboard();
    const context = await page.context().browser()!.newContext();
    const other = await context.newPage();
    await other.goto(link);
    await expectOwnView(other);
    await context.close();
  });

  test('files are remembered, and several windows show several traces', async ({ viewer, host }, testInfo) => {
    test.skip(host === 'electron', BROWSER_ONLY);
    const { page } = viewer;
    await waitForTrace(page);
    await setQuery(page, 'leak');
    await expectMatched(page, SAMPLE_LEAKS);
    const opening = page.waitForEvent('popup');
    await runCommand(page, 'New window');
    const second = await opening;
    await expect(byId(second, 'start-page')).toBeVisible();
    await expect(byId(second, 'recent-file')).toContainText('handle-leak.etl');
    await byId(second, 'recent-file').click();
    await waitForTrace(second);
    // It comes back where this trace was left, and each goes its own way from there.
    await expectMatched(second, SAMPLE_LEAKS);
    await runCommand(second, 'Clear all filters');
    await expectMatched(second, SAMPLE_OBJECTS);
    await expectMatched(page, SAMPLE_LEAKS);
    // A file of the browser that was opened before is another trace, even under the same name.
    const copy = testInfo.outputPath('handle-leak-2.etl');
    await copyFile(SAMPLE, copy);
    await viewer.drop(copy);
    await expect(page).toHaveTitle(/handle-leak-2\.etl/);
    await expectMatched(page, SAMPLE_OBJECTS);
  });
});

/** The view that the address of the page has; null where it has none. */
function viewInAddress(page: Page): unknown {
  const { hash } = new URL(page.url());
  if (!hash.startsWith('#view=')) return null;
  return JSON.parse(Buffer.from(hash.slice('#view='.length), 'base64url').toString('utf8'));
}
