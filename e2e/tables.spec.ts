import type { Locator, Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import {
  boxOf,
  byId,
  columnTexts,
  drag,
  expectMatched,
  numbersIn,
  openSample,
  runCommand,
  SAMPLE_LEAKS,
  SAMPLE_OBJECTS,
  setQuery,
  shownRange,
  showPage,
} from './window.ts';

/** Issue 5, point 4: the tables. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

function head(page: Page, name: string): Locator {
  return page.locator('.page').getByRole('columnheader', { name, exact: true });
}

async function rowCount(page: Page): Promise<number> {
  return numbersIn(await byId(page, 'row-count').innerText())[0];
}

test('sorts by several columns', async ({ viewer: { page } }) => {
  await head(page, 'Type').getByRole('button').click();
  await expect(head(page, 'Type')).toHaveAttribute('aria-sort', /ascending|descending/);
  await head(page, 'Lifetime (s)')
    .getByRole('button')
    .click({ modifiers: ['Shift'] });
  await expect(head(page, 'Type')).toHaveAttribute('aria-sort', /ascending|descending/);
  await expect(head(page, 'Lifetime (s)')).toHaveAttribute('aria-sort', /ascending|descending/);
  // All of one type, and in it by lifetime; unknown lifetimes come together.
  await settled(page);
  expect(new Set((await columnTexts(page, 'type')).slice(0, 8)).size).toBe(1);
  const lifetimes = (await columnTexts(page, 'lifetime')).map(Number).filter((value) => !Number.isNaN(value));
  const sorted = [...lifetimes].sort((a, b) => a - b);
  expect([sorted, [...sorted].reverse()]).toContainEqual(lifetimes);
  // Alone again without Shift.
  await head(page, 'Id').getByRole('button').click();
  await expect(head(page, 'Type')).toHaveAttribute('aria-sort', 'none');
});

test('columns are chosen, widened and moved', async ({ viewer: { page } }) => {
  await byId(page, 'columns').click();
  await page.getByRole('checkbox', { name: 'Name', exact: true }).uncheck();
  await page.getByRole('checkbox', { name: 'Pointer', exact: true }).check();
  await page.keyboard.press('Escape');
  await expect(head(page, 'Name')).toHaveCount(0);
  await expect(head(page, 'Pointer')).toHaveCount(1);

  const before = await boxOf(head(page, 'Type'));
  const resizer = await boxOf(head(page, 'Type').locator('.column-resizer'));
  await drag(page, [resizer.x + 2, resizer.y + 8], [resizer.x + 62, resizer.y + 8]);
  expect((await boxOf(head(page, 'Type'))).width).toBeCloseTo(before.width + 60, -1);
  await head(page, 'Type').getByRole('button').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  expect((await boxOf(head(page, 'Type'))).width).toBeLessThan(before.width + 50);
  await page.keyboard.press('Control+Shift+ArrowRight');
  await expect(head(page, 'Type')).toHaveAttribute('aria-colindex', '3');
  await expect(head(page, 'Type'), 'moving sorts nothing').toHaveAttribute('aria-sort', 'none');
});

test('rows are chosen, copied and walked through by keyboard; the details follow', async ({ viewer }) => {
  const { page } = viewer;
  const rows = byId(page, 'object-row');
  await rows.nth(1).click();
  await rows.nth(3).click({ modifiers: ['Shift'] });
  await expect(byId(page, 'row-count')).toContainText('3 rows selected');
  await page.keyboard.press('Control+c');
  await expect(byId(page, 'status')).toContainText('Copied 3 rows');
  const lines = (await viewer.clipboard()).trimEnd().split(/\r?\n/);
  expect(lines.map((line) => line.split('\t').slice(0, 2))).toEqual([
    ['Id', 'Type'],
    ['2', 'Event'],
    ['3', 'Key'],
    ['4', 'File'],
  ]);

  await page.keyboard.press('Home');
  await expect(byId(page, 'details')).toHaveAttribute('data-id', '1');
  await page.keyboard.press('ArrowDown');
  await expect(byId(page, 'details')).toHaveAttribute('data-id', '2');
  await page.keyboard.press('End');
  await expect(byId(page, 'details')).toHaveAttribute('data-id', String(SAMPLE_OBJECTS));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Close details' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(byId(page, 'details')).toHaveCount(0);
});

test('a double-click zooms the lanes to the object, and a row has a menu', async ({ viewer: { page } }) => {
  await byId(page, 'object-row').nth(1).dblclick();
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(0.01);
  const { from, to } = await shownRange(page);
  expect(from).toBeLessThan(0.036916);
  expect(to).toBeGreaterThan(0.037287);

  await settled(page);
  await byId(page, 'object-row').nth(1).locator('[data-column="type"]').click({ button: 'right' });
  await byId(page, 'row-menu').getByRole('menuitem', { name: 'Only Type: Event' }).click();
  await expect(byId(page, 'filter-chip')).toHaveText(['Type Event']);
  await settled(page);
  await byId(page, 'object-row').nth(0).locator('[data-column="process"]').click({ button: 'right' });
  await byId(page, 'row-menu')
    .getByRole('menuitem', { name: /^Without Process/ })
    .click();
  await expect(byId(page, 'filter-chip')).toHaveText([/Process not/, 'Type Event']);
});

test('tables go to what is selected elsewhere', async ({ viewer: { page } }) => {
  const shown = (id: string) => page.locator(`.page [role="row"][data-id="${id}"].is-active`);
  await showPage(page, 'events');
  await byId(page, 'lanes').focus();
  await page.keyboard.press('n');
  const details = byId(page, 'details');
  await expect(details).toHaveAttribute('data-id', /^\d+$/);
  await settled(page);
  const id = (await details.getAttribute('data-id'))!;
  await expect(shown(id)).toBeInViewport();
  await showPage(page, 'handles');
  await expect(shown(id)).toBeInViewport();
  await showPage(page, 'objects');
  await expect(shown(id)).toBeInViewport();
});

test('the widths of the stacks’ columns are kept', async ({ viewer: { page } }) => {
  await showPage(page, 'stacks');
  const call = page.locator('.page').getByRole('columnheader').first();
  const before = (await boxOf(call)).width;
  await call.getByRole('button').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await boxOf(call)).width).toBe(before + 16);
  await showPage(page, 'handles');
  await showPage(page, 'stacks');
  expect((await boxOf(call)).width).toBe(before + 16);
  await runCommand(page, 'The table’s own columns and widths');
  await expect.poll(async () => (await boxOf(call)).width).toBe(before);
});

test('handles, events, inheritance, processes and modules have a table each', async ({ viewer: { page } }) => {
  await setQuery(page, 'process:EventLeak.exe type:Event');
  await showPage(page, 'handles');
  // samples/README.md: 108 creates of events.
  await expect.poll(() => rowCount(page)).toBe(108);
  await showPage(page, 'events');
  await expect.poll(() => rowCount(page)).toBeGreaterThanOrEqual(216);
  await page.keyboard.press('x');
  await showPage(page, 'inheritance');
  await expect.poll(() => rowCount(page)).toBe(7);
  await expect(page.locator('.page')).toContainText('EventLeak.exe(924160)');
  await settled(page);
  await page.locator('.pair').first().click();
  await expect(byId(page, 'filter-chip')).toContainText('cmd.exe(1026876)');
  await page.keyboard.press('x');
  await showPage(page, 'processes');
  await expect.poll(() => rowCount(page)).toBeGreaterThan(14);
  await showPage(page, 'modules');
  await expect.poll(async () => (await columnTexts(page, 'name')).join()).toContain('ntdll.dll');
});

test('groups are a pivot of any columns', async ({ viewer: { page } }) => {
  await showPage(page, 'groups');
  const rows = page.locator('.page').getByRole('row');
  await expect.poll(() => rowCount(page)).toBe(15);
  const tunnel = rows.filter({ hasText: 'ZSATunnel.exe(10232)' });
  await expect(tunnel.locator('[data-column="leaked"]')).toHaveText('324');

  // Process is taken out: types come first, and their leaks are those of all processes.
  await page.getByRole('button', { name: 'Do not group by Process' }).click();
  const thread = rows.filter({ hasText: 'Thread' }).first();
  await expect(thread.locator('[data-column="leaked"]')).toHaveText('324');
  await expect(thread.locator('[data-column="type"]')).toHaveText('Thread');
  await byId(page, 'group-add').click();
  await page.getByRole('dialog', { name: 'Add' }).getByRole('button', { name: 'Process' }).click();
  await expect(page.locator('.group-key-name')).toHaveText(['Type', 'Create stack', 'Process']);
  await page.locator('.group-key-name').nth(2).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.group-key-name')).toHaveText(['Type', 'Process', 'Create stack']);

  // Down the tree by keyboard, then only that group.
  await settled(page);
  await thread.click();
  await page.keyboard.press('ArrowRight');
  await expect(thread).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(byId(page, 'filter-chip').first()).toBeVisible();
  await expect.poll(() => rowCount(page)).toBeLessThan(15);
});

test('stacks are a tree: the hot path leads to the call that leaks', async ({ viewer: { page } }) => {
  await showPage(page, 'stacks');
  await expect(byId(page, 'stack-row').first()).toBeVisible();
  await page.getByRole('button', { name: 'Only leaks' }).click();
  await expect(page.locator('.row-count')).toContainText(`${SAMPLE_LEAKS + 13} objects, ${SAMPLE_LEAKS} leaks`);
  await byId(page, 'hot-path').click();
  await expect(byId(page, 'stack-row').filter({ hasText: 'CTunnelKeepAlive::StartProbeThread' })).toBeVisible();
  await settled(page);
  await byId(page, 'stack-row').filter({ hasText: 'CTunnelKeepAlive::StartProbeThread' }).click();
  await byId(page, 'only-node').click();
  await expectMatched(page, 324);

  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Bottom-up' }).click();
  await expect(byId(page, 'stack-row').first()).toContainText(/ntoskrnl|system frames/);
  await page.getByRole('button', { name: 'Destroy' }).click();
  await page.getByRole('button', { name: 'Fold system' }).click();
  // Leaks at exit are ended by the sweep.
  await expect(byId(page, 'stacks-table')).toContainText('ntoskrnl.exe!');
});

test('stacks are an icicle: boxes are zoomed into, and a box is a filter', async ({ viewer: { page } }) => {
  await showPage(page, 'stacks');
  await page.getByRole('button', { name: 'Only leaks' }).click();
  await page.getByRole('button', { name: 'Icicle' }).click();
  const box = byId(page, 'icicle').getByRole('treeitem').filter({ hasText: 'CTunnelKeepAlive::StartProbeThread' });
  await expect(box).toBeVisible();
  const before = await boxOf(box);
  await box.click();
  const trail = page.getByRole('navigation', { name: 'Zoomed to' });
  await expect(trail.locator('[aria-current]')).toContainText('StartProbeThread');
  await expect.poll(async () => (await boxOf(box)).width).toBeGreaterThan(before.width);
  await byId(page, 'only-node').click();
  await expectMatched(page, 324);
  await trail.getByRole('button', { name: 'All' }).click();
  await expect(trail.locator('[aria-current]')).toHaveText('All');
});
