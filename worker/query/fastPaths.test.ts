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
import { groupingOf as groupKeyOf } from './tables/groupKeys.ts';
import { countGroups, groupLevel, type GroupLevel } from './tables/groupLevels.ts';
import { rowsPage } from './tables/rows.ts';
import { ARBITRARY_END, arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';
import { sampleTimeline } from './timeline.ts';
import { timeParts } from './timeParts.ts';
import { unitsOf } from './units.ts';

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

it('objects with a handle value are those with an event that has it', () => {
  fc.assert(
    fc.property(arbitraryTrace(), fc.constantFrom('0x4', '!0x8', '0x*', '0x8000*;0xC?', '*'), (literal, handle) => {
      const trace = traceFixture(literal);
      const { objects, eventKept } = new SelectionCache(trace).get({ handle });
      const { object, length } = trace.events;
      const kept = Array.from({ length }, (_, event) => event).filter((event) => eventKept?.(event));
      const expected = new Set(kept.map((event) => object[event]).filter((each) => trace.objects.mapping[each] < 0));
      expect([...objects]).toEqual([...expected].sort((a, b) => a - b));
    }),
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

/** Outstanding units of some objects: before the first of their changes, and the changes with the number after each. */
function outstandingOf(
  { trace, handleKept }: Selection,
  members: Set<number>,
): { initial: number; changes: { ns: number; after: number }[] } {
  const { order, times, object, openNs } = unitsOf(trace);
  const isKept = (unit: number): boolean =>
    members.has(object[unit]) && (handleKept === null || unit >= trace.handles.length || handleKept(unit));
  const initial = Array.from(object.keys()).filter((unit) => Number.isNaN(openNs[unit]) && isKept(unit)).length;
  const changes: { ns: number; after: number }[] = [];
  let after = initial;
  order.forEach((change, place) => {
    if (!isKept(change >>> 1)) return;
    after += change % 2 === 0 ? 1 : -1;
    changes.push({ ns: times[place], after });
  });
  return { initial, changes };
}

/** Greatest number outstanding in each part of a time range; what was outstanding before counts unless the part begins with a change. */
function samplesOf(
  { initial, changes }: ReturnType<typeof outstandingOf>,
  fromNs: number,
  toNs: number,
  count: number,
): number[] {
  const part = (toNs - fromNs) / count;
  return Array.from({ length: count }, (_, at) => {
    const start = fromNs + part * at;
    const end = at === count - 1 ? toNs + 1 : fromNs + part * (at + 1);
    const inside = changes.filter(({ ns }) => ns >= start && ns < end);
    const before = changes.filter(({ ns }) => ns < start).at(-1)?.after ?? initial;
    const numbers = inside.map(({ after }) => after);
    return Math.max(...(inside[0]?.ns === start ? [] : [before]), ...numbers);
  });
}

/** A range of times in which parts often begin with a change. */
const partsOf = fc
  .tuple(fc.nat(ARBITRARY_END - 1), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100 }))
  .map(([fromNs, count, length]) => ({ fromNs, toNs: fromNs + count * length, count }));

it('the lanes of a selection are the groups of its objects, with what is outstanding in them', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.array(filterOf, { minLength: 1, maxLength: 3 }),
      groupingOf,
      partsOf,
      (literal, filters, by, { fromNs, toNs, count }) => {
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
            const slow = outstandingOf(selection, new Set(membersOf(tree, group)));
            expect(line.peak).toBe(Math.max(slow.initial, ...slow.changes.map(({ after }) => after)));
            const samples = sampleTimeline(line, timeParts(unitsOf(trace), fromNs, toNs, count));
            expect([...samples]).toEqual(samplesOf(slow, fromNs, toNs, count));
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('groups of a level have the objects of the group above that share a value', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(60),
      filterOf,
      fc.uniqueArray(fc.constantFrom(...GROUP_KEYS), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(Infinity, -1),
      (literal, filter, keys, dense) => {
        const selection = selectObjects(traceFixture(literal), filter);
        let above: GroupLevel | null = null;
        let outer = [[...selection.objects]];
        for (const key of keys) {
          const level: GroupLevel = groupLevel(selection, key, above, dense);
          const { column } = groupKeyOf(selection.trace, key);
          const valueOf = (object: number): number => column[object] + 1;
          const expected = outer.flatMap((objects, parent) =>
            [...new Set(objects.map(valueOf))]
              .sort((a, b) => a - b)
              .map((value) => ({ parent, value, objects: objects.filter((object) => valueOf(object) === value) })),
          );
          const found = Array.from({ length: level.length }, (_, group) => ({
            parent: level.parent[group],
            value: level.value[group],
            objects: [...level.groupOf.keys()].filter((object) => level.groupOf[object] === group),
          }));
          expect(found).toEqual(expected);
          expect([...level.childStart]).toEqual([
            0,
            ...outer.map((_, parent) => expected.filter((group) => group.parent <= parent).length),
          ]);
          // Counted at once, and group above by group above.
          countGroups(level, selection, filter.time, null);
          expect([...level.counts.count]).toEqual(expected.map(({ objects }) => objects.length));
          const piecewise = groupLevel(selection, key, above, dense);
          for (const parent of outer.keys()) countGroups(piecewise, selection, filter.time, [parent]);
          expect(piecewise.counts).toEqual(level.counts);
          above = level;
          outer = expected.map(({ objects }) => objects);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it('rows that are searched letter by letter are those that a search for the whole text finds', () => {
  fc.assert(
    fc.property(
      arbitraryTrace(),
      fc.array(fc.constantFrom('two_1', 'a.exe', '0x8', '12', 'nto', 'b'), { minLength: 1, maxLength: 4 }),
      fc.constantFrom<'objects' | 'handles'>('objects', 'handles'),
      (literal, words, table) => {
        const request = { table, filter: {}, sort: [], firstRow: 0, rowCount: 500 };
        const typed = new SelectionCache(traceFixture(literal));
        for (const word of words) {
          for (let length = 1; length <= word.length; length++) {
            const find = word.slice(0, length);
            const fresh = rowsPage(new SelectionCache(traceFixture(literal)), { ...request, find });
            expect(rowsPage(typed, { ...request, find })).toEqual(fresh);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});
