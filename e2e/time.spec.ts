import type { Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { boxOf, byId, drag, openSample, runCommand, shownRange } from './window.ts';

/** Issue 5, point 2: moving through time. The sample has ten seconds. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

/** A place on the plot of the lanes, as a part of its width. */
async function plotPoint(page: Page, part: number): Promise<[number, number]> {
  const box = await boxOf(byId(page, 'lanes-canvas'));
  return [box.x + box.width * part, box.y + 100];
}

async function expectRange(page: Page, from: number, to: number, digits = 1): Promise<void> {
  await expect
    .poll(async () => {
      const range = await shownRange(page);
      return [range.from, range.to].map((seconds) => seconds.toFixed(digits));
    })
    .toEqual([from, to].map((seconds) => seconds.toFixed(digits)));
}

test('Ctrl+wheel zooms at the mouse, Shift+wheel pans, a wheel scrolls', async ({ viewer: { page } }) => {
  await expectRange(page, 0, 10);
  await page.mouse.move(...(await plotPoint(page, 0.3)));
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(7);
  const zoomed = await shownRange(page);
  // What was under the mouse still is.
  expect(zoomed.from + 0.3 * zoomed.span).toBeCloseTo(3, 1);

  await page.keyboard.down('Shift');
  await page.mouse.wheel(0, 100);
  await page.keyboard.up('Shift');
  await expect.poll(async () => (await shownRange(page)).from).toBeGreaterThan(zoomed.from);
  const panned = await shownRange(page);
  expect(panned.span).toBeCloseTo(zoomed.span, 4);

  await page.mouse.wheel(0, 300);
  await expect.poll(() => byId(page, 'lanes').evaluate((element) => element.scrollTop)).toBeGreaterThan(100);
  expect(await shownRange(page)).toEqual(panned);
});

test('a pinch of a touchpad zooms gently', async ({ viewer: { page } }) => {
  await page.mouse.move(...(await plotPoint(page, 0.5)));
  await page.keyboard.down('Control');
  // Browsers send a pinch as Ctrl+wheel with a few units.
  for (let step = 0; step < 5; step++) await page.mouse.wheel(0, -6);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(9);
  await settled(page);
  expect((await shownRange(page)).span).toBeGreaterThan(5);
});

test('a drag pans, and W A S D do without the mouse; F shows everything', async ({ viewer: { page } }) => {
  for (let times = 0; times < 4; times++) await page.keyboard.press('w');
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(3);
  const before = await shownRange(page);
  const box = await boxOf(byId(page, 'lanes-canvas'));
  await drag(page, [box.x + 300, box.y + 100], [box.x + 200, box.y + 100]);
  await expect
    .poll(async () => (await shownRange(page)).from - before.from)
    .toBeCloseTo((100 / box.width) * before.span, 2);
  await expect(byId(page, 'details'), 'a drag is no click').toHaveCount(0);

  const dragged = await shownRange(page);
  await page.keyboard.press('a');
  await expect.poll(async () => (await shownRange(page)).from).toBeLessThan(dragged.from);
  await page.keyboard.press('d');
  await expect.poll(async () => (await shownRange(page)).from).toBeCloseTo(dragged.from, 4);
  await page.keyboard.press('s');
  await expect.poll(async () => (await shownRange(page)).span).toBeGreaterThan(dragged.span);
  await page.keyboard.press('f');
  await expectRange(page, 0, 10);
});

test('a drag on the ruler selects a range, whose edges can be dragged', async ({ viewer: { page } }) => {
  const ruler = await boxOf(byId(page, 'ruler'));
  const at = (part: number): [number, number] => [ruler.x + ruler.width * part, ruler.y + 12];
  await drag(page, at(0.2), at(0.4));
  await expect(byId(page, 'range-length')).toHaveText(/^2(\.0\d*)? s$/);
  await expect(byId(page, 'range-open')).toHaveText(/^[+−±]\d+ open \(\d+ → \d+\)$/);

  const end = await boxOf(byId(page, 'range-end'));
  await drag(page, [end.x + end.width / 2, ruler.y + 12], at(0.5));
  await expect(byId(page, 'range-length')).toHaveText(/^(3(\.0\d*)?|2\.99\d*) s$/);
  const start = byId(page, 'range-start');
  await start.focus();
  const before = Number(await start.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await start.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
  await page.keyboard.press('ArrowLeft');

  await byId(page, 'range-chip').getByRole('button', { name: 'Zoom' }).click();
  await expectRange(page, 2, 5);
  await expect(byId(page, 'range-chip')).toHaveCount(0);
});

test('the way back is a trail', async ({ viewer: { page } }) => {
  const trail = byId(page, 'range-trail');
  await expect(trail).toContainText('whole trace');
  const ruler = await boxOf(byId(page, 'ruler'));
  const zoomTo = async (from: number, to: number) => {
    await drag(page, [ruler.x + ruler.width * from, ruler.y + 12], [ruler.x + ruler.width * to, ruler.y + 12]);
    await page.keyboard.press('r');
    await expect(byId(page, 'range-chip')).toHaveCount(0);
  };
  await zoomTo(0.2, 0.6);
  await expectRange(page, 2, 6);
  await zoomTo(0.25, 0.75);
  await expectRange(page, 3, 5);
  await page.keyboard.press('Alt+ArrowLeft');
  await expectRange(page, 2, 6);
  await page.keyboard.press('Alt+ArrowRight');
  await expectRange(page, 3, 5);
  await trail.getByRole('button', { name: 'whole trace' }).click();
  await expectRange(page, 0, 10);
  await trail.getByRole('button', { name: 'Back to the range before' }).click();
  await expectRange(page, 3, 5);
});

test('a double-click shows the whole trace, also where the details open under it', async ({ viewer: { page } }) => {
  for (let times = 0; times < 3; times++) await page.keyboard.press('w');
  await expect.poll(async () => (await shownRange(page)).span).toBeLessThan(5);
  const box = await boxOf(byId(page, 'lanes-canvas'));
  await page.mouse.move(box.x + box.width * 0.9, box.y + 110);
  // None waits for what the one before has brought about, as people do not.
  await Promise.all([1, 2].flatMap((clickCount) => [page.mouse.down({ clickCount }), page.mouse.up({ clickCount })]));
  await expectRange(page, 0, 10);
  await expect(byId(page, 'details')).toBeVisible();
});

test('the overview always shows the whole trace, and its brush moves the lanes', async ({ viewer: { page } }) => {
  const plot = await boxOf(page.locator('.overview-plot'));
  const at = (part: number): [number, number] => [plot.x + plot.width * part, plot.y + 40];
  await drag(page, at(0.2), at(0.4));
  await expectRange(page, 2, 4);
  // The chosen stretch as a whole, then one of its edges.
  await drag(page, at(0.3), at(0.5));
  await expectRange(page, 4, 6);
  await drag(page, at(0.6), at(0.8));
  await expect.poll(async () => (await shownRange(page)).to).toBeGreaterThan(7.8);
  const slider = page.getByRole('slider', { name: 'Visible stretch of time' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expectRange(page, 0, 10);

  await byId(page, 'overview-by').selectOption('process');
  await expect(byId(page, 'overview')).toContainText('ZSATunnel.exe');
});

test('the brush of the overview ends where the mouse is let go, however quick', async ({ viewer: { page } }) => {
  const plot = await boxOf(page.locator('.overview-plot'));
  const x = (part: number) => plot.x + plot.width * part;
  const fling = async (from: number, to: number) => {
    await page.mouse.move(x(from), plot.y + 40);
    await page.mouse.down();
    // None waits for what the one before has brought about.
    await Promise.all([
      page.mouse.move(x((from + to) / 2), plot.y + 40),
      page.mouse.move(x(to), plot.y + 40),
      page.mouse.up(),
    ]);
  };
  await fling(0.2, 0.4);
  await expectRange(page, 2, 4);
  await fling(0.3, 0.5);
  await expectRange(page, 4, 6);
  await fling(0.6, 0.8);
  await expectRange(page, 4, 8);
});

test('the cursor tells the time and the number of open handles', async ({ viewer: { page } }) => {
  await page.mouse.move(...(await plotPoint(page, 0.5)));
  await expect(byId(page, 'cursor-label')).toContainText(/^(5\.0\d*|4\.99\d*) s/);
  await expect(byId(page, 'cursor-label')).toContainText(/\d+ open/);
  await page.mouse.move(5, 5);
  await expect(byId(page, 'cursor-label')).toHaveCount(0);
});

test('marks have names, can be gone to and taken away', async ({ viewer: { page } }) => {
  await page.mouse.move(...(await plotPoint(page, 0.25)));
  await expect(byId(page, 'cursor-label')).toBeVisible();
  await page.keyboard.press('m');
  const mark = byId(page, 'mark');
  await expect(mark).toHaveCount(1);
  await mark.click();
  await page.getByLabel('Name of the mark').fill('it begins');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(mark).toHaveText('it begins');
  await mark.click();
  await page.getByRole('button', { name: 'Zoom there' }).click();
  await expect.poll(async () => (await shownRange(page)).span).toBeCloseTo(2.5, 1);
  const { from, span } = await shownRange(page);
  expect(from + span / 2).toBeCloseTo(2.5, 1);
  await mark.focus();
  await page.keyboard.press('Delete');
  await expect(mark).toHaveCount(0);
});

test('times can be told as times of day', async ({ viewer: { page } }) => {
  await runCommand(page, 'Times of day in UTC');
  await expect(byId(page, 'range-text')).toContainText('10:46:34');
  await runCommand(page, 'Times of day where it was recorded');
  await expect(byId(page, 'range-text')).toContainText('12:46:34');
  await runCommand(page, 'Times as seconds since the start');
  await expect(byId(page, 'range-text')).toContainText('0.000000 s – 10.000000 s');
});
