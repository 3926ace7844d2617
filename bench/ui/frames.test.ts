import { describe, expect, test } from 'vitest';
import { framesOf, percentile, type ChromiumEvent } from './frames.ts';

const PAGE = { pid: 1, tid: 1 };

function named(pid: number, name: string): ChromiumEvent {
  return { name: 'thread_name', ph: 'M', ts: 0, pid, tid: pid, args: { name } };
}

/** [from, to) in ms; half of it on the processor. */
function during(name: string, from: number, to: number, thread = PAGE): ChromiumEvent {
  return { name, ph: 'X', ts: from * 1000, dur: (to - from) * 1000, tdur: (to - from) * 500, ...thread };
}

describe('frames of a recording', () => {
  const events = [
    named(1, 'CrRendererMain'),
    named(2, 'CrRendererMain'),
    // An answer, then the frame that shows it: one frame.
    during('RunTask', 0, 4),
    during('FunctionCall', 1, 4),
    during('RunTask', 10, 30),
    during('EventDispatch', 10, 20),
    during('FunctionCall', 11, 19),
    during('Layout', 12, 14),
    during('Paint', 20, 25),
    during('Commit', 26, 28),
    // Nothing after the second one.
    during('RunTask', 40, 41),
    during('Commit', 40, 41),
    during('RasterTask', 26, 40, { pid: 1, tid: 5 }),
    during('FunctionCall', 0, 50, { pid: 2, tid: 2 }),
  ];

  test('have what lies between one hand-over and the next; nested script counts once', () => {
    const { frames } = framesOf(events);
    expect(frames.map(({ script }) => script.wallMs)).toEqual([13, 0, 0]);
    expect(frames.map(({ task }) => task.wallMs)).toEqual([24, 1, 0]);
    expect(frames[0].script.cpuMs).toBe(6.5);
  });

  test('layout that script forced is script; painting is not; pixels are drawn elsewhere', () => {
    const { render, raster } = framesOf(events);
    expect(render.wallMs).toBe(5 + 2 + 1);
    expect(raster.wallMs).toBe(14);
  });

  test('a recording without a page is refused', () => {
    expect(() => framesOf([during('RunTask', 0, 1)])).toThrow('no main thread');
  });
});

test('percentiles', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([1, 50, 95, 100]);
  expect(percentile([], 0.5)).toBe(0);
});
