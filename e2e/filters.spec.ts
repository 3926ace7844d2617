import type { Locator, Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import {
  boxOf,
  byId,
  countOfSwitch,
  drag,
  dump,
  expectMatched,
  matchCount,
  openSample,
  SAMPLE_LEAKS,
  SAMPLE_OBJECTS,
  setQuery,
} from './window.ts';

/** Issue 5, point 3: filters. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

function entry(page: Page, facet: string, value: string): Locator {
  return page.locator(`[data-testid="facet-entry"][data-facet="${facet}"][data-value="${value}"]`);
}

/** Clicks when the lists have their counts: new ones change their lengths, and what was under the mouse is elsewhere. */
async function choose(target: Locator, options: { modifiers?: 'Alt'[] } = {}): Promise<void> {
  await settled(target.page());
  await target.click(options);
}

test('every entry counts what is left under the other filters', async ({ viewer: { page } }) => {
  expect(await countOfSwitch(page, 'filter-leak')).toBe(SAMPLE_LEAKS);
  await byId(page, 'filter-leak').click();
  await expect(byId(page, 'filter-leak')).toHaveAttribute('aria-checked', 'true');
  await expectMatched(page, SAMPLE_LEAKS);
  await expect(entry(page, 'type', 'Thread')).toHaveText(/324$/);
  await expect(entry(page, 'type', 'Key')).toHaveCount(0);
  await expect(byId(page, 'match-count')).toContainText('412 of 4,696 objects');

  // Its own list is counted without it: the other values stay there to be chosen.
  await choose(entry(page, 'type', 'Thread'));
  await expectMatched(page, 324);
  await expect(entry(page, 'type', 'Event')).toHaveText(/36$/);
  const expected = dump('json', '--leak', '--type', 'Thread').trimEnd().split('\n').length;
  expect(expected).toBe(324);
});

test('a click includes, excludes or leaves only one, and keys do too', async ({ viewer: { page } }) => {
  const event = entry(page, 'type', 'Event');
  const file = entry(page, 'type', 'File');
  await choose(event);
  await expect(event).toHaveAttribute('aria-pressed', 'true');
  await choose(file);
  await expect(byId(page, 'filter-chip')).toHaveText(['Type Event', 'Type File']);
  await settled(page);
  await file.hover();
  await page.getByRole('button', { name: 'Only File', exact: true }).click();
  await expect(byId(page, 'filter-chip')).toHaveText(['Type File']);
  await choose(event, { modifiers: ['Alt'] });
  await expect(byId(page, 'filter-chip')).toHaveText(['Type File', 'Type not Event']);
  await choose(page.getByRole('button', { name: 'Clear: Types' }));
  await expectMatched(page, SAMPLE_OBJECTS);

  await event.focus();
  await page.keyboard.press('x');
  await expect(byId(page, 'filter-chip')).toHaveText(['Type not Event']);
  await page.keyboard.press('o');
  await expect(byId(page, 'filter-chip')).toHaveText(['Type Event']);
  await settled(page);
  await page.keyboard.press('ArrowDown');
  await expect(event).not.toBeFocused();
  await page.keyboard.press('Space');
  await expect(byId(page, 'filter-chip')).toHaveCount(2);
});

test('ends of handles, stacks and inheritance are chosen in lists and stand in words above the lanes', async ({
  viewer: { page },
}) => {
  await choose(entry(page, 'end', 'processExit'));
  await expect(byId(page, 'filter-chip')).toHaveText(['Handle end process exit']);
  await choose(entry(page, 'end', 'open'), { modifiers: ['Alt'] });
  await expect(byId(page, 'filter-chip')).toHaveText(['Handle end process exit', 'Handle end not still open']);
  await byId(page, 'clear-filters').click();
  await choose(page.locator('[data-testid="facet-entry"][data-facet="createStackId"]').first());
  await expect(byId(page, 'filter-chip')).toHaveText([/^Create stack .*\(stack \d+\)$/]);
  await page.getByRole('button', { name: /^Remove filter Create stack/ }).click();
  await expectMatched(page, SAMPLE_OBJECTS);
  await choose(page.locator('[data-testid="facet-entry"][data-facet="inheritedPair"]').first());
  await expect(byId(page, 'filter-chip')).toHaveText([/^Inherited .* > /]);
});

test('lists are searched inside', async ({ viewer: { page } }) => {
  await byId(page, 'search-process').fill('tray');
  const processes = page.getByRole('list', { name: 'processes', exact: true });
  await expect(processes.getByTestId('facet-entry')).toHaveCount(1);
  await expect(processes).toContainText('ZSATrayManager.exe(13260)');
  await byId(page, 'search-process').fill('no such thing');
  await expect(page.getByText('No processes contain “no such thing”.')).toBeVisible();
  await choose(page.getByRole('button', { name: 'Empty: Search processes' }));
  await expect(processes.getByTestId('facet-entry')).toHaveCount(8);
});

test('chips are taken out one by one, edited, or cleared; undo and redo go over all of it', async ({ viewer }) => {
  const { page } = viewer;
  await byId(page, 'filter-leak').click();
  await choose(entry(page, 'process', 'explorer.exe(60060)'));
  await expectMatched(page, 88);
  await expect(byId(page, 'query')).toHaveValue(/process:explorer\.exe\(60060\) leak/);
  await page.getByRole('button', { name: 'Remove filter Leak' }).click();
  await expectMatched(page, 554);

  await byId(page, 'filter-chip').locator('.chip-edit').click();
  await byId(page, 'chip-editor').fill('process:devenv.exe');
  await page.keyboard.press('Enter');
  await expect(byId(page, 'filter-chip')).toHaveText(['Process devenv.exe']);
  await byId(page, 'clear-filters').click();
  await expectMatched(page, SAMPLE_OBJECTS);

  await byId(page, 'lanes').focus();
  const query = () => byId(page, 'query').inputValue();
  for (const expected of [
    'process:devenv.exe',
    'process:explorer.exe(60060)',
    'process:explorer.exe(60060) leak',
    'leak',
  ]) {
    await page.keyboard.press('Control+z');
    await expect.poll(query).toBe(expected);
  }
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(query).toBe('process:explorer.exe(60060) leak');
  await expectMatched(page, 88);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expectMatched(page, SAMPLE_LEAKS);
});

test('the query line edits the same filters, completes, and says what it does not understand', async ({ viewer }) => {
  const { page } = viewer;
  await setQuery(page, 'type:Event process:explorer.exe leak');
  await expectMatched(page, 36);
  await expect(entry(page, 'type', 'Event')).toHaveAttribute('aria-pressed', 'true');
  await expect(byId(page, 'filter-leak')).toHaveAttribute('aria-checked', 'true');

  await byId(page, 'query').fill('typ:Event');
  await page.keyboard.press('Enter');
  await expect(byId(page, 'query-error')).toContainText('Did you mean "type"');
  await expectMatched(page, 36);

  await setQuery(page, '');
  await byId(page, 'query').focus();
  await page.keyboard.type('type:Semaph');
  await expect(page.getByRole('option', { name: /Semaphore/ })).toBeVisible();
  // What fits the last letter comes after what fits those before.
  await settled(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(byId(page, 'filter-chip')).toHaveText(['Type Semaphore']);
});

test('the histogram of lifetimes has a brush', async ({ viewer: { page } }) => {
  const plot = byId(page, 'lifetime-histogram');
  await plot.scrollIntoViewIfNeeded();
  const box = await boxOf(plot);
  await drag(page, [box.x + box.width * 0.1, box.y + 30], [box.x + box.width * 0.45, box.y + 30]);
  const chip = byId(page, 'filter-chip');
  await expect(chip).toContainText('Lifetime');
  await expect.poll(async () => (await matchCount(page)).matched).toBeLessThan(SAMPLE_OBJECTS);
  const before = await chip.innerText();
  await byId(page, 'lifetime-end-max').focus();
  await page.keyboard.press('ArrowRight');
  await expect(chip).not.toHaveText(before);
  // The lists above are shorter now.
  await plot.scrollIntoViewIfNeeded();
  const moved = await boxOf(plot);
  await page.mouse.dblclick(moved.x + moved.width / 2, moved.y + 30);
  await expectMatched(page, SAMPLE_OBJECTS);
});

test('handles, ranges of time and other values are filters too', async ({ viewer: { page } }) => {
  await page.getByRole('button', { name: 'Handle, pointer, id' }).click();
  await byId(page, 'filter-object').fill('0xFFFF810008BE6290');
  // samples/README.md: SignalEvent_1 to _5 and later _13, one after the other.
  await expectMatched(page, 6);
  await byId(page, 'filter-time-min').fill('3.7');
  await byId(page, 'filter-time-max').fill('2');
  await expect(byId(page, 'filter-time-hint')).toContainText('Upside down');
  await byId(page, 'filter-time-max').fill('3.8');
  await expect(byId(page, 'filter-chip')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await byId(page, 'clear-filters').click();
  await expect(byId(page, 'filter-object')).toHaveValue('');
  await expect(byId(page, 'filter-time-min')).toHaveValue('');
});
