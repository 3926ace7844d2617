import { expect, test } from './fixtures.ts';
import { byId, canvasKey, openSample, runCommand, shownRange, showPage } from './window.ts';

/** Issue 5, point 6: commands, keys and search. */

test.beforeEach(async ({ viewer: { page } }) => openSample(page));

test('the palette finds every command by a part of its name', async ({ viewer: { page } }) => {
  await page.keyboard.press('Control+Shift+P');
  const options = byId(page, 'palette').getByRole('option');
  await expect.poll(() => options.count()).toBeGreaterThan(50);
  await expect(byId(page, 'palette-input')).toBeFocused();
  await page.keyboard.type('bottom');
  await expect(options, 'of a page that is not shown').toHaveCount(0);
  await byId(page, 'palette-input').fill('page stacks');
  await page.keyboard.press('Enter');
  await expect(page.locator('#page[data-page="stacks"]')).toBeVisible();

  await page.keyboard.press('F1');
  await expect(options.first(), 'what was used last').toContainText('Page Stacks');
  await expect(byId(page, 'palette-input')).toBeFocused();
  await page.keyboard.type('bottom');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Bottom-up' })).toHaveAttribute('aria-pressed', 'true');
  await byId(page, 'menu-button').click();
  await expect(byId(page, 'menu').getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(byId(page, 'menu')).toHaveCount(0);
});

test('keys are listed by ?, and can be changed', async ({ viewer: { page } }) => {
  await page.keyboard.press('?');
  await expect(byId(page, 'shortcuts')).toContainText('Show the whole trace');
  await byId(page, 'shortcuts').getByRole('button', { name: 'Change keys…' }).click();
  await expect(byId(page, 'settings')).toBeVisible();
  const row = page.locator('[data-command="togglePacking"]');
  await row.getByRole('button', { name: /^Key of/ }).click();
  await page.keyboard.press('n');
  await expect(byId(page, 'key-conflict')).toContainText('N is the key of “Next leak”');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await row.getByRole('button', { name: /^Key of/ }).click();
  await page.keyboard.press('k');
  await expect(row).toContainText('K');
  await page.keyboard.press('Escape');
  await expect(byId(page, 'settings')).toHaveCount(0);

  await page.keyboard.press('p');
  await expect(byId(page, 'packing')).toHaveValue('packed');
  await page.keyboard.press('k');
  await expect(byId(page, 'packing')).toHaveValue('single');
  await page.keyboard.press('?');
  await expect(byId(page, 'shortcuts')).toContainText('K');
});

test('leaks are gone through with N and Shift+N', async ({ viewer: { page } }) => {
  const details = byId(page, 'details');
  await page.keyboard.press('n');
  await expect(details).toHaveAttribute('data-id', '1');
  await page.keyboard.press('n');
  await expect(details).toHaveAttribute('data-id', '5');
  await expect(page.locator('[data-testid="object-row"][data-id="5"]')).toHaveClass(/is-object/);
  await page.keyboard.press('Shift+N');
  await expect(details).toHaveAttribute('data-id', '1');
  await page.keyboard.press('z');
  await expect.poll(async () => (await shownRange(page)).from).toBe(0);
});

test('Ctrl+F finds text in lanes and tables, and goes through the hits', async ({ viewer: { page } }) => {
  await page.keyboard.press('Control+f');
  await expect(byId(page, 'search-text')).toBeFocused();
  const unmarked = await canvasKey(byId(page, 'lanes-canvas'));
  await page.keyboard.type('SignalEvent_13');
  await expect(byId(page, 'search-table')).toHaveText(/^Table \d+$/);
  await expect(byId(page, 'search-lanes')).toHaveText(/^Lanes \d+$/);
  await page.keyboard.press('Enter');
  await expect(byId(page, 'search-table')).toHaveText(/^Table 1 of \d+$/);
  await expect(page.locator('.grid-row.is-active mark')).toHaveText('SignalEvent_13');
  await page.keyboard.press('Shift+Enter');
  await expect(byId(page, 'search-table')).toHaveText(/^Table (\d+) of \1$/);
  await byId(page, 'search-text').fill('ZSATray');
  await byId(page, 'search-lanes').click();
  await expect(byId(page, 'search-lanes')).toHaveText(/^Lanes 1 of \d+$/);
  expect(await canvasKey(byId(page, 'lanes-canvas'))).not.toBe(unmarked);
  await showPage(page, 'modules');
  await byId(page, 'search-text').fill('ntdll');
  await expect(byId(page, 'search-table')).toHaveText(/^Table [1-9]/);
  await byId(page, 'search-text').press('Escape');
  await expect(byId(page, 'search-text')).toHaveCount(0);
  await runCommand(page, 'Search in lanes and tables');
  await expect(byId(page, 'search-text')).toBeFocused();
});
