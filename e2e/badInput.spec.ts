import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, SAMPLE, test } from './fixtures.ts';
import { HARD_NAMES, hardNames, manyProcesses, withoutHandles, withoutStacks } from './traces/smallTraces.ts';
import {
  PAGES,
  boxOf,
  byId,
  canvasColors,
  drag,
  expectMatched,
  openSample,
  runCommand,
  setQuery,
  showPage,
  waitForTrace,
} from './window.ts';

/** Issue 5: what people and traces bring that is not as it should be. Views of another trace or version: state.spec.ts. */

/** Nothing is wider than the window, so that nothing is out of sight. */
async function expectNoSideScroll(page: Page, what: string): Promise<void> {
  const widest = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const wide = [...document.querySelectorAll<HTMLElement>('.app, .top-bar, .workbench, .pages, .page')];
      return Math.max(
        scrollWidth - clientWidth,
        ...wide.map((element) => element.getBoundingClientRect().right - innerWidth),
      );
    });
  // A window that has just got another size is laid out a moment later.
  await expect.poll(widest, { message: what }).toBeLessThanOrEqual(0.5);
}

test('a trace without handle events says which keyword was missing', async ({ viewer: { page, drop } }, testInfo) => {
  const file = testInfo.outputPath('no-handles.etl');
  await writeFile(file, withoutHandles());
  await drop(file);
  await expect(byId(page, 'empty-trace')).toContainText('OB_HANDLE');
  await expect(byId(page, 'empty-trace')).toContainText('no-handles.etl');
  await expect(byId(page, 'lanes-canvas')).toHaveCount(0);
  await drop(SAMPLE);
  await waitForTrace(page);
});

test('a trace without stacks says how to record them', async ({ viewer: { page, drop } }, testInfo) => {
  const file = testInfo.outputPath('no-stacks.etl');
  await writeFile(file, withoutStacks());
  await drop(file);
  await waitForTrace(page);
  await showPage(page, 'stacks');
  await expect(page.locator('.page').getByTestId('empty-state')).toContainText('No stacks in this trace');
  await showPage(page, 'symbols');
  await expect(page.locator('.page').getByTestId('empty-state')).toContainText('No stacks, so no symbols');
  await showPage(page, 'inheritance');
  await expect(page.locator('.page').getByTestId('empty-state')).toContainText('Nothing was inherited');
  await page.keyboard.press('n');
  await expect(byId(page, 'details')).toContainText('The trace has no stack for this event.');
});

test('names of 32,000 characters, right to left, with control characters and markup', async ({ viewer }, testInfo) => {
  const { page, drop } = viewer;
  const file = testInfo.outputPath('names.etl');
  await writeFile(file, hardNames());
  await drop(file);
  await waitForTrace(page);
  await expectMatched(page, Object.keys(HARD_NAMES).length);
  const rows = byId(page, 'object-row');
  const { length } = Object.keys(HARD_NAMES);
  for (let index = 0; index < length; index++) {
    await rows.nth(index).click();
    await expect(byId(page, 'details')).toHaveAttribute(
      'data-id',
      (await rows.nth(index).getAttribute('data-id')) ?? '',
    );
    await expectNoSideScroll(page, `object ${index}`);
    await settled(page);
    const shown = await page.evaluate(() => document.body.innerText);
    // Nothing turns the text after it around, and nothing becomes an element.
    for (const character of ['\u202e', '\u0007', '\u001b', '\u0000']) expect(shown).not.toContain(character);
    await expect(page.locator('img')).toHaveCount(0);
  }
  await byId(page, 'group-by').selectOption('name');
  await runCommand(page, 'Open all groups');
  for (const name of ['handles', 'events', 'groups', 'processes']) {
    await showPage(page, name);
    await expectNoSideScroll(page, name);
  }
  await byId(page, 'filter-name').fill('xxxxxxxx');
  await expectMatched(page, 1);
});

test('10,000 processes', async ({ viewer: { page, drop } }, testInfo) => {
  const file = testInfo.outputPath('processes.etl');
  await writeFile(file, manyProcesses(10_000));
  await drop(file);
  await waitForTrace(page);
  await expectMatched(page, 10_000);
  const processes = page.getByRole('list', { name: 'processes', exact: true });
  await page.locator('[data-section="process"]').getByRole('button', { name: 'Show all 10,000' }).click();
  await expect(page.getByRole('button', { name: 'Show fewer' })).toBeVisible();
  // Only what is seen is made.
  expect(await processes.getByTestId('facet-entry').count()).toBeLessThan(60);
  await byId(page, 'search-process').fill('service9999.exe');
  await expect(processes.getByTestId('facet-entry')).toHaveCount(1);
  await settled(page);
  await processes.getByTestId('facet-entry').click();
  await expectMatched(page, 1);
  await runCommand(page, 'Clear all filters');
  await runCommand(page, 'Open all groups');
  // The end is that of the rows that are there.
  await settled(page);
  await byId(page, 'lanes').focus();
  await page.keyboard.press('End');
  await expect.poll(() => byId(page, 'lanes').evaluate((element) => element.scrollTop)).toBeGreaterThan(100_000);
  expect(await page.locator('.lane-label').count()).toBeLessThan(200);
  await showPage(page, 'processes');
  await expect(byId(page, 'row-count')).toContainText(/1\d,\d{3} rows/);
});

test('a window 400 px wide', async ({ viewer: { page, drop } }) => {
  await page.setViewportSize({ width: 400, height: 800 });
  await expectNoSideScroll(page, 'start page');
  await drop(SAMPLE);
  await waitForTrace(page);
  await expect(byId(page, 'filters')).toHaveCount(0);
  for (const name of ['objects', 'groups', 'stacks', 'symbols', 'trust']) {
    await showPage(page, name);
    await expectNoSideScroll(page, name);
  }
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  await expect(byId(page, 'filters')).toBeVisible();
  const canvas = await boxOf(byId(page, 'lanes-canvas'));
  await page.keyboard.press('Escape');
  await expect(byId(page, 'filters')).toHaveCount(0);
  await page.keyboard.press('n');
  const frame = byId(page, 'create-stack').locator('li').first();
  await expect(frame).toBeVisible();
  await settled(page);
  await frame.scrollIntoViewIfNeeded();
  // Nothing is drawn over the stack, and the lanes keep their width below the pane.
  const { x, y } = await boxOf(frame);
  for (const dx of [2, 40, 120]) {
    const covered = await page.evaluate(
      ([x, y]) => document.elementFromPoint(x, y)?.closest('[data-testid="create-stack"]') === null,
      [x + dx, y + 6],
    );
    expect(covered).toBe(false);
  }
  expect((await boxOf(byId(page, 'lanes-canvas'))).width).toBe(canvas.width);
  await page.keyboard.press('Control+Shift+P');
  const palette = await boxOf(byId(page, 'palette'));
  expect(palette.x).toBeGreaterThanOrEqual(0);
  expect(palette.x + palette.width).toBeLessThanOrEqual(400);
});

test('a 4K window, and a page at 200 %', async ({ viewer: { page } }) => {
  await page.setViewportSize({ width: 3840, height: 2160 });
  await openSample(page);
  await expectNoSideScroll(page, '4K');
  const canvas = await boxOf(byId(page, 'lanes-canvas'));
  expect(canvas.width).toBeGreaterThan(3000);
  expect(Object.keys(await canvasColors(byId(page, 'lanes-canvas'))).length).toBeGreaterThan(4);
  // 200 % is half of the pixels.
  await page.setViewportSize({ width: 640, height: 400 });
  await expectNoSideScroll(page, '200 %');
  await expect(byId(page, 'lanes-canvas')).toBeVisible();
  const ruler = await boxOf(byId(page, 'ruler'));
  await drag(page, [ruler.x + 40, ruler.y + 12], [ruler.x + 120, ruler.y + 12]);
  await expect(byId(page, 'range-chip')).toBeVisible();
});

test('no page is wider than the window', async ({ viewer: { page } }) => {
  await openSample(page);
  await setQuery(page, 'leak');
  await page.keyboard.press('n');
  for (const name of PAGES) {
    await showPage(page, name);
    await expect(page.locator('.page .page-loading')).toHaveCount(0);
    await expectNoSideScroll(page, name);
  }
});
