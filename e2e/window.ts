import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { settled } from './calls.ts';
import { expect, ROOT, SAMPLE } from './fixtures.ts';

/** What the tests read in the window and do in it; every name is one that users see or hear, or a test id. */

export const byId = (page: Page, id: string): Locator => page.getByTestId(id);

/** The pages below the lanes: what there has to be, so not taken from the program. */
export const PAGES = [
  'objects',
  'handles',
  'events',
  'groups',
  'stacks',
  'inheritance',
  'processes',
  'modules',
  'symbols',
  'trust',
];

/** Objects and leaks of the sample: samples/README.md. */
export const SAMPLE_OBJECTS = 4696;
export const SAMPLE_LEAKS = 412;

export async function waitForTrace(page: Page): Promise<void> {
  await expect(byId(page, 'lanes-canvas')).toHaveAttribute('data-ready', 'true');
  await expect(byId(page, 'object-row').first()).toHaveAttribute('data-id', /^\d+$/);
  await expect(byId(page, 'progress')).toBeHidden();
  await settled(page);
}

/** The sample as the start page opens it, with its symbols. */
export async function openSample(page: Page): Promise<void> {
  await byId(page, 'open-sample').click();
  await waitForTrace(page);
  await expect(byId(page, 'symbols-button')).toHaveAccessibleName('Names: 100 %');
  // What has names is asked anew.
  await settled(page);
}

/** "1,234 of 5,678 objects" */
export async function matchCount(page: Page): Promise<{ matched: number; total: number }> {
  const [matched, total] = numbersIn(await byId(page, 'match-count').innerText());
  return { matched, total };
}

/** The count comes with the lanes; tables and lists, whose answers come by themselves, are there too when this is over. */
export async function expectMatched(page: Page, matched: number): Promise<void> {
  await expect.poll(async () => (await matchCount(page)).matched).toBe(matched);
  await settled(page);
}

/** Whole numbers of a text, "4,696" being one. */
export function numbersIn(text: string): number[] {
  return (text.replace(/(?<=\d)[,.\s\u00a0\u202f](?=\d{3})/g, '').match(/\d+/g) ?? []).map(Number);
}

/** Number of objects that a switch would keep, as it says itself. */
export async function countOfSwitch(page: Page, id: string): Promise<number> {
  return numbersIn(await byId(page, id).innerText())[0];
}

/** The shown stretch of time, s. */
export async function shownRange(page: Page): Promise<{ from: number; to: number; span: number }> {
  const title = (await byId(page, 'range-text').getAttribute('title')) ?? '';
  const [from, to] = (title.match(/\d+\.\d+/g) ?? []).map(Number);
  return { from, to, span: to - from };
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where something is when nothing moves any more. */
export async function boxOf(target: Locator): Promise<Box> {
  await settled(target.page());
  const box = await target.boundingBox();
  if (box === null) throw new Error(`${String(target)} is not there`);
  return box;
}

/** A group's row in the lanes by its name. */
export function laneGroup(page: Page, name: string | RegExp): Locator {
  return byId(page, 'lane-group').filter({ has: page.locator('.lane-name', { hasText: name }) });
}

/** Presses the mouse at one place and lets it go at another, with moves between them. */
export async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  // As with a hand, the last move is seen before the button is let go.
  await settled(page);
  await page.mouse.up();
}

/** Runs a command by typing its name into the palette, as somebody does who knows no key. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+Shift+P');
  await byId(page, 'palette-input').fill(title);
  await expect(byId(page, 'palette').getByRole('option').first()).toContainText(title);
  await page.keyboard.press('Enter');
  await expect(byId(page, 'palette')).toHaveCount(0);
}

export async function showPage(page: Page, name: string): Promise<void> {
  await byId(page, `tab-${name}`).click();
  await expect(page.locator(`#page[data-page="${name}"]`)).toBeVisible();
}

/** Puts filters into force as text and waits for what they leave; the box loses the focus, so that keys are commands again. */
export async function setQuery(page: Page, text: string): Promise<void> {
  await byId(page, 'query').fill(text);
  await byId(page, 'query').press('Enter');
  await byId(page, 'query').blur();
  await settled(page);
}

/** Texts of a column of the shown table, in order of the rows. */
export async function columnTexts(page: Page, column: string): Promise<string[]> {
  const rows = page.locator('.page [role="row"][aria-rowindex]:not([aria-rowindex="1"])');
  const cells = await rows.evaluateAll((elements, column) => {
    return elements
      .map((row) => ({
        at: Number(row.getAttribute('aria-rowindex')),
        text: row.querySelector<HTMLElement>(`[data-column="${column}"]`)?.innerText.trim() ?? '',
      }))
      .sort((a, b) => a.at - b.at);
  }, column);
  return cells.map(({ text }) => text);
}

/** A picture of what a canvas shows, for "it has changed": no two different ones are the same. */
export async function canvasKey(canvas: Locator): Promise<string> {
  await settled(canvas.page());
  return canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
}

/** Number of pixels of a canvas for every colour that it has much of. */
export async function canvasColors(canvas: Locator): Promise<Record<string, number>> {
  await settled(canvas.page());
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
    const counts: Record<string, number> = {};
    for (let at = 0; at < pixels.length; at += 4) {
      const color = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
      counts[color] = (counts[color] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 100));
  });
}

/** Notes whether an element ever was there, however short, and clicks the button in it where one is named. */
export async function watchFor(page: Page, id: string, click?: string): Promise<() => Promise<boolean>> {
  await page.evaluate(
    ([id, click]) => {
      const seen = window as unknown as Record<string, boolean>;
      seen[`seen:${id}`] = false;
      new MutationObserver((_changes, observer) => {
        if (document.querySelector(`[data-testid="${id}"]`) === null) return;
        seen[`seen:${id}`] = true;
        const button = click === undefined ? null : document.querySelector<HTMLElement>(`[data-testid="${click}"]`);
        if (button === null && click !== undefined) return;
        observer.disconnect();
        button?.click();
      }).observe(document.body, { childList: true, subtree: true });
    },
    [id, click] as const,
  );
  return () => page.evaluate((id) => (window as unknown as Record<string, boolean>)[`seen:${id}`], id);
}

/** Goes on with Tab, as somebody without a mouse does, until the element has the focus. Returns how often. */
export async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<number> {
  for (let times = 0; times < 200; times++) {
    if (await target.evaluate((element) => element === document.activeElement)) return times;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never comes to ${String(target)}`);
}

/** What the command line says of the sample. */
export function dump(format: 'csv' | 'json', ...filters: string[]): string {
  const args = [join(ROOT, 'cli/leaklanes.js'), 'dump', SAMPLE, '--format', format, ...filters];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  expect(status, stderr).toBe(0);
  return stdout;
}
