import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { settled } from './calls.ts';
import { coarsePicture, differingCells, formatCoarse, parseCoarse } from './coarsePicture.ts';
import { expect, ROOT, test } from './fixtures.ts';
import { decodePng } from './png.ts';
import { byId, openSample, runCommand, setQuery, showPage } from './window.ts';

/**
 * Issue 5, point 11: the main states look as they did. What is committed in e2e/pictures is a grid of mean colours and the places of
 * the panes, which hold with other fonts too. LEAKLANES_UPDATE_PICTURES=1 writes them anew: look at docs/images then.
 */

const FOLDER = join(ROOT, 'e2e/pictures');
const UPDATE = process.env.LEAKLANES_UPDATE_PICTURES === '1';
/** Part of the cells that may differ. */
const MOST_DIFFERING = 0.006;
/** Pixels that a pane's edge may be elsewhere: other fonts make other lines. */
const MOST_MOVED = 30;

test.use({ viewport: { width: 1600, height: 900 } });

const PANES = {
  bar: 'header',
  filters: '[data-testid="filters"]',
  query: '[data-testid="filter-bar"]',
  overview: '[data-testid="overview"]',
  upper: '.lanes-pane',
  lanes: '[data-testid="lanes-canvas"]',
  map: '[data-testid="map-canvas"]',
  pages: '.pages',
  page: '.page',
  details: '[data-testid="details"]',
  palette: '[data-testid="palette"]',
  start: '.start-card',
};

type Places = Record<string, [left: number, top: number, right: number, bottom: number]>;

/** Of every pane that is there, px. */
function placesOf(page: Page): Promise<Places> {
  return page.evaluate((panes) => {
    const places: Places = {};
    for (const [name, selector] of Object.entries(panes)) {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      if (box !== undefined)
        places[name] = [box.left, box.top, box.right, box.bottom].map(Math.round) as Places[string];
    }
    return places;
  }, PANES);
}

function formatPlaces(places: Places): string {
  const lines = Object.entries(places).map(([name, edges]) => `  "${name}": [${edges.join(', ')}]`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

async function expectPicture(page: Page, name: string): Promise<void> {
  // Nothing under the mouse, nothing with a cursor that blinks.
  await page.mouse.move(800, 1);
  await expect(byId(page, 'lane-tooltip')).toHaveCount(0);
  const path = join(FOLDER, name);
  const look = async () => coarsePicture(decodePng(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
  if (UPDATE) {
    await mkdir(FOLDER, { recursive: true });
    let text = '';
    const isSettled = async () => text === (text = formatCoarse(await look()));
    await expect.poll(isSettled, { intervals: [500] }).toBe(true);
    await writeFile(`${path}.txt`, text);
    await writeFile(`${path}.json`, formatPlaces(await placesOf(page)));
    return;
  }
  const expected = parseCoarse(await readFile(`${path}.txt`, 'utf8'));
  const most = Math.floor(expected.columns * expected.rows * MOST_DIFFERING);
  // What was just asked for may still be drawn.
  await expect
    .poll(async () => differingCells(await look(), expected).length, { message: `${name}: cells that differ` })
    .toBeLessThanOrEqual(most);
  const places = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Places;
  await settled(page);
  const seen = await placesOf(page);
  expect(Object.keys(seen), `${name}: panes`).toEqual(Object.keys(places));
  for (const [pane, edges] of Object.entries(places)) {
    const moved = Math.max(...edges.map((edge, index) => Math.abs(edge - seen[pane][index])));
    expect(moved, `${name}: ${pane} is at ${seen[pane].join()}, not ${edges.join()}`).toBeLessThanOrEqual(MOST_MOVED);
  }
}

for (const theme of ['light', 'dark']) {
  test(`the main states look as they did, ${theme}`, async ({ viewer: { page } }) => {
    await page.locator(`[data-theme-choice="${theme}"]`).click();
    await expectPicture(page, `start-${theme}`);
    await openSample(page);
    await expectPicture(page, `open-${theme}`);

    await setQuery(page, 'leak');
    await page.keyboard.press('n');
    await expect(byId(page, 'create-stack').locator('.is-main')).toContainText('StartProbeThread');
    await expectPicture(page, `leak-${theme}`);
    await page.keyboard.press('Escape');

    await showPage(page, 'stacks');
    await byId(page, 'hot-path').click();
    await expect(byId(page, 'stacks-table')).toContainText('StartProbeThread');
    await expectPicture(page, `stacks-${theme}`);
    await page.getByRole('button', { name: 'Icicle' }).click();
    await expect(byId(page, 'icicle').getByRole('treeitem').first()).toBeVisible();
    await expectPicture(page, `icicle-${theme}`);
    await runCommand(page, 'Clear all filters');

    await showPage(page, 'groups');
    await expect(page.locator('.page')).toContainText('ZSATunnel.exe(10232)');
    await page.keyboard.press('t');
    await expectPicture(page, `groups-${theme}`);
    await page.keyboard.press('t');

    await byId(page, 'upper-mappings').click();
    await showPage(page, 'trust');
    await expect(byId(page, 'map-count')).toHaveText('1 view');
    await expectPicture(page, `mappings-${theme}`);
    await page.keyboard.press('Control+Shift+P');
    await expectPicture(page, `palette-${theme}`);
  });
}
