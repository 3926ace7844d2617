import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { byId, PAGES, expectMatched, openSample, runCommand, setQuery, showPage, tabTo } from './window.ts';

/** Issue 5, point 10: everybody can use it. */

/** What axe finds wrong, as sentences; WCAG 2.2 A and AA. `inside`: only there, as the rest has been looked at before. */
async function violations(page: Page, inside?: string): Promise<string[]> {
  await settled(page);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  // Legacy mode: the other one opens a second page, which the one window of Electron cannot have.
  const axe = new AxeBuilder({ page }).withTags(tags).setLegacyMode();
  if (inside !== undefined) axe.include(inside);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`));
}

for (const theme of ['light', 'dark', 'contrast']) {
  test(`axe finds nothing on any page, ${theme}`, async ({ viewer: { page } }) => {
    await page.locator(`[data-theme-choice="${theme}"]`).click();
    expect(await violations(page), 'start page').toEqual([]);
    await openSample(page);
    await setQuery(page, 'leak');
    await page.keyboard.press('n');
    await expect(byId(page, 'create-stack')).toBeVisible();
    expect(await violations(page), 'an open trace with filters and details').toEqual([]);
    for (const name of PAGES.slice(1)) {
      await showPage(page, name);
      await expect(page.locator('.page .page-loading')).toHaveCount(0);
      expect(await violations(page, '.pages'), name).toEqual([]);
    }
    await showPage(page, 'stacks');
    await page.getByRole('button', { name: 'Icicle' }).click();
    await expect(byId(page, 'icicle').getByRole('treeitem').first()).toBeVisible();
    expect(await violations(page, '.pages'), 'icicle').toEqual([]);
    await page.keyboard.press('v');
    await expect(byId(page, 'map-plot')).toBeVisible();
    expect(await violations(page, '.pane-upper'), 'mappings').toEqual([]);
  });

  test(`axe finds nothing in what opens, ${theme}`, async ({ viewer: { page } }) => {
    await page.locator(`[data-theme-choice="${theme}"]`).click();
    await openSample(page);
    const panels: [string, string][] = [
      ['Control+Shift+P', 'palette'],
      ['?', 'shortcuts'],
      ['Control+,', 'settings'],
    ];
    for (const [key, id] of panels) {
      await page.keyboard.press(key);
      await expect(byId(page, id)).toBeVisible();
      expect(await violations(page, `[data-testid="${id}"]`), id).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(byId(page, id)).toHaveCount(0);
    }
    for (const [button, panel] of [
      ['menu-button', '[role="menu"]'],
      ['trust', '[role="dialog"]'],
      ['columns', '[role="dialog"]'],
      ['group-levels', '[role="dialog"]'],
    ]) {
      await byId(page, button).click();
      await expect(page.locator(panel)).toBeVisible();
      expect(await violations(page, panel), button).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.locator(panel)).toHaveCount(0);
    }
    await page.keyboard.press('m');
    await expect(byId(page, 'mark')).toBeVisible();
    await page.keyboard.press('Control+f');
    await expect(byId(page, 'search-text')).toBeFocused();
    await page.keyboard.type('ntdll');
    await byId(page, 'query').fill('typ:x');
    await page.keyboard.press('Enter');
    await expect(byId(page, 'query-error')).toBeVisible();
    expect(await violations(page, '.pane-centre'), 'search, a mark and a wrong query').toEqual([]);
  });
}

test('the leaking call is found in three interactions without a mouse', async ({ viewer: { page } }) => {
  await page.keyboard.press('Tab');
  await tabTo(page, byId(page, 'open-sample'));
  await page.keyboard.press('Enter');
  await expect(byId(page, 'object-row').first()).toHaveAttribute('data-id', /^\d+$/);
  await expect(byId(page, 'symbols-button')).toHaveAccessibleName('Names: 100 %');
  // The leaks' first: its create stack says which call, with the first frame of one's own in front.
  await page.keyboard.press('n');
  await expect(byId(page, 'create-stack').locator('.is-main')).toContainText('CTunnelKeepAlive::StartProbeThread');
  // And how many more it made.
  await page.keyboard.press('Shift+S');
  await expectMatched(page, 324);
});

test('lanes are a grid for screen readers, with one place for the keyboard', async ({ viewer: { page } }) => {
  await openSample(page);
  const grid = page.getByRole('grid', { name: 'Object lifetimes' });
  await tabTo(page, grid);
  await page.keyboard.press('Home');
  const active = async () => {
    const id = (await grid.getAttribute('aria-activedescendant')) ?? '';
    return page.locator(`[id="${id}"]`).innerText();
  };
  await expect.poll(active).toContain('ZSATunnel.exe(10232), process, expanded, 571 objects, 324 leaks');
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toContain('Thread, type, expanded');
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toMatch(/Thread #\d+, leak/);
  await expect(byId(page, 'details')).toHaveAttribute('data-id', /^\d+$/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(active).toContain('Thread, type, collapsed');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+Enter');
  await expect(byId(page, 'lane-pin').first()).toHaveAttribute('aria-pressed', 'true');
});

test('the focus is seen, comes everywhere by Tab, and goes back where a panel was opened', async ({ viewer }) => {
  const { page } = viewer;
  await openSample(page);
  const places = [
    'query',
    'group-by',
    'color-by',
    'packing',
    'lanes',
    'tab-objects',
    'objects-table',
    'filter-leak',
    'trust',
  ];
  for (const place of places) {
    await tabTo(page, byId(page, place));
    const seen = await byId(page, place).evaluate((element) => {
      const around = [element, element.parentElement ?? element, element.closest('.query') ?? element];
      return around.some((each) => {
        const { outlineStyle, boxShadow } = getComputedStyle(each);
        // What scrolls would scroll its outline away: the lanes have a frame over them.
        return (
          outlineStyle !== 'none' || boxShadow !== 'none' || getComputedStyle(each, '::after').borderStyle === 'solid'
        );
      });
    });
    expect(seen, place).toBe(true);
  }
  await tabTo(page, byId(page, 'menu-button'));
  await page.keyboard.press('Enter');
  await expect(byId(page, 'menu').getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(byId(page, 'menu-button')).toBeFocused();
  await runCommand(page, 'Show the keys');
  await expect(byId(page, 'shortcuts')).toBeVisible();
});
