/** objects: one row an object or mapping instance, as `leaklanes dump` has it. */
import {
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  type EventIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { objectColumn } from '../query/objectColumns.ts';
import type { Selection } from '../query/select.ts';
import { isMapping, textsOf } from '../query/texts.ts';
import {
  inBatches,
  traceIdColumn,
  type BooleanColumn,
  type Column,
  type ExportTable,
  type NumberColumn,
  type Row,
} from './columns.ts';

const KINDS = ['object', 'mapping'];

export function objectsTable({ trace, objects: kept }: Selection, traceId: string): ExportTable {
  const { objects, mappings, processes } = trace;
  const texts = textsOf(trace);
  const openHandles = objectColumn(trace, 'openHandles');
  const mapping = (row: Row): number => objects.mapping[row];
  const columns: Column[] = [
    traceIdColumn(traceId),
    { name: 'object_id', type: 'uint32', nullable: false, value: (row) => row + 1 },
    { name: 'kind', type: 'word', nullable: false, words: KINDS, value: (row) => (isMapping(trace, row) ? 1 : 0) },
    {
      name: 'pointer',
      type: 'uint64',
      nullable: false,
      high: (row) => (mapping(row) < 0 ? objects.pointerHigh[row] : mappings.baseHigh[mapping(row)]),
      low: (row) => (mapping(row) < 0 ? objects.pointerLow[row] : mappings.baseLow[mapping(row)]),
    },
    { name: 'type', type: 'word', nullable: true, words: trace.typeNames, value: (row) => objects.type[row] },
    { name: 'name', type: 'text', nullable: true, value: (row) => texts.name(row) },
    { name: 'other_names', type: 'text', nullable: true, value: (row) => joined(texts.otherNames(row)) },
    { name: 'birth_ns', type: 'int64', nullable: true, value: (row) => objects.birthNs[row] },
    { name: 'death_ns', type: 'int64', nullable: true, value: (row) => objects.deathNs[row] },
    { name: 'lifetime_ns', type: 'int64', nullable: true, value: (row) => objects.deathNs[row] - objects.birthNs[row] },
    flag(trace, 'born_before_trace', OBJECT_BORN_BEFORE),
    flag(trace, 'leak', OBJECT_LEAK),
    flag(trace, 'leak_at_exit', OBJECT_LEAK_AT_EXIT),
    flag(trace, 'multi_process', OBJECT_MULTI_PROCESS),
    flag(trace, 'overlapped', OBJECT_OVERLAPPED),
    flag(trace, 'inherited', OBJECT_INHERITED),
    {
      name: 'handles',
      type: 'uint32',
      nullable: false,
      value: (row) => objects.handleStart[row + 1] - objects.handleStart[row],
    },
    { name: 'open_handles', type: 'uint32', nullable: false, value: (row) => openHandles[row] },
    { name: 'peak_open_handles', type: 'uint32', nullable: false, value: (row) => objects.peakOpen[row] },
    { name: 'max_ref_count', type: 'int64', nullable: false, value: (row) => objects.maxRefCount[row] },
    { name: 'ref_changes', type: 'uint32', nullable: false, value: (row) => objects.refChanges[row] },
    ...eventColumns(trace, 'create', objects.createEvent),
    ...eventColumns(trace, 'destroy', objects.destroyEvent),
    {
      name: 'map_process_id',
      type: 'uint32',
      nullable: true,
      value: (row) => (mapping(row) < 0 ? null : known(mappings.process[mapping(row)])),
    },
    {
      name: 'map_pid',
      type: 'uint32',
      nullable: true,
      value: (row) => (mapping(row) < 0 ? null : pidOf(processes.pid, mappings.process[mapping(row)])),
    },
    {
      name: 'map_size',
      type: 'uint64',
      nullable: true,
      has: (row) => mapping(row) >= 0,
      high: (row) => mappings.sizeHigh[mapping(row)],
      low: (row) => mappings.sizeLow[mapping(row)],
    },
    {
      name: 'map_offset',
      type: 'uint64',
      nullable: true,
      has: (row) => mapping(row) >= 0,
      high: (row) => mappings.offsetHigh[mapping(row)],
      low: (row) => mappings.offsetLow[mapping(row)],
    },
    { name: 'map_file', type: 'text', nullable: true, value: (row) => texts.mapFile(row) },
  ];
  return { name: 'objects', columns, batches: (size) => inBatches(kept, size) };
}

function flag({ objects: { flags } }: Trace, name: string, bit: number): BooleanColumn {
  return { name, type: 'bool', nullable: false, value: (row) => (flags[row] & bit) !== 0 };
}

/** Who was at an event of the object, and with which stack. */
function eventColumns(
  { events, processes }: Trace,
  prefix: 'create' | 'destroy',
  eventOf: ArrayLike<EventIndex>,
): NumberColumn[] {
  const column = (name: string, value: (event: EventIndex) => number | null): NumberColumn => ({
    name: `${prefix}_${name}`,
    type: 'uint32',
    nullable: true,
    value: (row) => (eventOf[row] < 0 ? null : value(eventOf[row])),
  });
  return [
    column('event_id', (event) => event),
    column('process_id', (event) => known(events.process[event])),
    column('pid', (event) => pidOf(processes.pid, events.process[event])),
    column('tid', (event) => known(events.tid[event])),
    column('stack_id', (event) => known(events.stack[event])),
  ];
}

/** An index, null where there is none. */
export function known(index: number): number | null {
  return index < 0 ? null : index;
}

/** The pid of a process, null where that is not known. */
export function pidOf(pids: Uint32Array, process: number): number | null {
  return process < 0 ? null : pids[process];
}

function joined(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join('\n');
}
