import { describe, expect, it } from 'vitest';
import type { IcicleBox } from '../../shared/stackTree.ts';
import { boxByKey, levelsOf, parentBox, pathTo } from './icicleLayout.ts';

const box = (key: string, depth: number, x0: number, x1: number): IcicleBox => ({
  key,
  depth,
  x0,
  x1,
  label: key,
  system: false,
  created: x1 - x0,
  openAtEnd: 0,
  leaked: 0,
  leakedAtExit: 0,
  self: 0,
  filter: null,
});

/*
 *  all  0 ------------------------- 100
 *  a    0 ------------- 60  b 60 --- 90
 *  x    0 --- 20 y 20 - 50
 */
const [all, a, b, x, y] = [
  box('all', 0, 0, 100),
  box('a', 1, 0, 60),
  box('b', 1, 60, 90),
  box('x', 2, 0, 20),
  box('y', 2, 20, 50),
];
const levels = levelsOf([all, a, b, x, y]);

describe('icicle', () => {
  it('knows what a box stands under', () => {
    expect(parentBox(levels, y)).toBe(a);
    expect(parentBox(levels, all)).toBeNull();
    expect(pathTo(levels, y).map(({ key }) => key)).toEqual(['all', 'a', 'y']);
  });

  it('is walked by arrows', () => {
    expect(boxByKey(levels, all, 'ArrowDown')).toBe(a);
    expect(boxByKey(levels, a, 'ArrowRight')).toBe(b);
    expect(boxByKey(levels, a, 'ArrowDown')).toBe(x);
    expect(boxByKey(levels, y, 'ArrowUp')).toBe(a);
    expect(boxByKey(levels, b, 'ArrowDown')).toBeNull();
    expect(boxByKey(levels, all, 'ArrowLeft')).toBeNull();
    expect(boxByKey(levels, y, 'Home')).toBe(all);
  });
});
