import { settled } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { boxOf, byId, drag, expectMatched, openSample, setQuery } from './window.ts';

/** Issue 5, point 5: the details of an object. */

test.use({ viewport: { width: 1600, height: 900 } });
test.beforeEach(async ({ viewer: { page } }) => openSample(page));

test('tell what it is, its handles, events and stacks, and copy them as text', async ({ viewer }) => {
  const { page } = viewer;
  await page.keyboard.press('n');
  const details = byId(page, 'details');
  await expect(details).toContainText('leak: never closed');
  await expect(details).toContainText('ZSATunnel.exe(10232)');
  await expect(byId(page, 'create-stack').locator('li.is-main')).toContainText('CTunnelKeepAlive::StartProbeThread');
  await expect(details).toContainText('The object is alive at the end of the trace.');
  await byId(page, 'just-my-code').check();
  await expect(byId(page, 'create-stack').locator('.stack-fold').first()).toContainText(/\d+ system frames/);
  await byId(page, 'just-my-code').uncheck();

  await details.getByRole('button', { name: 'Copy all as text' }).click();
  await expect(byId(page, 'status')).toContainText('Copied');
  expect(await viewer.clipboard()).toContain('CTunnelKeepAlive::StartProbeThread');
});

test('events are walked through with running counts, in the lanes too', async ({ viewer: { page } }) => {
  await setQuery(page, 'name:\\Device\\HarddiskVolume5');
  await byId(page, 'object-row').first().click();
  const events = byId(page, 'event-row');
  await expect(events.first()).toBeVisible();
  await byId(page, 'lanes').focus();
  await page.keyboard.press('.');
  await expect(events.nth(0)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('.');
  await expect(events.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press(',');
  await expect(events.nth(0)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('grid', { name: 'Events' })).toContainText('HandleCreate');

  // samples/README.md: +1 +1 -1 +1 -1 +1 +1 -1
  await expect(byId(page, 'ledger')).toContainText('+');
  await byId(page, 'ledger').locator('.ledger-entry').first().click();
  await expect(byId(page, 'ledger').getByRole('list', { name: 'Stack' })).toBeVisible();
});

test('create and destroy stack stand side by side where there is room', async ({ viewer: { page } }) => {
  await setQuery(page, 'process:EventLeak.exe leakatexit');
  await expectMatched(page, 8);
  await byId(page, 'object-row').first().click();
  const [create, destroy] = ['Create stack', 'Destroy stack'].map((name) =>
    byId(page, 'details').getByRole('region', { name }),
  );
  await expect(destroy).toContainText('ExSweepHandleTable');
  await expect(create).toContainText('EventManager::CreateEventW');
  const edge = await boxOf(page.getByRole('separator', { name: 'Width of the details' }));
  await drag(page, [edge.x + edge.width / 2, edge.y + 300], [edge.x - 400, edge.y + 300]);
  await expect.poll(async () => (await boxOf(create)).y - (await boxOf(destroy)).y).toBe(0);
  expect((await boxOf(destroy)).x).toBeGreaterThan((await boxOf(create)).x);
});

test('links find the others like it', async ({ viewer: { page } }) => {
  await page.keyboard.press('n');
  await expect(byId(page, 'details')).toHaveAttribute('data-id', /^\d+$/);
  await settled(page);
  await byId(page, 'same-stack').getByText('323 other objects').click();
  await expectMatched(page, 324);
  await page.keyboard.press('x');
  await page.keyboard.press('n');
  // The details that are open are of the object before.
  await settled(page);
  await byId(page, 'same-process').getByRole('button').or(byId(page, 'same-process').getByRole('link')).click();
  await expectMatched(page, 571);
});
