/** The requests of the window of 1920 × 1080, made as the renderer makes them, and the filters that someone sets in it. */
import type { Filter } from '../shared/filter.ts';
import type { LaneGrouping, LaneRequest } from '../shared/lanes.ts';
import type { RowsRequest, TableSort } from '../shared/tables.ts';
import { laneRequest } from '../renderer/lanes/laneRequest.ts';

/** px of the plot beside the gutter, and of the lanes' height above the table */
const PLOT_WIDTH = 1920;
const PLOT_HEIGHT = 600;
/** As renderer/table/rowPages.ts. */
export const PAGE_ROWS = 200;
/** As renderer/overview/Overview.tsx: a sample for every two pixels. */
export const OVERVIEW_SAMPLES = PLOT_WIDTH / 2;

export interface View {
  endNs: number;
  fromNs?: number;
  toNs?: number;
  scrollTop?: number;
  openGroups?: readonly string[];
  grouping?: readonly LaneGrouping[];
  packing?: 'packed' | 'single';
  find?: string;
}

export function lanesOf(filter: Filter, view: View): LaneRequest {
  return laneRequest({
    filter,
    grouping: view.grouping ?? ['process', 'type'],
    packing: view.packing ?? 'packed',
    pinned: [],
    openGroups: new Set(view.openGroups ?? []),
    colorBy: 'type',
    linksOf: 0,
    find: view.find ?? '',
    namesVersion: 0,
    fromNs: view.fromNs ?? 0,
    toNs: view.toNs ?? view.endNs,
    endNs: view.endNs,
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    scrollTop: view.scrollTop ?? 0,
  });
}

export function objectsPage(filter: Filter, sort: TableSort = [], page = 0, find = ''): RowsRequest {
  return {
    table: 'objects',
    filter,
    sort,
    firstRow: page * PAGE_ROWS,
    rowCount: PAGE_ROWS,
    ...(find !== '' && { find }),
  };
}

/** Beginnings of a word, as someone types it. */
function typed(word: string, wrap: (part: string) => string = (part) => part): string[] {
  return Array.from(word, (_, length) => wrap(word.slice(0, length + 1)));
}

const inside = (part: string): string => `*${part}*`;

/** What the trace has, for filters that keep something of it. */
export interface Known {
  /** values of the facets, most objects first */
  processes: string[];
  types: string[];
  stacks: string[];
  names: string[];
  endSeconds: number;
}

/** Filters by kind, each list in the order in which they are set. Every one is asked once, so that no answer is known before. */
export function filterChanges(known: Known): Record<string, Filter[]> {
  const { processes, types, stacks, names, endSeconds } = known;
  const each = <T>(values: readonly T[], filter: (value: T) => Filter): Filter[] => values.map(filter);
  const numbers = Array.from({ length: 10 }, (_, number) => number);
  return {
    process: each(processes.slice(0, 8), (process) => ({ process })),
    'related process': each(processes.slice(0, 8), (relatedProcess) => ({ relatedProcess })),
    type: each(types.slice(0, 8), (type) => ({ type })),
    'not a type': each(types.slice(0, 8), (type) => ({ type: `!${type}` })),
    'object name, clicked': each(names.slice(0, 8), (objectName) => ({ objectName })),
    'object name, typed': [
      ...each(typed('contoso_s', inside), (objectName) => ({ objectName })),
      ...each(typed('item77', inside), (objectName) => ({ objectName })),
    ],
    'object name, ? wildcard': each(
      [
        '*_1?9*',
        '*signal?_*',
        '*user?\\*',
        '*item??5.tmp',
        '*{?????a*',
        '?Sessions*',
        '*\\*temp*?1?.tmp',
        '*4?-8000-*',
      ],
      (objectName) => ({ objectName }),
    ),
    'object name, several': each(
      ['*signal1*;*item7*', '*clsid*;!*{a*', '!*temp*', '*named*;*users*;!*_9*', '!*signal1?_*', '*0*;*1*;*2*;*3*'],
      (objectName) => ({ objectName }),
    ),
    'create stack, typed': each(typed('part2'), (createStack) => ({ createStack })),
    'create stack, wildcard': each(
      ['*part3?.dll+0x?1*', '*driver1*.sys+0x6*', '!*combase*', 'ntoskrnl*', '*part3*\n*ntdll*', '*part25*;*part26*'],
      (createStack) => ({ createStack }),
    ),
    'destroy stack': each(['part30', 'rpcrt4', '!driver7', '*part3?.dll*'], (destroyStack) => ({ destroyStack })),
    'any stack, typed': each(typed('part4'), (stack) => ({ stack })),
    'create stack, clicked': each(stacks.slice(0, 8), (createStackId) => ({ createStackId })),
    'handle value': each(['0x124', '0x*4', '0x1??', '0x8*'], (handle) => ({ handle })),
    pointer: each(['*1040', '0xFFFFA00010*', '*A0?01*'], (object) => ({ object })),
    time: each(numbers, (number) => ({
      time: { min: (endSeconds * number) / 15, max: (endSeconds * (number + 1 + (number % 5))) / 15 },
    })),
    'time, most of it': each(numbers, (number) => ({ time: { min: number / 10, max: endSeconds - number / 7 } })),
    lifetime: each(numbers, (number) => ({
      lifetime: { min: 10 ** (-5 + number / 2), max: number % 2 === 0 ? null : 10 ** (-4 + number / 2) },
    })),
    switches: [
      { leak: true },
      { leakAtExit: true },
      { inherit: true },
      { multiProcess: true },
      { overlapped: true },
      { map: true },
      { map: false },
      { leak: true, map: false },
    ],
    'how it ended': each(['open', 'closed', 'processExit', '!closed', 'open;processExit'], (end) => ({ end })),
    'several fields': each(numbers, (number) => ({
      process: processes[number % 5],
      type: `${types[number % 4]};${types[(number + 1) % 7]}`,
      ...(number % 2 === 0 && { objectName: `*${number}*` }),
      ...(number % 3 === 0 && { lifetime: { min: 0.001 * (number + 1), max: null } }),
      ...(number % 4 === 0 && { time: { min: number, max: endSeconds / 2 } }),
      ...(number % 5 === 0 && { createStack: `part${25 + number}` }),
    })),
    'one field more': [
      { type: types[0], lifetime: { min: 0.02, max: null } },
      { type: types[0], lifetime: { min: 0.02, max: null }, process: processes[1] },
      { type: types[0], lifetime: { min: 0.02, max: null }, process: processes[1], map: false },
      { type: types[0], process: processes[1], map: false },
      { process: processes[1], map: false },
      { map: false, lifetime: { min: null, max: 0.7 } },
      { lifetime: { min: null, max: 0.7 } },
      {},
    ],
  };
}
