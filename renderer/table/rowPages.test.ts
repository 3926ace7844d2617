// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { createViewer } from '../state/viewer.ts';
import { createFakeHost } from '../testing/fakeHost.ts';
import { createRowPages } from './rowPages.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function setup() {
  const host = createFakeHost();
  const pages = createRowPages(createViewer(host), () => {});
  const asked = () =>
    host.calls.filter((call) => call.method === 'table').map((call) => (call.request as { firstRow: number }).firstRow);
  return { pages, asked };
}

describe('row pages', () => {
  it('fetches a page once', async () => {
    const { pages, asked } = setup();
    pages.reset({}, [], 0, 40);
    await wait(20);
    pages.want(0, 40);
    pages.want(150, 230);
    await wait(20);
    expect(asked()).toEqual([0, 200]);
    expect(pages.row(205)?.id).toBe(206);
    expect(pages.row(900)).toBeUndefined();
  });

  it('shows the old rows until the new order is there, then only new ones', async () => {
    const { pages } = setup();
    pages.reset({}, [], 0, 40);
    await wait(20);
    pages.reset({}, [{ column: 'id', descending: true }], 0, 40);
    expect(pages.row(0)?.id).toBe(1);
    await wait(20);
    expect(pages.row(0)?.id).toBe(3733);
  });

  it('never mixes answers of two orders', async () => {
    const { pages } = setup();
    pages.reset({}, [], 0, 40);
    pages.reset({ type: 'Token' }, [], 0, 40);
    await wait(30);
    expect(pages.matched()).toBe(180);
    expect(pages.row(0)?.type).toBe('Token');
  });

  it('gives up pages that were scrolled past', async () => {
    const { pages } = setup();
    pages.reset({}, [], 0, 40);
    await wait(20);
    pages.want(1000, 1040);
    pages.want(3000, 3040);
    await wait(30);
    expect(pages.row(1001)).toBeUndefined();
    expect(pages.row(3001)?.id).toBe(3002);
  });

  it('asks for nothing past the end', async () => {
    const { pages, asked } = setup();
    pages.reset({ type: 'Process' }, [], 0, 40);
    await wait(20);
    pages.want(0, 500);
    await wait(20);
    expect(asked()).toEqual([0]);
  });
});
