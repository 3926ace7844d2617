/** events: one row an object, handle, reference or mapping event, in order of time. */
import { EVENT_KINDS } from '../../shared/records.ts';
import {
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
  KIND_REF_CHANGE,
  type EventIndex,
} from '../lifetimes/model.ts';
import type { Selection } from '../query/select.ts';
import { traceIdColumn, type Column, type ExportTable } from './columns.ts';
import { known, pidOf } from './objectsTable.ts';

/** Rundown entries are among them: unlike a dump, a table can be asked to leave them out. */
export function eventsTable(selection: Selection, traceId: string): ExportTable {
  const { events, processes } = selection.trace;
  const { kind, value } = events;
  const columns: Column[] = [
    traceIdColumn(traceId),
    { name: 'event_id', type: 'uint32', nullable: false, value: (row) => row },
    {
      name: 'object_id',
      type: 'uint32',
      nullable: true,
      value: (row) => (events.object[row] < 0 ? null : events.object[row] + 1),
    },
    { name: 'handle_id', type: 'uint32', nullable: true, value: (row) => known(events.handle[row]) },
    { name: 'ns', type: 'int64', nullable: false, value: (row) => events.ns[row] },
    { name: 'kind', type: 'word', nullable: false, words: EVENT_KINDS, value: (row) => kind[row] },
    { name: 'process_id', type: 'uint32', nullable: true, value: (row) => known(events.process[row]) },
    { name: 'pid', type: 'uint32', nullable: true, value: (row) => pidOf(processes.pid, events.process[row]) },
    { name: 'tid', type: 'uint32', nullable: true, value: (row) => known(events.tid[row]) },
    {
      name: 'handle',
      type: 'uint32',
      nullable: true,
      value: (row) => (HAS_HANDLE[kind[row]] === 1 ? value[row] >>> 0 : null),
    },
    {
      name: 'delta',
      type: 'int32',
      nullable: true,
      value: (row) => (kind[row] === KIND_REF_CHANGE ? value[row] : null),
    },
    { name: 'stack_id', type: 'uint32', nullable: true, value: (row) => known(events.stack[row]) },
  ];
  return { name: 'events', columns, batches: (size) => keptEvents(selection, size) };
}

/** By KIND_…: 1 where the value of an event is that of a handle. */
const HAS_HANDLE = Uint8Array.from(EVENT_KINDS, (_, kind) =>
  [KIND_HANDLE_CREATE, KIND_HANDLE_CLOSE, KIND_HANDLE_DUPLICATE, KIND_HANDLE_DC_START, KIND_HANDLE_DC_END].includes(
    kind,
  )
    ? 1
    : 0,
);

/** Events of the kept objects in order of time; of a whole trace those of no object, too. */
export function* keptEvents({ trace, objects, eventKept }: Selection, size: number): Generator<Uint32Array> {
  const { length, object } = trace.events;
  const isWhole = eventKept === null && objects.length === trace.objects.length;
  const isKept = new Uint8Array(isWhole ? 0 : trace.objects.length);
  if (!isWhole) for (const index of objects) isKept[index] = 1;
  const batch = new Uint32Array(size);
  let count = 0;
  for (let event: EventIndex = 0; event < length; event++) {
    if (!isWhole && (isKept[object[event]] !== 1 || (eventKept !== null && !eventKept(event)))) continue;
    batch[count++] = event;
    if (count < size) continue;
    yield batch;
    count = 0;
  }
  if (count > 0) yield batch.subarray(0, count);
}
