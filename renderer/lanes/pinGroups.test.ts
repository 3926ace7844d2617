// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { openViewer } from '../testing/renderApp.tsx';
import { groupRows } from './expandGroups.ts';
import { moveGroup, movedPins } from './pinGroups.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

/** What the worker makes of pins: those first, then the others in their own order. */
const shown = (pins: readonly string[], natural = ORDER) => [...pins, ...natural.filter((key) => !pins.includes(key))];

describe('movedPins', () => {
  it('pins what has to stand above the new place, and no more', () => {
    expect(movedPins(ORDER, [], 'c', 0)).toEqual(['c']);
    expect(movedPins(ORDER, [], 'd', 1)).toEqual(['a', 'd']);
    expect(movedPins(ORDER, [], 'b', 2)).toEqual(['a', 'c']);
  });

  it('gives the wanted order from every place to every other', () => {
    for (const pinned of [[], ['d'], ['e', 'b']]) {
      const order = shown(pinned);
      for (const key of order) {
        for (let to = 0; to < order.length; to++) {
          const pins = movedPins(order, pinned, key, to);
          if (pins !== null) expect(shown(pins).indexOf(key), `${key} to ${to} of ${order.join('')}`).toBe(to);
          else expect(order.indexOf(key)).toBe(to);
        }
      }
    }
  });

  it('takes no pin from those that it is put above', () => {
    expect(movedPins(['c', 'a', 'b'], ['c'], 'a', 0)).toEqual(['a', 'c']);
    expect(movedPins(['d', 'e', 'a', 'b', 'c'], ['d', 'e'], 'b', 1)).toEqual(['d', 'b', 'e']);
  });

  it('keeps pins of groups that the filter hides', () => {
    expect(movedPins(['a', 'b'], ['z'], 'b', 0)).toEqual(['b', 'z']);
  });

  it('has nothing to do at the ends and for unknown groups', () => {
    expect(movedPins(ORDER, [], 'a', -1)).toBeNull();
    expect(movedPins(ORDER, [], 'e', 9)).toBeNull();
    expect(movedPins(ORDER, [], 'x', 1)).toBeNull();
  });
});

it('moves a group of the sample, as the service orders it', async () => {
  const { viewer } = await openViewer();
  const before = (await groupRows(viewer, []))!.map((row) => row.key);
  await moveGroup(viewer, before[2], { by: -1 });
  const after = (await groupRows(viewer, []))!.map((row) => row.key);
  expect(after.slice(0, 3)).toEqual([before[0], before[2], before[1]]);
  await moveGroup(viewer, after[0], { onto: after[2] });
  expect((await groupRows(viewer, []))!.map((row) => row.key).slice(0, 3)).toEqual([after[1], after[2], after[0]]);
});
