import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { LARGE_TRACE, writeLargeTrace } from './traces/largeTrace.ts';
import {
  boxOf,
  byId,
  countOfSwitch,
  drag,
  expectMatched,
  numbersIn,
  shownRange,
  showPage,
  waitForTrace,
} from './window.ts';

/** Issue 5: a user who has a trace of 200,000 objects finds the leaking call in three interactions. */

test.describe.configure({ mode: 'serial' });

const folder = mkdtempSync(join(tmpdir(), 'leaklanes-e2e-large-'));
const file = join(folder, 'large.etl');
test.beforeAll(() => writeLargeTrace(file));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('with the mouse: Stacks, only leaks, hot path', async ({ viewer: { page, drop } }) => {
  await drop(file);
  await waitForTrace(page);
  const [, total] = numbersIn(await byId(page, 'match-count').innerText());
  expect(total).toBeGreaterThanOrEqual(LARGE_TRACE.objects);

  await byId(page, 'tab-stacks').click();
  await page.getByRole('button', { name: 'Only leaks' }).click();
  await byId(page, 'hot-path').click();
  const call = byId(page, 'stack-row').filter({ hasText: LARGE_TRACE.call });
  await expect(call.locator('[data-column="leaked"]')).toHaveText('4,000');

  await settled(page);
  await call.click();
  await byId(page, 'only-node').click();
  await expectMatched(page, LARGE_TRACE.leaks);
  await expect(page.locator('[data-testid="facet-entry"][data-facet="process"]').first()).toContainText(
    LARGE_TRACE.leaker,
  );
});

test('with the keyboard: groups, the worst one, its first leak', async ({ viewer: { page, drop } }) => {
  await drop(file);
  await waitForTrace(page);
  // The page with the groups, of which the worst comes first; only that group; its first leak.
  await page.keyboard.press('Alt+4');
  await expect(page.locator('.page [role="row"][aria-rowindex="2"]')).toContainText(LARGE_TRACE.leaker);
  await page.keyboard.press('g');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(byId(page, 'filter-chip')).toContainText(LARGE_TRACE.leaker);
  await page.keyboard.press('n');
  await expect(byId(page, 'create-stack').locator('.is-main')).toContainText(/worker\.dll\s*\+0x4711/);
});

test('everything stays quick enough to be used', async ({ viewer: { page, drop } }) => {
  await drop(file);
  await waitForTrace(page);
  await page.keyboard.press('e');
  // The end is that of the rows that are there.
  await settled(page);
  await byId(page, 'lanes').focus();
  await page.keyboard.press('End');
  await expect.poll(() => byId(page, 'lanes').evaluate((element) => element.scrollTop)).toBeGreaterThan(1000);
  const plot = await boxOf(page.locator('.overview-plot'));
  const whole = await shownRange(page);
  await drag(page, [plot.x + plot.width * 0.4, plot.y + 30], [plot.x + plot.width * 0.41, plot.y + 30]);
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(whole.span / 20);
  await byId(page, 'group-by').selectOption('createStack');
  await expect(byId(page, 'lane-group').first()).toHaveAttribute('title', /create stack/);
  await showPage(page, 'events');
  await expect(byId(page, 'table-row').first()).not.toHaveAttribute('aria-busy', 'true');
  await page.keyboard.press('g');
  await page.keyboard.press('End');
  await expect(page.locator('.page .grid-row.is-active [data-column]').first()).not.toHaveText('');
  await settled(page);
  await byId(page, 'filter-leak').click();
  await settled(page);
  await expectMatched(page, await countOfSwitch(page, 'filter-leak'));
});
