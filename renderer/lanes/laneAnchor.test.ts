import { describe, expect, it } from 'vitest';
import { groupRow, laneResponse, laneRow } from '../testing/laneFixture.ts';
import { ROW_HEIGHT } from './geometry.ts';
import { isLess, laneAnchors, mayMove } from './laneAnchor.ts';
import { laneData } from './laneData.ts';

describe('a filter asks less than another', () => {
  it.each([
    [{}, { type: 'Event' }, true],
    [{ leak: true }, { leak: true, type: 'Event' }, true],
    [{}, { map: false }, true],
    [{ id: { min: 1, max: 2 } }, { id: { min: 1, max: 2 }, leak: true }, true],
    [{ type: 'File' }, { type: 'Event', leak: true }, false],
    [{ type: 'Event' }, {}, false],
    [{ type: 'Event' }, { type: 'Event' }, false],
    [{}, {}, false],
  ])('%j than %j: %s', (filter, before, less) => expect(isLess(filter, before)).toBe(less));
});

describe('what stays in view', () => {
  /** p:1 / t:1 with two lanes: objects 1 and 2, and objects that share their pixels; then p:2. */
  const data = laneData(
    laneResponse(
      [
        groupRow(0, 'p:1', 'a'),
        groupRow(1, 'p:1/t:1', 'b'),
        laneRow('p:1/t:1'),
        laneRow('p:1/t:1'),
        groupRow(0, 'p:2', 'c'),
      ],
      [
        { row: 2, x0: 0, x1: 1, id: 0 },
        { row: 2, x0: 5, x1: 9, id: 2 },
        { row: 3, x0: 0, x1: 9, id: 0 },
      ],
    ),
    { fromNs: 0, toNs: 10, width: 10 },
  );
  const at = (row: number, selected = 0) =>
    laneAnchors(data, { scrollTop: row * ROW_HEIGHT, clientHeight: 3 * ROW_HEIGHT }, selected);

  it('is the topmost row, of a lane its first object that can be told', () => {
    expect(at(1)).toEqual([{ id: 0, key: 'p:1/t:1', top: 0 }]);
    expect(at(1.5)).toEqual([{ id: 2, key: 'p:1/t:1', top: ROW_HEIGHT / 2 }]);
    expect(at(3)).toEqual([{ id: 0, key: 'p:1/t:1', top: 0 }]);
    expect(at(9)).toEqual([]);
  });

  it('is before all the selected object, seen or not', () => {
    expect(at(1, 2)[0]).toEqual({ id: 2, key: null, top: ROW_HEIGHT });
    expect(at(3, 2)[0]).toEqual({ id: 2, key: null, top: null });
    expect(at(0, 77)).toEqual([
      { id: 77, key: null, top: null },
      { id: 0, key: 'p:1', top: 0 },
    ]);
  });
});

it('moves the topmost row only by groups that it is in, or by many', () => {
  const move = (key: string, open: string[], before: string[]) => mayMove(key, new Set(open), new Set(before));
  expect(move('p:1/t:1', ['p:1'], ['p:1', 'p:1/t:1'])).toBe(true);
  expect(move('p:1/t:1', [], ['p:1'])).toBe(true);
  expect(move('p:1/t:1', ['p:1'], ['p:1', 'p:2'])).toBe(false);
  expect(move('p:12/t:1', ['p:12', 'p:1'], ['p:12'])).toBe(false);
  expect(move('p:9', [], ['p:1', 'p:2'])).toBe(true);
});
