import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import {
  BAR_BORN_BEFORE,
  BAR_LEAK,
  BAR_MAPPING,
  BAR_OPEN_END,
  type MapView,
  type MapViewRequest,
} from '../../shared/lanes.ts';
import type { Trace } from '../lifetimes/model.ts';
import { mapView } from './mapView.ts';
import { selectObjects } from './select.ts';
import { arbitraryTrace, ARBITRARY_END } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';

const trace = traceFixture({
  endNs: 1000,
  processes: [
    { name: 'big.exe', pid: 4 },
    { name: 'small.exe', pid: 8 },
  ],
  objects: [
    { map: { process: 'big.exe', base: '0x10000', size: 0x1000, map: 100, unmap: 200 } },
    { map: { process: 'big.exe', base: '0x11000', size: 0x1000, map: 300 } },
    { map: { process: 'big.exe', base: '0xFFFFF80000000000', size: 0x4000, unmap: 500 } },
    { map: { process: 'small.exe', base: '0x10000', size: 0x1000, map: 600, unmap: 700 } },
    { handles: [{ owner: 'big.exe', value: 4, open: 900 }] },
  ],
});

function view(of: Trace, request: Partial<MapViewRequest> = {}, filter: Filter = {}): MapView {
  return mapView(of, selectObjects(of, filter), {
    process: '',
    fromNs: 0,
    toNs: of.endNs,
    width: 100,
    height: 104,
    ...request,
  });
}

function rectangles({ x0, x1, y0, y1, id, flags }: MapView): string[] {
  return Array.from(id, (each, i) => `#${each} ${x0[i]}-${x1[i]} ${y0[i]}-${y1[i]} f${flags[i]}`);
}

describe('mapView', () => {
  it('shows the process with the most views, address space without views cut out', () => {
    const all = view(trace);
    expect(all.process).toBe('big.exe(4)');
    expect(all.processes).toEqual([
      { label: 'big.exe(4)', views: 3 },
      { label: 'small.exe(8)', views: 1 },
    ]);
    // Heights by size: 4 KB are 1, 16 KB are 3, a gap of 4 pixels between the two stretches.
    expect(rectangles(all)).toEqual([
      `#1 10-20 0-20 f${BAR_MAPPING}`,
      `#2 30-100 20-40 f${BAR_MAPPING | BAR_LEAK | BAR_OPEN_END}`,
      `#3 0-50 44-104 f${BAR_MAPPING | BAR_BORN_BEFORE}`,
    ]);
    expect(all.labels).toEqual([
      { y: 0, text: '0x10000', gap: false },
      { y: 20, text: '0x11000', gap: false },
      { y: 44, text: '0xFFFFF80000000000', gap: true },
    ]);
    expect(all).toMatchObject({ views: 3, omitted: 0 });
  });

  it('shows another process, and none of a name that is not there', () => {
    expect(rectangles(view(trace, { process: 'SMALL.exe(8)' }))).toEqual([`#4 60-70 0-104 f${BAR_MAPPING}`]);
    expect(view(trace, { process: 'gone.exe(1)' })).toMatchObject({ process: 'gone.exe(1)', views: 0, labels: [] });
  });

  it('follows the filter', () => {
    expect(view(trace, {}, { leak: true })).toMatchObject({ process: 'big.exe(4)', views: 1 });
    expect(view(trace, {}, { map: false })).toMatchObject({ process: '', views: 0, processes: [] });
  });

  it('keeps the axis while the time range moves', () => {
    const later = view(trace, { fromNs: 400, toNs: 500 });
    expect(rectangles(later).map((line) => line.split(' f')[0])).toEqual(['#2 0-100 20-40', '#3 0-100 44-104']);
    expect(later.labels).toEqual(view(trace).labels);
    expect(later).toMatchObject({ views: 3, omitted: 0 });
  });

  it('leaves out what would cover the pixels of another view', () => {
    const crowded = traceFixture({
      endNs: 1000,
      processes: [{ name: 'a.exe', pid: 4 }],
      objects: Array.from({ length: 1000 }, (_, i) => ({
        map: { process: 'a.exe', base: `0x${(0x10000 * (i + 1)).toString(16)}`, size: 0x1000, map: 0, unmap: 500 },
      })),
    });
    const { id, views, omitted, labels } = view(crowded, { height: 50 });
    expect(views).toBe(1000);
    expect(id.length + omitted).toBe(1000);
    expect(id.length).toBeLessThanOrEqual(101);
    expect(labels.length).toBeLessThanOrEqual(4);
  });

  it('keeps every view inside the picture and those that overlap in no address apart', () => {
    fc.assert(
      fc.property(arbitraryTrace(), fc.integer({ min: 1, max: 400 }), (literal, height) => {
        const random = traceFixture(literal);
        const { x0, x1, y0, y1, id, views, omitted } = view(random, { toNs: ARBITRARY_END, height });
        expect(id.length + omitted).toBe(views);
        const low = (i: number): number => random.mappings.baseLow[random.objects.mapping[id[i] - 1]];
        const size = (i: number): number => Math.max(1, random.mappings.sizeLow[random.objects.mapping[id[i] - 1]]);
        for (let i = 0; i < id.length; i++) {
          expect(x0[i]).toBeGreaterThanOrEqual(0);
          expect(x1[i]).toBeGreaterThanOrEqual(x0[i]);
          expect(y1[i]).toBeGreaterThan(y0[i]);
          expect(y1[i]).toBeLessThanOrEqual(height + 0.01);
          for (let j = 0; j < id.length; j++) {
            if (low(i) + size(i) <= low(j)) expect(y1[i]).toBeLessThanOrEqual(y0[j]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
