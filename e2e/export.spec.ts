import Papa from 'papaparse';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import {
  byId,
  columnTexts,
  dump,
  expectMatched,
  numbersIn,
  openSample,
  runCommand,
  setQuery,
  showPage,
} from './window.ts';
import { decodePng } from './png.ts';

/** Issue 5, point 9: exports are exactly what is shown. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

/** Rows of a CSV without the column that has the file's path. */
function rowsOf(text: string, delimiter = ','): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true, delimiter });
  expect(errors).toEqual([]);
  for (const row of data) delete row.FileName;
  return data;
}

test('the filtered objects as the CSV of the command line', async ({ viewer: { page, exported } }) => {
  await setQuery(page, 'leak');
  await expectMatched(page, 412);
  const { name, text } = await exported(() => byId(page, 'export-csv').click());
  expect(name).toMatch(/\.csv$|^exported$/);
  const rows = rowsOf(text);
  const ids = new Set(rows.map((row) => row.Id));
  expect(ids.size).toBe(412);
  for (const shown of await byId(page, 'object-row').all()) expect(ids).toContain(await shown.getAttribute('data-id'));
  expect(rows, 'what `leaklanes dump` says').toEqual(rowsOf(dump('csv', '--leak')));
  await expect(byId(page, 'message')).toHaveCount(0);
});

test('pages as CSV, TSV and JSON: their columns, their order', async ({ viewer: { page, exported } }) => {
  const exportAs = (format: string) =>
    exported(async () => {
      await byId(page, 'page-export').click();
      await byId(page, `page-export-${format}`).click();
    });
  await setQuery(page, 'type:Event leak');
  await expectMatched(page, 36);
  await page.locator('.page').getByRole('columnheader', { name: 'Created (s)' }).getByRole('button').click();
  await page.locator('.page').getByRole('columnheader', { name: 'Created (s)' }).getByRole('button').click();
  await byId(page, 'columns').click();
  await page.getByRole('checkbox', { name: 'Name', exact: true }).uncheck();
  await page.keyboard.press('Escape');
  await settled(page);
  expect((await columnTexts(page, 'id')).length).toBeGreaterThan(5);
  const shown = (await columnTexts(page, 'id')).map((text) => String(numbersIn(text)[0]));
  for (const [format, delimiter] of [
    ['csv', ','],
    ['tsv', '\t'],
  ]) {
    const rows = rowsOf((await exportAs(format)).text, delimiter);
    expect(rows).toHaveLength(36);
    expect(Object.keys(rows[0])).not.toContain('Name');
    const idColumn = Object.keys(rows[0])[0];
    expect(rows.map((row) => row[idColumn]).slice(0, shown.length)).toEqual(shown);
  }
  const json = JSON.parse((await exportAs('json')).text) as unknown;
  expect(JSON.stringify(json)).toContain(`${shown[0]}`);
  expect(Array.isArray(json) ? json.length : Object.values(json as object).find(Array.isArray)?.length).toBe(36);

  for (const name of ['handles', 'events', 'groups', 'stacks', 'inheritance', 'processes', 'modules']) {
    await showPage(page, name);
    const { text } = await exportAs('csv');
    expect(text.length, name).toBeGreaterThan(20);
    await expect(byId(page, 'status')).toContainText(/Exported [\d,]+ rows? to/);
  }
});

test('the lanes as PNG and SVG', async ({ viewer: { page, saved } }) => {
  const png = await saved(async () => {
    await byId(page, 'picture-menu').click();
    await page.getByRole('button', { name: 'Save as PNG' }).click();
  });
  expect(png.name).toBe('handle-leak-lanes.png');
  const { width, height } = decodePng(png.bytes);
  expect(width).toBeGreaterThan(900);
  expect(height).toBeGreaterThan(200);

  const svg = await saved(() => runCommand(page, 'Save the lanes as an SVG'));
  expect(svg.name).toBe('handle-leak-lanes.svg');
  const drawn = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return { root: parsed.documentElement.tagName, text: parsed.documentElement.textContent };
  }, svg.text);
  expect(drawn.root).toBe('svg');
  for (const part of ['handle-leak.etl', 'ZSATunnel.exe(10232)', '4,696 of 4,696 objects'])
    expect(drawn.text).toContain(part);
});
