/**
 * What a selection has of each kind, and who holds the handles that nothing has closed when the trace ends: the numbers of
 * `leaklanes totals` and of the last line of a dump.
 */
import { formatBytes } from '../../shared/format.ts';
import {
  END_OPEN,
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DUPLICATE,
  KIND_MAP,
  KIND_REF_CHANGE,
  KIND_UNMAP,
  START_EXISTING,
  type EventIndex,
  type HandleIndex,
  type StackIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { objectColumn } from './objectColumns.ts';
import type { Selection } from './select.ts';
import { isMapping, textsOf, UNKNOWN_PROCESS } from './texts.ts';

/** Counts of a selection, by the events that stay; mappings at the end of the trace, whatever events stay. */
export interface Totals {
  objectsCreated: number;
  objectsDestroyed: number;
  handlesCreated: number;
  handlesClosed: number;
  handlesDuplicated: number;
  refChanges: number;
  maps: number;
  unmaps: number;
  /** views that nothing has unmapped when the trace ends, those of before the trace included */
  openMaps: number;
  openMapBytes: number;
}

const KINDS = 8;

/**
 * An object counts as created when what created it (CreateObject, or the first handle) stays, and as destroyed likewise: without object
 * events in the trace, too.
 */
export function countTotals(selection: Selection): Totals {
  const { trace, eventKept } = selection;
  const { eventStart, eventList, createEvent, destroyEvent } = trace.objects;
  const { kind } = trace.events;
  const byKind = new Array<number>(KINDS).fill(0);
  let objectsCreated = 0;
  let objectsDestroyed = 0;
  const stays = (event: EventIndex): boolean => event >= 0 && (eventKept === null || eventKept(event));
  for (const object of selection.objects) {
    if (!isMapping(trace, object)) {
      if (stays(createEvent[object])) objectsCreated++;
      if (stays(destroyEvent[object])) objectsDestroyed++;
    }
    for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
      const event = eventList[i];
      if (kind[event] < KINDS && stays(event)) byKind[kind[event]]++;
    }
  }
  const openMaps = countOpenMaps(selection);
  return {
    objectsCreated,
    objectsDestroyed,
    handlesCreated: byKind[KIND_HANDLE_CREATE],
    handlesClosed: byKind[KIND_HANDLE_CLOSE],
    handlesDuplicated: byKind[KIND_HANDLE_DUPLICATE],
    refChanges: byKind[KIND_REF_CHANGE],
    maps: byKind[KIND_MAP],
    unmaps: byKind[KIND_UNMAP],
    openMaps: openMaps.count,
    openMapBytes: openMaps.bytes,
  };
}

/** Views of a selection that nothing has unmapped when the trace ends. */
export function countOpenMaps({ trace, objects }: Selection): { count: number; bytes: number } {
  const { mapping, deathNs } = trace.objects;
  let count = 0;
  let bytes = 0;
  for (const object of objects) {
    if (mapping[object] < 0 || !Number.isNaN(deathNs[object])) continue;
    count++;
    bytes += mappingBytes(trace, mapping[object]);
  }
  return { count, bytes };
}

/** Size of a view; exact up to 2^53 bytes. */
export function mappingBytes(trace: Trace, row: number): number {
  return trace.mappings.sizeHigh[row] * 0x100000000 + trace.mappings.sizeLow[row];
}

/** Totals of several files. */
export function addTotals(all: readonly Totals[]): Totals {
  const sum: Totals = {
    objectsCreated: 0,
    objectsDestroyed: 0,
    handlesCreated: 0,
    handlesClosed: 0,
    handlesDuplicated: 0,
    refChanges: 0,
    maps: 0,
    unmaps: 0,
    openMaps: 0,
    openMapBytes: 0,
  };
  for (const totals of all) {
    for (const name of Object.keys(sum) as (keyof Totals)[]) sum[name] += totals[name];
  }
  return sum;
}

/** The last line of a dump, as ETWAnalyzer has it; the views that nothing unmapped are ours, and only named where there are some. */
export function totalsLine(totals: Totals, title = 'Totals: '): string {
  const { objectsCreated, objectsDestroyed, handlesCreated, handlesClosed, handlesDuplicated, openMaps } = totals;
  const open = openMaps === 0 ? '' : `, Not unmapped: ${openMaps} (${formatBytes(totals.openMapBytes)})`;
  return (
    `${title}Objects Created/Destroyed: ${objectsCreated}/${objectsDestroyed} Diff: ${objectsCreated - objectsDestroyed},` +
    `  Handles Created/Closed/Duplicated: ${handlesCreated}/${handlesClosed}/${handlesDuplicated}` +
    ` Diff: ${handlesCreated + handlesDuplicated - handlesClosed},` +
    `  RefChanges: ${totals.refChanges}, FileMap/Unmap: ${totals.maps}/${totals.unmaps}${open}`
  );
}

/** What open handles are counted by. */
export const TOTALS_BY = ['process', 'type', 'stack', 'name'] as const;
export type TotalsBy = (typeof TOTALS_BY)[number];

export interface TotalsRow {
  /** "ZSATunnel.exe(10232)", "Thread", an object's name, or the first own frame of a create stack */
  label: string;
  /** handles that are not closed when the trace ends, existing ones included */
  open: number;
  /** those of them that were opened in the trace */
  leaked: number;
  /** by process: its index; by stack: the create stack; else -1 */
  index: number;
}

export interface OpenHandles {
  by: TotalsBy;
  /** rising by `open`, the largest last; ties by label, the last of them first */
  rows: TotalsRow[];
  open: number;
  leaked: number;
  /** processes that hold such handles */
  processes: number;
}

/** Open handles of the selected objects; where handles are filtered by value, only those. */
export function countOpenHandles(selection: Selection, by: TotalsBy): OpenHandles {
  const { trace, handleKept } = selection;
  const { handleStart } = trace.objects;
  const { end, start, owner } = trace.handles;
  const keyOf = keys(trace, by);
  const rows = new Map<number | string, TotalsRow>();
  const processes = new Set<number>();
  let open = 0;
  let leaked = 0;
  for (const object of selection.objects) {
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (end[handle] !== END_OPEN || (handleKept !== null && !handleKept(handle))) continue;
      const key = keyOf(handle);
      let row = rows.get(key);
      if (row === undefined) rows.set(key, (row = newRow(trace, by, key)));
      const isLeaked = start[handle] !== START_EXISTING ? 1 : 0;
      row.open++;
      row.leaked += isLeaked;
      open++;
      leaked += isLeaked;
      if (owner[handle] >= 0) processes.add(owner[handle]);
    }
  }
  return { by, rows: [...rows.values()].sort(byOpen), open, leaked, processes: processes.size };
}

/** The `count` largest rows after the `skip` largest, in the order of the rows: largest last. */
export function topRows(rows: readonly TotalsRow[], top: { count: number; skip: number } | undefined): TotalsRow[] {
  if (top === undefined) return [...rows];
  const end = Math.max(0, rows.length - top.skip);
  return rows.slice(Math.max(0, end - top.count), end);
}

function byOpen(a: TotalsRow, b: TotalsRow): number {
  if (a.open !== b.open) return a.open - b.open;
  return a.label === b.label ? b.index - a.index : a.label < b.label ? 1 : -1;
}

/** What a handle counts under: an index, or for names their text, as two strings of a trace can be equal. */
function keys(trace: Trace, by: TotalsBy): (handle: HandleIndex) => number | string {
  const { owner, object } = trace.handles;
  if (by === 'process') return (handle) => owner[handle];
  if (by === 'type') return (handle) => trace.objects.type[object[handle]];
  if (by === 'name') return (handle) => textsOf(trace).name(object[handle]) ?? '';
  const stacks = objectColumn(trace, 'createStack');
  return (handle) => stacks[object[handle]];
}

function newRow(trace: Trace, by: TotalsBy, key: number | string): TotalsRow {
  const index = typeof key === 'number' && by !== 'type' ? key : -1;
  return { label: labelOf(trace, by, key), open: 0, leaked: 0, index };
}

function labelOf(trace: Trace, by: TotalsBy, key: number | string): string {
  if (typeof key === 'string') return key === '' ? '(no name)' : key;
  if (by === 'process') return textsOf(trace).process(key) ?? UNKNOWN_PROCESS;
  if (by === 'type') return trace.typeNames[key] ?? '(no type)';
  return stackLabel(trace, key);
}

/** The frame that a stack goes by: the first that is not of the system. */
export function stackLabel(trace: Trace, stack: StackIndex): string {
  return textsOf(trace).frameOfStack(stack) ?? '(no stack)';
}
