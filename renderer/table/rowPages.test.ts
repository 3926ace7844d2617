// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { createViewer } from '../state/viewer.ts';
import { createServiceHost } from '../testing/serviceHost.ts';
import { createRowPages, type FetchRows } from './rowPages.ts';

interface NumberPage {
  rows: string[];
  total: number;
}

/** Rows "a0" … of an order of some length, answered when `answer` is called. */
function setup() {
  const pages = createRowPages<string, NumberPage>(createViewer(createServiceHost()), 'test', () => {});
  const asked: number[] = [];
  let waiting: (() => void)[] = [];
  const order = (name: string, total: number): FetchRows<NumberPage> => {
    return async (firstRow, rowCount, signal) => {
      asked.push(firstRow);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (signal.aborted) throw new TraceError('cancelled', 'Cancelled.');
      const count = Math.max(0, Math.min(rowCount, total - firstRow));
      return { rows: Array.from({ length: count }, (_, i) => `${name}${firstRow + i}`), total };
    };
  };
  const answer = async () => {
    const now = waiting;
    waiting = [];
    now.forEach((resolve) => resolve());
    for (let i = 0; i < 6; i++) await Promise.resolve();
  };
  return { pages, asked, order, answer };
}

describe('row pages', () => {
  it('fetches a page once, and the one after it before it is seen', async () => {
    const { pages, asked, order, answer } = setup();
    pages.reset(order('a', 5000), 0, 40);
    await answer();
    expect(asked).toEqual([0]);
    pages.want(0, 40);
    await answer();
    pages.want(150, 230);
    await answer();
    expect(asked).toEqual([0, 200, 400]);
    expect(pages.row(205)).toBe('a205');
    expect(pages.row(900)).toBeUndefined();
    expect(pages.total()).toBe(5000);
  });

  it('shows the old rows until the new order is there, then only new ones', async () => {
    const { pages, order, answer } = setup();
    pages.reset(order('a', 5000), 0, 40);
    await answer();
    pages.reset(order('b', 300), 0, 40);
    expect(pages.row(0)).toBe('a0');
    await answer();
    expect(pages.row(0)).toBe('b0');
    expect(pages.total()).toBe(300);
  });

  it('never mixes answers of two orders', async () => {
    const { pages, order, answer } = setup();
    pages.reset(order('a', 5000), 0, 40);
    pages.reset(order('b', 180), 0, 40);
    await answer();
    expect(pages.total()).toBe(180);
    expect(pages.row(0)).toBe('b0');
  });

  it('gives up pages that were scrolled past', async () => {
    const { pages, order, answer } = setup();
    pages.reset(order('a', 5000), 0, 40);
    await answer();
    pages.want(1000, 1040);
    pages.want(3000, 3040);
    await answer();
    expect(pages.row(1001)).toBeUndefined();
    expect(pages.row(3001)).toBe('a3001');
  });

  it('asks for nothing past the end', async () => {
    const { pages, asked, order, answer } = setup();
    pages.reset(order('a', 120), 0, 40);
    await answer();
    pages.want(0, 500);
    await answer();
    expect(asked).toEqual([0]);
  });

  it('says why rows could not be fetched, and asks again', async () => {
    const { pages, order, answer } = setup();
    pages.reset(() => Promise.reject(new TraceError('internal', 'No such table.')), 0, 40);
    await answer();
    expect(pages.error()?.message).toBe('No such table.');
    pages.reset(order('a', 3), 0, 40);
    await answer();
    expect(pages.error()).toBeNull();
    expect(pages.row(2)).toBe('a2');
  });
});
