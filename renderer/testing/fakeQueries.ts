import type { Filter } from '../../shared/filter.ts';
import {
  BAR_BORN_BEFORE,
  BAR_INHERITED,
  BAR_LEAK,
  BAR_LEAK_AT_EXIT,
  BAR_MAPPING,
  BAR_OPEN_END,
  type LaneRequest,
  type LaneResponse,
  type LaneRow,
} from '../../shared/lanes.ts';
import { EVENT_KINDS, type EventRow, type ObjectDetails, type ObjectRow } from '../../shared/records.ts';
import type { FacetEntry, Facets, Location, Overview, TablePage, TableRequest } from '../../shared/service.ts';
import { compileTextFilter } from '../../shared/textFilter.ts';
import type { FakeObject, FakeTrace } from './fakeTrace.ts';

/** The queries of the contract over a generated trace: simple and slow, but with the worker's meaning. */

export function applyFilter(trace: FakeTrace, filter: Filter): FakeObject[] {
  const text = (pattern: string | undefined, of: (object: FakeObject) => string) => {
    if (pattern === undefined) return () => true;
    const test = compileTextFilter(pattern);
    return (object: FakeObject) => test(of(object));
  };
  const inRange = (range: Filter['id'], value: number) =>
    range === undefined || ((range.min === null || value >= range.min) && (range.max === null || value <= range.max));
  const tests = [
    text(filter.process, (o) => o.process),
    text(filter.type, (o) => o.row.type),
    text(filter.objectName, (o) => o.row.name ?? ''),
    text(filter.relatedProcess, (o) => o.inheritedBy ?? o.process),
    text(filter.createStack === undefined ? undefined : `*${filter.createStack}*`, (o) => o.row.createFrame ?? ''),
    (o: FakeObject) => !filter.leak || o.row.leak,
    (o: FakeObject) => !filter.leakAtExit || o.row.leakAtExit,
    (o: FakeObject) => !filter.inherit || o.row.inherited,
    (o: FakeObject) => inRange(filter.id, o.row.id),
    (o: FakeObject) => inRange(filter.lifetime, o.row.lifetimeNs === null ? 9999 : o.row.lifetimeNs / 1e9),
  ];
  return trace.objects.filter((object) => tests.every((test) => test(object)));
}

export function fakeTable(trace: FakeTrace, request: TableRequest): TablePage {
  const rows = sorted(applyFilter(trace, request.filter), request.sort);
  return {
    rows: rows.slice(request.firstRow, request.firstRow + request.rowCount).map((object) => object.row),
    firstRow: request.firstRow,
    matched: rows.length,
    total: trace.objects.length,
  };
}

function sorted(objects: FakeObject[], sort: TableRequest['sort']): FakeObject[] {
  const compare = (a: ObjectRow[keyof ObjectRow], b: ObjectRow[keyof ObjectRow]) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b ? -1 : 1;
  };
  return [...objects].sort((a, b) => {
    for (const { column, descending } of sort) {
      const order = compare(a.row[column], b.row[column]);
      if (order !== 0) return descending ? -order : order;
    }
    return a.row.id - b.row.id;
  });
}

export function fakeFacets(trace: FakeTrace, filter: Filter): Facets {
  const without = (field: keyof Filter) => applyFilter(trace, { ...filter, [field]: undefined });
  const entries = (objects: FakeObject[], value: (object: FakeObject) => string | null): FacetEntry[] => {
    const byValue = new Map<string, FacetEntry>();
    for (const object of objects) {
      const key = value(object);
      if (key === null) continue;
      const entry = byValue.get(key) ?? { value: key, label: key, objects: 0, leaks: 0 };
      entry.objects++;
      if (object.row.leak) entry.leaks++;
      byValue.set(key, entry);
    }
    return [...byValue.values()].sort((a, b) => b.objects - a.objects);
  };
  return {
    processes: entries(without('process'), (o) => o.process),
    types: entries(without('type'), (o) => o.row.type),
    inheritedBy: entries(without('relatedProcess'), (o) => o.inheritedBy),
    leak: without('leak').filter((o) => o.row.leak).length,
    leakAtExit: without('leakAtExit').filter((o) => o.row.leakAtExit).length,
    inherit: without('inherit').filter((o) => o.row.inherited).length,
    matched: applyFilter(trace, filter).length,
    total: trace.objects.length,
  };
}

export function fakeOverview(trace: FakeTrace, filter: Filter, samples: number): Overview {
  const { endNs } = trace.summary;
  const objects = applyFilter(trace, filter);
  const byType = groupBy(objects, (object) => object.row.type);
  const ranked = [...byType].sort((a, b) => b[1].length - a[1].length);
  const series = ranked.slice(0, 8).map(([label, list]) => ({ label, values: outstanding(list, 0, endNs, samples) }));
  const rest = ranked.slice(8).flatMap(([, list]) => list);
  if (rest.length > 0) series.push({ label: 'other', values: outstanding(rest, 0, endNs, samples) });
  let peak = 0;
  for (let i = 0; i < samples; i++)
    peak = Math.max(
      peak,
      series.reduce((sum, one) => sum + one.values[i], 0),
    );
  return { series, peak, endNs };
}

/** Objects alive at each of the samples. */
function outstanding(objects: readonly FakeObject[], fromNs: number, toNs: number, samples: number): Float32Array {
  const change = new Float32Array(samples + 1);
  const at = (ns: number) => Math.min(samples, Math.max(0, Math.ceil(((ns - fromNs) / (toNs - fromNs)) * samples)));
  for (const object of objects) {
    change[at(object.fromNs)] += 1;
    if (object.row.deathNs !== null) change[at(object.toNs)] -= 1;
  }
  const values = new Float32Array(samples);
  let sum = 0;
  for (let i = 0; i < samples; i++) values[i] = sum += change[i];
  return values;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

interface FlatRow extends LaneRow {
  objectsOfLane: FakeObject[];
  all: FakeObject[];
}

function flatRows(trace: FakeTrace, filter: Filter, openGroups: readonly string[]): FlatRow[] {
  const open = new Set(openGroups);
  const rows: FlatRow[] = [];
  const group = (depth: number, key: string, label: string, all: FakeObject[]): FlatRow => ({
    kind: 'group',
    depth,
    key,
    label,
    open: open.has(key),
    objects: all.length,
    leaks: all.filter((o) => o.row.leak).length,
    leaksAtExit: all.filter((o) => o.row.leakAtExit).length,
    openHandles: all.reduce((sum, o) => sum + o.row.openHandles, 0),
    objectsOfLane: [],
    all,
  });
  const processes = [...groupBy(applyFilter(trace, filter), (o) => o.process)].sort(
    (a, b) => b[1].length - a[1].length,
  );
  for (const [process, ofProcess] of processes) {
    const processRow = group(0, `p:${process}`, process, ofProcess);
    rows.push(processRow);
    if (!processRow.open) continue;
    for (const [type, ofType] of [...groupBy(ofProcess, (o) => o.row.type)].sort((a, b) => b[1].length - a[1].length)) {
      const typeRow = group(1, `${processRow.key}/t:${type}`, type, ofType);
      rows.push(typeRow);
      if (!typeRow.open) continue;
      for (const lane of lanesOf(ofType)) {
        rows.push({
          ...group(2, typeRow.key, '', []),
          kind: 'lane',
          open: false,
          objects: lane.length,
          objectsOfLane: lane,
        });
      }
    }
  }
  return rows;
}

/** Greedy: every object goes into the first lane that is free at its birth. */
function lanesOf(objects: readonly FakeObject[]): FakeObject[][] {
  const lanes: FakeObject[][] = [];
  for (const object of [...objects].sort((a, b) => a.fromNs - b.fromNs)) {
    const lane = lanes.find((one) => one.at(-1)!.toNs <= object.fromNs);
    if (lane === undefined) lanes.push([object]);
    else lane.push(object);
  }
  return lanes;
}

export function fakeLanes(trace: FakeTrace, request: LaneRequest): LaneResponse {
  const { fromNs, toNs, width, firstRow, rowCount } = request;
  const all = flatRows(trace, request.filter, request.openGroups);
  const rows = all.slice(firstRow, firstRow + rowCount);
  const types = [...new Set(trace.objects.map((o) => o.row.type))];
  const bars = {
    row: [] as number[],
    x0: [] as number[],
    x1: [] as number[],
    flags: [] as number[],
    id: [] as number[],
    type: [] as number[],
  };
  const ticks = { row: [] as number[], x: [] as number[], kind: [] as number[] };
  const x = (ns: number) => ((ns - fromNs) / (toNs - fromNs)) * width;
  const areas: LaneResponse['areas'] = [];
  rows.forEach((row, index) => {
    const number = firstRow + index;
    if (row.kind === 'group') {
      const samples = outstanding(row.all, fromNs, toNs, Math.max(1, Math.ceil(width / 2)));
      areas.push({ row: number, peak: samples.reduce((max, value) => Math.max(max, value), 0), samples });
      return;
    }
    for (const object of row.objectsOfLane) {
      const x0 = x(object.fromNs);
      const x1 = x(object.toNs);
      if (x1 < 0 || x0 > width) continue;
      const last = bars.x1.length - 1;
      if (x1 - x0 < 1 && last >= 0 && bars.row[last] === number && x1 - bars.x0[last] < 1) {
        bars.id[last] = 0;
        continue;
      }
      const { row: o } = object;
      bars.row.push(number);
      bars.x0.push(x0);
      bars.x1.push(x1);
      bars.id.push(o.id);
      bars.type.push(types.indexOf(o.type));
      bars.flags.push(
        (o.leak ? BAR_LEAK : 0) |
          (o.leakAtExit ? BAR_LEAK_AT_EXIT : 0) |
          (o.bornBeforeTrace ? BAR_BORN_BEFORE : 0) |
          (o.deathNs === null ? BAR_OPEN_END : 0) |
          (o.kind === 'mapping' ? BAR_MAPPING : 0) |
          (o.inherited ? BAR_INHERITED : 0),
      );
      for (const event of eventsOf(object)) {
        const at = x(event.ns);
        if (at < 0 || at > width || x1 - x0 < 6) continue;
        ticks.row.push(number);
        ticks.x.push(at);
        ticks.kind.push(EVENT_KINDS.indexOf(event.kind));
      }
    }
  });
  return {
    totalRows: all.length,
    firstRow,
    rows: rows.map((row) => ({
      kind: row.kind,
      depth: row.depth,
      key: row.key,
      label: row.label,
      open: row.open,
      objects: row.objects,
      leaks: row.leaks,
      leaksAtExit: row.leaksAtExit,
      openHandles: row.openHandles,
    })),
    bars: {
      row: Int32Array.from(bars.row),
      x0: Float32Array.from(bars.x0),
      x1: Float32Array.from(bars.x1),
      flags: Uint8Array.from(bars.flags),
      id: Int32Array.from(bars.id),
      type: Int32Array.from(bars.type),
    },
    ticks: { row: Int32Array.from(ticks.row), x: Float32Array.from(ticks.x), kind: Uint8Array.from(ticks.kind) },
    types,
    areas,
    matched: applyFilter(trace, request.filter).length,
    total: trace.objects.length,
  };
}

function eventsOf(object: FakeObject): EventRow[] {
  const { row, process } = object;
  const tid = 1000 + (row.id % 40) * 4;
  const base = { process, tid, handle: '0xC4', delta: null, refCount: null, note: null };
  const events: EventRow[] = [];
  if (row.birthNs !== null)
    events.push({ ...base, ns: row.birthNs, kind: 'HandleCreate', handle: '0xC0', stack: 2734 });
  const middle = object.fromNs + (object.toNs - object.fromNs) * 0.3;
  if (row.handles > 1) events.push({ ...base, ns: Math.round(middle), kind: 'HandleDuplicate', stack: 2734 });
  for (let i = 0; i < row.refChanges; i++) {
    const delta = i % 2 === 0 ? 1 : -1;
    events.push({
      ...base,
      ns: Math.round(middle + i * 10),
      kind: 'RefChange',
      handle: null,
      delta,
      refCount: 2 + (i % 2 === 0 ? 1 : 0),
      stack: null,
    });
  }
  if (row.deathNs !== null)
    events.push({ ...base, ns: row.deathNs, kind: 'HandleClose', handle: '0xC0', stack: row.leakAtExit ? 961 : 2736 });
  return events.sort((a, b) => a.ns - b.ns);
}

const CREATE_FRAMES = [
  'ntoskrnl.exe!ObpCreateHandle+0x8a1',
  'ntoskrnl.exe!ObInsertObjectEx+0x1c5',
  'ntoskrnl.exe!NtCreateEvent+0x141',
  'ntoskrnl.exe!KiSystemServiceCopyEnd+0x25',
  'ntdll.dll!NtCreateEvent+0x14',
  'KernelBase.dll!CreateEventW+0x5c',
  'EventLeak.exe!EventManager::CreateEventW+0x2b',
  'EventLeak.exe!EventManager::GetOrCreateEvent+0x77',
  'EventLeak.exe!EventConsumer::GetAndSignal+0x31',
  'EventLeak.exe+0x1a2c4',
  'ucrtbased.dll!thread_start<unsigned int (__cdecl*)(void *),1>+0x9c',
  'kernel32.dll!BaseThreadInitThunk+0x1d',
  'ntdll.dll!RtlUserThreadStart+0x28',
];
const EXIT_FRAMES = [
  'ntoskrnl.exe!ObCloseHandleTableEntry+0x241',
  'ntoskrnl.exe!ExSweepHandleTable+0xd4',
  'ntoskrnl.exe!ObKillProcess+0x35',
  'ntoskrnl.exe!PspRundownSingleProcess+0x204',
  'ntoskrnl.exe!PspExitThread+0x5e6',
  'ntoskrnl.exe!NtTerminateProcess+0xec',
];
const CLOSE_FRAMES = [
  'ntoskrnl.exe!NtClose+0x27',
  'ntdll.dll!NtClose+0x14',
  'KernelBase.dll!CloseHandle+0x45',
  'EventLeak.exe!EventManager::Close+0x12',
];

export function fakeDetails(trace: FakeTrace, id: number, eventLimit: number): ObjectDetails | null {
  const object = trace.objects[id - 1];
  if (object === undefined) return null;
  const { row } = object;
  const events = eventsOf(object);
  return {
    row,
    otherNames: [],
    maxRefCount: row.refChanges > 0 ? 3 : 0,
    multiProcess: row.inherited,
    overlapped: row.handles > 1,
    inheritedBy: object.inheritedBy === null ? [] : [object.inheritedBy],
    map:
      row.kind === 'mapping'
        ? { base: row.pointer, end: `${row.pointer.slice(0, -4)}FFFF`, size: '131072', offset: '0', file: row.name }
        : null,
    handles: Array.from({ length: row.handles }, (_, index) => ({
      owner: object.process,
      handle: index === 0 ? '0xC0' : '0xC4',
      start: row.bornBeforeTrace ? ('existing' as const) : index === 0 ? ('created' as const) : ('duplicated' as const),
      end: row.deathNs === null ? ('open' as const) : row.leakAtExit ? ('processExit' as const) : ('closed' as const),
      openNs: row.birthNs,
      closeNs: row.deathNs,
      source: index === 0 ? null : `${object.process} 0xC0`,
      closedBy: null,
    })),
    events: events.slice(0, eventLimit),
    eventCount: events.length,
    stacks: { 2734: { frames: CREATE_FRAMES }, 961: { frames: EXIT_FRAMES }, 2736: { frames: CLOSE_FRAMES } },
    createStack: row.birthNs === null ? null : 2734,
    destroyStack: row.deathNs === null ? null : row.leakAtExit ? 961 : 2736,
    sameStack: row.birthNs === null ? 0 : 99,
  };
}

export function fakeLocate(
  trace: FakeTrace,
  request: { id: number; filter: Filter; sort: TableRequest['sort']; openGroups: readonly string[] },
): Location {
  const objects = sorted(applyFilter(trace, request.filter), request.sort);
  const tableRow = objects.findIndex((object) => object.row.id === request.id);
  const object = objects[tableRow];
  if (object === undefined) return { tableRow: -1, laneRow: -1, groups: [] };
  const laneRow = flatRows(trace, request.filter, request.openGroups).findIndex((row) =>
    row.objectsOfLane.includes(object),
  );
  const process = `p:${object.process}`;
  return { tableRow, laneRow, groups: [process, `${process}/t:${object.row.type}`] };
}
