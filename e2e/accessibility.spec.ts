import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, SAMPLE, test } from './fixtures.ts';

/** What axe finds wrong, as sentences; WCAG 2.2 A and AA. */
async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  // Legacy mode: the other one opens a second page, which the one window of Electron cannot have.
  const { violations } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode().analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id} (${help}): ${target.join(' ')}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`can be used by everybody, ${colorScheme}`, async ({ viewer: { page, drop } }) => {
    await page.emulateMedia({ colorScheme });
    await expect(page.getByTestId('start-page')).toBeVisible();
    expect(await violations(page), 'start page').toEqual([]);

    await drop(SAMPLE);
    await page.getByTestId('object-row').first().click();
    await expect(page.getByTestId('details')).toHaveAttribute('data-id', /^\d+$/);
    expect(await violations(page), 'an open trace').toEqual([]);
  });
}
