import { expect, it } from 'vitest';
import { xOfTime } from './geometry.ts';
import { pinchedRange } from './pinch.ts';
import { zoomOfWheel } from './useTimeWheel.ts';

const screen = { fromNs: 1000, toNs: 3000, width: 400 };

it('keeps the time between two fingers between them while they zoom', () => {
  const range = pinchedRange(
    screen,
    [
      { x: 100, y: 50 },
      { x: 200, y: 50 },
    ],
    [
      { x: 50, y: 50 },
      { x: 250, y: 50 },
    ],
  );
  expect(range.toNs - range.fromNs).toBe(1000);
  expect(xOfTime({ ...range, width: 400 }, 1750)).toBeCloseTo(150);
});

it('pans by two fingers that move together, and does not fall over fingers at one place', () => {
  const range = pinchedRange(
    screen,
    [
      { x: 100, y: 50 },
      { x: 200, y: 50 },
    ],
    [
      { x: 140, y: 50 },
      { x: 240, y: 50 },
    ],
  );
  expect(range).toEqual({ fromNs: 800, toNs: 2800 });
  const still = pinchedRange(
    screen,
    [
      { x: 100, y: 50 },
      { x: 100, y: 50 },
    ],
    [
      { x: 100, y: 50 },
      { x: 100, y: 50 },
    ],
  );
  expect(still).toEqual({ fromNs: 1000, toNs: 3000 });
});

it('zooms with a wheel as with the small steps of a touchpad, and back', () => {
  expect(zoomOfWheel(-100)).toBeLessThan(1);
  expect(zoomOfWheel(-100) * zoomOfWheel(100)).toBeCloseTo(1);
  expect(zoomOfWheel(-5)).toBeLessThan(0.96);
  expect(zoomOfWheel(1e9)).toBeLessThan(3);
});
