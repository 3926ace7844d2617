import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter.ts';
import { selectObjects } from './select.ts';
import { filterKey } from '../../shared/filter.ts';
import { SelectionCache } from './selectionCache.ts';
import { arbitraryTrace } from './testing/arbitraryTrace.ts';
import { traceFixture } from './testing/traceFixture.ts';

const S = 1e9;
const trace = traceFixture({
  processes: [
    { name: 'EventLeak.exe', pid: 100, startNs: 0.5 * S, endNs: 9 * S },
    { name: 'cmd.exe', pid: 200 },
    { name: 'System', pid: 4 },
    { name: 'MsMpEng.exe', pid: 300 },
  ],
  stacks: {
    make: ['ntoskrnl.exe!NtCreateEvent+0x1', 'EventLeak.exe!EventManager::CreateEventW+0x2'],
    close: ['ntoskrnl.exe!NtClose+0x1', 'EventLeak.exe!EventManager::~EventManager+0x9'],
    exit: ['ntoskrnl.exe!ExSweepHandleTable+0x1', 'ntoskrnl.exe!NtTerminateProcess+0x9'],
  },
  objects: [
    // 1: existed, owned by cmd.exe and System, closed by cmd.exe
    {
      type: 'File',
      name: '\\Device\\ConDrv',
      pointer: '0xFFFF810D03C59420',
      handles: [
        { owner: 'cmd.exe', value: 0x124, dcStart: 0, close: 2 * S },
        { owner: 'System', value: 0x80000124, dcStart: 0, dcEnd: 10 * S },
      ],
    },
    // 2: lives 1 s in EventLeak.exe
    {
      name: 'SignalEvent_0',
      otherNames: ['Alias'],
      pointer: '0xFFFF810008BE66F0',
      handles: [
        { owner: 'EventLeak.exe', value: 0xc0, open: 1 * S, close: 2 * S, openStack: 'make', closeStack: 'close' },
      ],
      refs: [{ ns: 1.5 * S, delta: 1, process: 'System' }],
    },
    // 3: leaks
    { name: 'SignalEvent_1', handles: [{ owner: 'EventLeak.exe', value: 0xc4, open: 1.5 * S, openStack: 'make' }] },
    // 4: leaks until exit, overlapped
    {
      name: 'SignalEvent_2',
      handles: [
        { owner: 'EventLeak.exe', value: 0xc8, open: 2 * S, close: 3 * S, openStack: 'make', closeStack: 'close' },
        {
          owner: 'EventLeak.exe',
          value: 0xcc,
          open: 2.5 * S,
          close: 8 * S,
          end: 'processExit',
          openStack: 'make',
          closeStack: 'exit',
        },
      ],
    },
    // 5: inherited by EventLeak.exe from cmd.exe, and duplicated into System
    {
      type: 'Key',
      handles: [
        { owner: 'cmd.exe', value: 0x40, open: 3 * S, close: 6 * S },
        {
          owner: 'EventLeak.exe',
          value: 0x40,
          start: 'inherited',
          open: 4 * S,
          close: 5 * S,
          source: { process: 'cmd.exe', value: 0x40 },
        },
        {
          owner: 'System',
          value: 0x80000040,
          start: 'duplicated',
          open: 4.5 * S,
          close: 5 * S,
          source: { process: 'cmd.exe', value: 0x40 },
        },
      ],
    },
    // 6: a mapping
    {
      map: {
        process: 'MsMpEng.exe',
        base: '0x1B544000000',
        size: 0x1000,
        file: 'C:\\db\\signal.mdb',
        map: 6 * S,
        unmap: 7 * S,
        mapStack: 'make',
      },
    },
    // 7: born before the trace, process unknown, seen only by its references
    { type: 'Token', refs: [{ ns: 7 * S, delta: 1 }] },
  ],
});

function ids(filter: Filter): number[] {
  return Array.from(selectObjects(trace, filter).objects, (object) => object + 1);
}

describe('selectObjects', () => {
  it.each<[string, Filter, number[]]>([
    ['nothing', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['empty texts', { process: '', type: '', handle: '' }, [1, 2, 3, 4, 5, 6, 7]],
    ['creating process', { process: 'EventLeak' }, [2, 3, 4]],
    ['creating process by pid', { process: '200' }, [1, 5]],
    ['owners of existing handles', { process: 'System' }, [1]],
    ['not a process: all owners count', { process: '!System' }, [2, 3, 4, 5, 6, 7]],
    ['any process, the unknown too', { process: '*' }, [1, 2, 3, 4, 5, 6, 7]],
    ['process of a mapping', { process: 'msmpeng' }, [6]],
    ['related process by event', { relatedProcess: 'System' }, [1, 2, 5]],
    ['related process by inheritance', { relatedProcess: 'EventLeak.exe(100)' }, [2, 3, 4, 5]],
    ['related process by source', { relatedProcess: 'cmd' }, [1, 5]],
    ['related process of a mapping', { relatedProcess: '300' }, [6]],
    ['not related', { relatedProcess: '!EventLeak' }, [1, 6, 7]],
    ['type', { type: 'event' }, [2, 3, 4]],
    ['types', { type: 'File;Key' }, [1, 5]],
    ['not a type', { type: '!Event;!Mapping' }, [1, 5, 7]],
    ['name', { objectName: '*signalevent_?' }, [2, 3, 4]],
    ['any of the names', { objectName: 'alias' }, [2]],
    ['none of the names', { objectName: '*signal*;!alias' }, [3, 4, 6]],
    ['no name', { objectName: '!?*' }, [5, 7]],
    ['file of a mapping', { objectName: '*.mdb' }, [6]],
    ['pointer', { object: '0xffff810008be66f0' }, [2]],
    ['pointer with wildcard', { object: '0xFFFF81*' }, [1, 2]],
    ['pointer of a mapping', { object: '0x1B544000000' }, [6]],
    ['handle', { handle: '0xC0;0xC4' }, [2, 3]],
    ['handle with wildcard', { handle: '0x8*' }, [1, 5]],
    ['not a handle: other handles stay', { handle: '!0x40' }, [1, 2, 3, 4, 5]],
    ['handle turns mappings off', { handle: '*', map: true }, []],
    ['create stack', { createStack: '*EventManager*' }, [2, 3, 4, 6]],
    ['create stack without wildcards', { createStack: 'NtCreateEvent' }, [2, 3, 4, 6]],
    ['create stack over frames', { createStack: '*NtCreate*CreateEventW*' }, [2, 3, 4, 6]],
    ['create stack over frames in the wrong order', { createStack: '*CreateEventW*NtCreate*' }, []],
    ['not a create stack', { createStack: '!*NtCreateEvent*' }, [1, 5, 7]],
    ['destroy stack', { destroyStack: '*NtTerminateProcess*' }, [4]],
    ['stack', { stack: '*NtClose*' }, [2, 4]],
    ['not a stack: other events stay', { stack: '!*NtCreateEvent*' }, [1, 2, 4, 5, 6, 7]],
    ['id', { id: { min: 2, max: 3 } }, [2, 3]],
    ['id from', { id: { min: 6, max: null } }, [6, 7]],
    ['id beyond', { id: { min: 60, max: 70 } }, []],
    ['lifetime', { lifetime: { min: 1, max: 1 } }, [2, 6]],
    ['unknown lifetimes', { lifetime: { min: 9999, max: null } }, [1, 3, 7]],
    ['lifetime up to', { lifetime: { min: null, max: 3 } }, [2, 5, 6]],
    ['time', { time: { min: 0, max: 1 } }, [1, 2]],
    ['time from', { time: { min: 6.5, max: null } }, [1, 4, 6, 7]],
    ['map size', { mapSize: { min: 1, max: 4096 } }, [6]],
    ['map size too small', { mapSize: { min: 4097, max: null } }, []],
    ['leak', { leak: true }, [3]],
    ['leak at exit', { leakAtExit: true }, [4]],
    ['switches that are off', { leak: false, leakAtExit: false, inherit: false }, [1, 2, 3, 4, 5, 6, 7]],
    ['number of the create stack', { createStackId: '0' }, [2, 3, 4, 6]],
    ['other create stacks', { createStackId: '1;7' }, []],
    ['no create stack', { createStackId: '(none)' }, [1, 5, 7]],
    ['not a create stack by number', { createStackId: '!0' }, [1, 5, 7]],
    ['unnamed', { objectName: '(none)' }, [5, 7]],
    ['unnamed or of a name', { objectName: '(none);alias' }, [2, 5, 7]],
    ['named', { objectName: '!(none)' }, [1, 2, 3, 4, 6]],
    ['creator unknown', { process: '(none)' }, [7]],
    ['end', { end: 'processExit' }, [4]],
    ['ends', { end: 'open;PROCESS*' }, [1, 3, 4]],
    ['not an end', { end: '!closed;!closedByOther' }, [3, 7]],
    ['without a handle', { end: '(none)' }, [7]],
    ['pair', { inheritedPair: 'cmd.exe(200) > EventLeak.exe(100)' }, [5]],
    ['pairs by wildcard', { inheritedPair: '*eventleak*' }, [5]],
    ['not a pair', { inheritedPair: '!cmd*' }, [1, 2, 3, 4, 6, 7]],
    ['pair that is none', { inheritedPair: 'System(4) > cmd.exe(200)' }, []],
    ['inherit', { inherit: true }, [5]],
    ['multi-process', { multiProcess: true }, [2, 5]],
    ['overlapped', { overlapped: true }, [4, 5]],
    ['mappings only', { map: true }, [6]],
    ['no mappings', { map: false }, [1, 2, 3, 4, 5, 7]],
    ['address in view', { ptrInMap: '0x1B544000FFF' }, [6]],
    ['address at its start', { ptrInMap: '1b544000000' }, [6]],
    ['address after its end', { ptrInMap: '0x1B544001000' }, []],
    ['address before', { ptrInMap: '0x1B543FFFFFF' }, []],
    ['no address', { ptrInMap: 'here' }, []],
    ['view base', { viewBase: '0x1B5*' }, [6]],
    [
      'all of them together',
      { process: 'EventLeak', type: 'Event', leak: true, handle: '0xC4', stack: 'NtCreateEvent' },
      [3],
    ],
  ])('keeps by %s', (_name, filter, expected) => {
    expect(ids(filter)).toEqual(expected);
  });

  it('counts both ends of a time range, exact to the nanosecond', () => {
    const exact = traceFixture({ objects: [{ handles: [{ value: 4, open: 3_364_629_000 }] }] });
    expect(selectObjects(exact, { time: { min: 3.364629, max: 3.364629 } }).objects).toHaveLength(1);
    expect(selectObjects(exact, { time: { min: 3.36463, max: null } }).objects).toHaveLength(0);
    // 4.000004 * 1e9 is 4000003999.9999995, 0.000123 * 1e9 is 123000.00000000001
    const odd = traceFixture({
      objects: [
        { handles: [{ value: 4, open: 4_000_004_000 }] },
        { handles: [{ value: 4, open: 123_000, close: 123_000 }] },
      ],
    });
    expect(selectObjects(odd, { time: { min: 1, max: 4.000004 } }).objects).toHaveLength(1);
    expect(selectObjects(odd, { time: { min: 0.000123, max: 1 } }).objects).toHaveLength(1);
  });

  it('finds the source of a duplicate that someone else made', () => {
    const dealt = traceFixture({
      processes: [
        { name: 'source.exe', pid: 1 },
        { name: 'target.exe', pid: 2 },
        { name: 'dealer.exe', pid: 3 },
      ],
      objects: [
        {
          handles: [
            {
              owner: 'target.exe',
              value: 4,
              start: 'duplicated',
              open: 1,
              openBy: 'dealer.exe',
              source: { process: 'source.exe', value: 8 },
            },
          ],
        },
      ],
    });
    for (const name of ['source', 'target', 'dealer']) {
      expect(selectObjects(dealt, { relatedProcess: name }).objects).toHaveLength(1);
    }
    expect(selectObjects(dealt, { process: 'dealer' }).objects).toHaveLength(1);
    expect(selectObjects(dealt, { process: 'source' }).objects).toHaveLength(0);
  });

  it('drops events outside the time, without the stack and of other handles', () => {
    const kept = (filter: Filter, object: number): number[] => {
      const { eventKept } = selectObjects(trace, filter);
      const { eventStart, eventList } = trace.objects;
      const list = Array.from(eventList.subarray(eventStart[object], eventStart[object + 1]));
      return list.filter((event) => eventKept?.(event) ?? true).map((event) => trace.events.ns[event] / S);
    };
    expect(kept({}, 3)).toEqual([2, 2.5, 3, 8]);
    expect(kept({ time: { min: 2.5, max: 3 } }, 3)).toEqual([2.5, 3]);
    expect(kept({ stack: '*exit*;*NtClose*' }, 3)).toEqual([3]);
    expect(kept({ handle: '0xcc' }, 3)).toEqual([2.5, 8]);
    expect(kept({ handle: '0xcc', time: { min: 3, max: null }, stack: 'ExSweep' }, 3)).toEqual([8]);
    expect(kept({ handle: '0xc0' }, 1)).toEqual([1, 2]);
    expect(selectObjects(trace, { leak: true }).eventKept).toBeNull();
  });

  it('names the handles that a handle filter keeps', () => {
    const { handleKept } = selectObjects(trace, { handle: '0xCC' });
    const first = trace.objects.handleStart[3];
    expect([handleKept?.(first), handleKept?.(first + 1)]).toEqual([false, true]);
    expect(selectObjects(trace, { stack: 'x' }).handleKept).toBeNull();
  });

  it('sees the close of no known handle by its own value', () => {
    const lone = traceFixture({ objects: [{ handles: [{ value: 0x80000010, open: 1, close: 2 }] }] });
    lone.events.handle.fill(-1);
    expect(selectObjects(lone, { handle: '0x80000010' }).objects).toHaveLength(1);
    expect(selectObjects(lone, { handle: '0x10' }).objects).toHaveLength(0);
  });

  it('takes an empty trace', () => {
    expect(selectObjects(traceFixture({}), { process: 'a', time: { min: 0, max: 1 } }).objects).toHaveLength(0);
  });
});

describe('filters that drop events', () => {
  it('keep exactly the objects of which an event stays, few or many', () => {
    const filters = fc.record({
      time: fc.option(fc.record({ min: fc.nat(1000).map((ns) => ns / S), max: fc.nat(1000).map((ns) => ns / S) }), {
        nil: undefined,
      }),
      stack: fc.constantFrom(undefined, 'app.exe', '!*ntoskrnl*'),
      handle: fc.constantFrom(undefined, '0x4', '0x8*', '!0xC0'),
    });
    const others = fc.constantFrom<Filter>({}, { type: 'Key' }, { id: { min: 1, max: 2 } }, { leak: true });
    fc.assert(
      fc.property(arbitraryTrace(), filters, others, (literal, dropping, other) => {
        const random = traceFixture(literal);
        const { objects: selected, eventKept } = selectObjects(random, { ...other, ...dropping });
        const { eventStart, eventList } = random.objects;
        const { ns, stack, handle } = random.events;
        const stays = (event: number): boolean => {
          const seconds = ns[event] / S;
          if (dropping.time !== undefined && (seconds < dropping.time.min || seconds > dropping.time.max)) return false;
          if (dropping.stack === 'app.exe' && stack[event] !== 0) return false;
          if (dropping.stack === '!*ntoskrnl*' && stack[event] === 1) return false;
          const value = handle[event] < 0 ? null : random.handles.value[handle[event]];
          if (dropping.handle === '0x4') return value === 4;
          if (dropping.handle === '0x8*') return value === 8 || value === 0x80000004;
          return dropping.handle === undefined || (value !== null && value !== 0xc0);
        };
        const dropsNothing = Object.values(dropping).every((value) => value === undefined);
        const expected = Array.from(selectObjects(random, other).objects).filter((object) => {
          const list = Array.from(eventList.subarray(eventStart[object], eventStart[object + 1]));
          for (const event of list) expect(eventKept?.(event) ?? true).toBe(stays(event));
          return dropsNothing || list.some(stays);
        });
        expect(Array.from(selected)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('SelectionCache', () => {
  it('gives equal filters the same selection, and forgets the oldest', () => {
    const cache = new SelectionCache(trace, 2);
    const leaks = cache.get({ leak: true });
    expect(cache.get({ type: '', leak: true, multiProcess: false })).toBe(leaks);
    cache.get({ type: 'File' });
    expect(cache.get({ leak: true })).toBe(leaks);
    cache.get({ type: 'Key' });
    expect(cache.get({ leak: true })).toBe(leaks);
    cache.get({ type: 'Event' });
    cache.get({ type: 'Key' });
    expect(cache.get({ leak: true })).not.toBe(leaks);
  });

  it('tells "no mappings" from "any"', () => {
    expect(filterKey({ map: false })).not.toBe(filterKey({}));
    expect(filterKey({ leak: false, id: { min: null, max: null } })).toBe(filterKey({}));
    expect(filterKey({ type: 'a', process: 'b' })).toBe(filterKey({ process: 'b', type: 'a' }));
  });
});
