/** What is answered from things that are kept, beside slow and obvious ways to the same answer. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { LANE_GROUPINGS, type LaneGrouping } from '../../shared/lanes.ts';
import { GROUP_KEYS } from '../../shared/tables.ts';
import type { Trace } from '../lifetimes/model.ts';
import { groupKey, groupTimeline, hasLanes, laneTree, membersOf, ROOT } from './laneGroups.ts';
import { groupingColumn } from './nesting.ts';
import { selectObjects, type Selection } from './select.ts';
import { SelectionCache } from './selectionCache.ts';
import { groupLevel, type GroupLevel } from './tables/groupLevels.ts';
import { arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';
import { unitsOf } from './timeline.ts';

const range = fc.record({
  min: fc.option(fc.nat(900).map((ns) => ns / 1e9)),
  max: fc.option(fc.nat(1000).map((ns) => ns / 1e9)),
});
const filterOf: fc.Arbitrary<Filter> = fc.record(
  {
    process: fc.constantFrom('a', 'b.exe', '!System', '*', '4'),
    relatedProcess: fc.constantFrom('b', '!a'),
    type: fc.constantFrom('Event', '!Key', 'File;Key'),
    objectName: fc.constantFrom('*o*', '*tw*', '*two_?*', 'one', '!one', '*o*;!*_2'),
    handle: fc.constantFrom('0x4', '0xC*'),
    createStack: fc.constantFrom('app', '*ntdll*', '!app', 'app*\n*', '(none)'),
    destroyStack: fc.constantFrom('ntoskrnl', '!*x*'),
    stack: fc.constantFrom('app', 'ntos*'),
    end: fc.constantFrom('open', '!closed'),
    lifetime: range,
    time: range,
    leak: fc.boolean(),
    map: fc.boolean(),
  },
  { requiredKeys: [] },
);
const groupingOf: fc.Arbitrary<LaneGrouping[]> = fc.uniqueArray(fc.constantFrom(...LANE_GROUPINGS), { maxLength: 3 });

it('a selection that is put together from the parts of its filter is that of the filter', () => {
  fc.assert(
    fc.property(arbitraryTrace(60), fc.array(filterOf, { minLength: 1, maxLength: 5 }), (literal, filters) => {
      const trace = traceFixture(literal);
      const cache = new SelectionCache(trace);
      for (const filter of filters) {
        const known = cache.get(filter);
        // Another trace, so that nothing is known of it.
        const fresh = selectObjects(traceFixture(literal), filter);
        expect([...known.objects]).toEqual([...fresh.objects]);
        expect(known.eventKept === null).toBe(fresh.eventKept === null);
        expect(known.handleKept === null).toBe(fresh.handleKept === null);
      }
    }),
    { numRuns: 100 },
  );
});

it('names that are searched letter by letter are those that a search for the whole word finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '_'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 20 }), fc.array(letters, { maxLength: 8 }), (names, words) => {
      const literal = { objects: names.map((name) => ({ name, handles: [{ value: 4, open: 1 }] })) };
      const typed = new SelectionCache(traceFixture(literal));
      for (const word of words) {
        for (let length = 1; length <= word.length; length++) {
          const objectName = `*${word.slice(0, length)}*`;
          const fresh = selectObjects(traceFixture(literal), { objectName });
          expect([...typed.get({ objectName }).objects]).toEqual([...fresh.objects]);
        }
      }
    }),
  );
});

/** Key of the group that an object is in, from its values alone. */
function keyOf(trace: Trace, grouping: readonly LaneGrouping[], object: number): string {
  return grouping
    .map((name) => `${name === 'createStack' ? 's' : name[0]}:${groupingColumn(trace, name).column[object]}`)
    .join('/');
}

/** Outstanding units of some objects after each of their changes, and before the first. */
function outstandingOf({ trace, handleKept }: Selection, members: Set<number>): number[] {
  const { order, object, openNs } = unitsOf(trace);
  const isKept = (unit: number): boolean =>
    members.has(object[unit]) && (handleKept === null || unit >= trace.handles.length || handleKept(unit));
  let number = Array.from(object.keys()).filter((unit) => Number.isNaN(openNs[unit]) && isKept(unit)).length;
  const numbers = [number];
  for (const change of order) if (isKept(change >>> 1)) numbers.push((number += change % 2 === 0 ? 1 : -1));
  return numbers;
}

it('the lanes of a selection are the groups of its objects, with what is outstanding in them', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.array(filterOf, { minLength: 1, maxLength: 3 }),
      groupingOf,
      (literal, filters, by) => {
        const trace = traceFixture(literal);
        for (const filter of filters) {
          const selection = selectObjects(trace, filter);
          const tree = laneTree(selection, by);
          const groups = new Map<string, number[]>();
          for (const object of selection.objects) {
            const key = keyOf(trace, by, object);
            groups.set(key, [...(groups.get(key) ?? []), object]);
          }
          const withLanes = Array.from({ length: tree.length }, (_, group) => group).filter((group) =>
            hasLanes(tree, group),
          );
          if (by.length > 0) expect(withLanes).toHaveLength(groups.size);
          for (const group of withLanes) {
            expect([...membersOf(tree, group)]).toEqual(groups.get(groupKey(tree, group)) ?? []);
          }
          for (let group = ROOT; group < tree.length; group++) {
            const line = groupTimeline(tree, group);
            const expected = outstandingOf(selection, new Set(membersOf(tree, group)));
            const n = line.times.length;
            expect([line.initial, ...line.tree.subarray(n)]).toEqual(expected);
            expect(line.peak).toBe(Math.max(...expected));
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('groups found by a table are those found by sorting', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      filterOf,
      fc.uniqueArray(fc.constantFrom(...GROUP_KEYS), { minLength: 1, maxLength: 3 }),
      (literal, filter, keys) => {
        const selection = selectObjects(traceFixture(literal), filter);
        const levels = (dense: number): GroupLevel[] => {
          const made: GroupLevel[] = [];
          for (const key of keys) made.push(groupLevel(selection, key, made.at(-1) ?? null, filter.time, dense));
          return made;
        };
        expect(levels(Infinity)).toEqual(levels(-1));
      },
    ),
  );
});
