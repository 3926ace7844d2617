import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import {
  boxOf,
  byId,
  canvasColors,
  canvasKey,
  drag,
  expectMatched,
  laneGroup,
  numbersIn,
  openSample,
  runCommand,
  SAMPLE_LEAKS,
  SAMPLE_OBJECTS,
  setQuery,
} from './window.ts';

/** Issue 5, point 1: the swim-lanes. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

test('the worst group is open first, whatever its size, with its totals', async ({ viewer: { page } }) => {
  const open = byId(page, 'lane-group').filter({ has: page.locator('[aria-expanded="true"]') });
  await expect(open).toHaveCount(2);
  await expect(open.nth(0)).toContainText('ZSATunnel.exe(10232)');
  await expect(open.nth(1)).toContainText('Thread');
  await expect(open.nth(1)).toHaveAttribute('title', /324 leaks/);
});

test('groups by whatever is asked for', async ({ viewer: { page } }) => {
  const first = byId(page, 'lane-group').first();
  const expected: [string, RegExp][] = [
    ['createStack', /create stack/],
    ['type', /Thread, type/],
    ['name', /name/],
    ['inheritedFrom', /inherited from/],
  ];
  for (const [value, title] of expected) {
    await byId(page, 'group-by').selectOption(value);
    await expect(first).toHaveAttribute('title', title);
    await expect(byId(page, 'lane-group').locator('[data-depth="1"]')).toHaveCount(0);
  }
  await byId(page, 'group-by').selectOption('');
  await expect(byId(page, 'lane-group'), 'flat').toHaveCount(0);
  await expect(page.getByRole('grid', { name: 'Object lifetimes' })).not.toHaveAttribute('aria-rowcount', '1');

  // Levels of one's own.
  await byId(page, 'group-levels').click();
  await byId(page, 'level-1').selectOption('type');
  await byId(page, 'level-2').selectOption('process');
  await page.keyboard.press('Escape');
  await expect(byId(page, 'group-by').locator('option:checked')).toHaveText('type ▸ process');
  await laneGroup(page, 'Thread').locator('.lane-toggle').click();
  await expect(laneGroup(page, 'ZSATunnel.exe')).toHaveAttribute('data-depth', '1');
});

test('packs lifetimes that do not overlap, or has a lane for each', async ({ viewer: { page } }) => {
  await setQuery(page, 'process:devenv.exe(2619964) type:Key');
  const rows = page.getByRole('grid', { name: 'Object lifetimes' });
  await expect(byId(page, 'match-count')).not.toContainText('4,696 of');
  await runCommand(page, 'Open all groups');
  const count = async () => Number(await rows.getAttribute('aria-rowcount'));
  await expect.poll(count).toBeGreaterThan(2);
  await settled(page);
  const packed = await count();
  await byId(page, 'packing').selectOption('single');
  const [matched] = numbersIn(await byId(page, 'match-count').innerText());
  // A lane an object, the process and the type.
  await expect.poll(count).toBe(matched + 2);
  expect(packed).toBeLessThan(matched / 2);
});

test('colours bars by type, end, process or stack, and the legend says so', async ({ viewer: { page } }) => {
  const canvas = byId(page, 'lanes-canvas');
  const pictures = new Set<string>();
  const legends = new Set<string>();
  for (const by of ['type', 'end', 'process', 'createStack']) {
    await byId(page, 'color-by').selectOption(by);
    await expect.poll(async () => legends.has(await byId(page, 'legend').innerText())).toBe(false);
    // The colours of the legend are those of the picture, which is painted with it.
    await settled(page);
    legends.add(await byId(page, 'legend').innerText());
    pictures.add(await canvasKey(canvas));
  }
  expect(legends.size).toBe(4);
  expect(pictures.size, 'one process is of one type here, but not of one end').toBeGreaterThan(1);
  // What a leak is, is told by shapes, whatever the colours mean.
  for (const legend of legends) expect(legend).toMatch(/leak: never closed[^]*leaked until exit[^]*born before trace/);
});

test('pins a group, moves it, lets it go, and closes all', async ({ viewer: { page } }) => {
  await page.keyboard.press('c');
  const keys = () =>
    byId(page, 'lane-group').evaluateAll((rows) =>
      rows
        .filter((row) => row.dataset.depth === '0')
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((row) => row.dataset.key),
    );
  await expect.poll(async () => (await keys()).length).toBeGreaterThan(5);
  await expect(byId(page, 'lane-group').filter({ has: page.locator('[aria-expanded="true"]') })).toHaveCount(0);
  await settled(page);
  const before = await keys();

  const third = byId(page, 'lane-group').nth(2);
  const key = await third.getAttribute('data-key');
  await third.hover();
  await third.getByTestId('lane-pin').click();
  await expect.poll(async () => (await keys())[0]).toBe(key);
  await expect(byId(page, 'lane-pin').first()).toHaveAttribute('aria-pressed', 'true');

  // The first of the others is dragged onto the pinned one's place.
  const dragged = byId(page, 'lane-group').nth(1);
  const from = await boxOf(dragged);
  const to = await boxOf(byId(page, 'lane-group').nth(0));
  await drag(page, [from.x + 60, from.y + 8], [to.x + 60, to.y + 4]);
  await expect.poll(async () => (await keys())[0]).toBe(before[0]);

  const pinned = page.locator('[data-testid="lane-pin"][aria-pressed="true"]');
  await expect(pinned).not.toHaveCount(0);
  await settled(page);
  for (let left = await pinned.count(); left > 0; left--) {
    await byId(page, 'lane-group').first().hover();
    await byId(page, 'lane-group').first().getByTestId('lane-pin').click();
    await expect(pinned).toHaveCount(left - 1);
    // The next one goes up to where this one was.
    await settled(page);
  }
  await expect.poll(keys).toEqual(before);
});

test('the tooltip tells what is under a resting mouse when the lanes change', async ({ viewer: { page } }) => {
  const canvas = await boxOf(byId(page, 'lanes-canvas'));
  await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + 50);
  await expect(byId(page, 'lane-tooltip')).toContainText('Thread #');
  const first = await byId(page, 'lane-tooltip').innerText();
  await byId(page, 'lanes').evaluate((element) => element.scrollBy(0, 20));
  await expect(byId(page, 'lane-tooltip')).not.toHaveText(first);
  await byId(page, 'lanes').evaluate((element) => element.scrollBy(0, -20));
  await runCommand(page, 'Close all groups');
  await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + 51);
  /** Name of the row at the mouse. */
  const name = async () => {
    await settled(page);
    const names = byId(page, 'lane-group').locator('.lane-name');
    const { y } = await boxOf(byId(page, 'lanes-canvas'));
    return names.nth(Math.floor((canvas.y + 51 - y) / 20)).innerText();
  };
  const before = await name();
  await expect(byId(page, 'lane-tooltip')).toContainText(before);
  await byId(page, 'filter-leak').focus();
  await page.keyboard.press('Space');
  await expectMatched(page, SAMPLE_LEAKS);
  expect(await name()).not.toBe(before);
  await expect(byId(page, 'lane-tooltip')).toContainText(await name());
  await expect(byId(page, 'lane-tooltip')).toContainText('open handles here');
});

test('what was looked at is in view when filters are taken away', async ({ viewer: { page } }) => {
  const isSeen = async (name: string | RegExp) => {
    const pane = await boxOf(byId(page, 'lanes'));
    const row = await laneGroup(page, name).boundingBox();
    return row !== null && row.y >= pane.y && row.y + row.height <= pane.y + pane.height;
  };
  await runCommand(page, 'Open all groups');
  const rows = async () => Number(await byId(page, 'lanes').getAttribute('aria-rowcount'));
  await expect.poll(rows).toBeGreaterThan(1000);
  await settled(page);
  await setQuery(page, 'process:EventLeak.exe');
  await expect.poll(() => isSeen('EventLeak.exe(924160)')).toBe(true);
  await runCommand(page, 'Clear all filters');
  await expectMatched(page, SAMPLE_OBJECTS);
  await expect.poll(() => byId(page, 'lanes').evaluate((element) => element.scrollTop)).toBeGreaterThan(1000);
  await expect.poll(() => isSeen('EventLeak.exe(924160)')).toBe(true);
});

test('a click on a bar selects its object in every pane', async ({ viewer: { page } }) => {
  const canvas = await boxOf(byId(page, 'lanes-canvas'));
  // The first lane under the two groups.
  await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + 50);
  await expect(byId(page, 'lane-tooltip')).toContainText('Thread');
  await page.mouse.click(canvas.x + canvas.width / 2, canvas.y + 50);
  await expect(byId(page, 'details')).toHaveAttribute('data-id', /^\d+$/);
  const id = await byId(page, 'details').getAttribute('data-id');
  await expect(page.locator(`[data-testid="object-row"][data-id="${id}"]`)).toHaveClass(/is-object/);
  await expect(byId(page, 'details')).toContainText('leak: never closed');
});

test('arrows lead from the process that handed an object down to the one that got it', async ({ viewer }) => {
  const { page } = viewer;
  /** Dashes that go down or up: between lanes, as an inheritance is drawn. */
  const dashes = async () => {
    const { text } = await viewer.saved(() => runCommand(page, 'Save the lanes as an SVG'));
    return text.match(/h1\.5v4h-1\.5Z/g)?.length ?? 0;
  };
  expect(await dashes()).toBe(0);
  await setQuery(page, 'inherit');
  await expectMatched(page, 5);
  await byId(page, 'object-row').first().click();
  await expect(byId(page, 'details')).toContainText('EventLeak.exe(924160)');
  // Without the filter the process that inherited it has lanes of its own.
  await runCommand(page, 'Clear all filters');
  await runCommand(page, 'Close all groups');
  // Between two rows that are neighbours there is room for two.
  await expect.poll(dashes).toBeGreaterThanOrEqual(2);
});

test('headers of groups stay in sight while their lanes scroll', async ({ viewer: { page } }) => {
  const canvas = await boxOf(byId(page, 'lanes-canvas'));
  await page.mouse.move(canvas.x + 100, canvas.y + 100);
  await page.mouse.wheel(0, 800);
  const headers = page.locator('.lanes-headers');
  await expect(headers).toContainText('ZSATunnel.exe(10232)');
  await expect(headers).toContainText('Thread');
  expect((await boxOf(headers)).y).toBeCloseTo(canvas.y, 0);
});

test('mappings are lanes by process, and areas of address and time', async ({ viewer: { page } }) => {
  await byId(page, 'upper-mappings').click();
  await expect(byId(page, 'map-process').locator('option:checked')).toHaveText('MsMpEng.exe(6288): 1 view');
  await expect(byId(page, 'map-count')).toHaveText('1 view');
  await byId(page, 'map-plot').focus();
  await page.keyboard.press('Enter');
  await expect(byId(page, 'details')).toContainText('0x1B544000000');
  // What is selected there is selected everywhere; its lane is a bar too.
  await expect(byId(page, 'details')).toContainText('MsMpEng.exe(6288)');
  const colors = Object.keys(await canvasColors(byId(page, 'map-canvas')));
  expect(colors.length).toBeGreaterThan(1);
  await page.keyboard.press('v');
  await expect(byId(page, 'lanes-canvas')).toBeVisible();
});
