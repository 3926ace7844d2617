/** handles: one row an entry in a process's handle table, from open to close. */
import { HANDLE_ENDS, HANDLE_STARTS } from '../../shared/records.ts';
import {
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  START_DUPLICATED,
  START_INHERITED,
  type HandleIndex,
  type ProcessIndex,
} from '../lifetimes/model.ts';
import { leakFlags } from '../lifetimes/leaks.ts';
import type { Selection } from '../query/select.ts';
import { closingProcess, eventStack } from '../query/texts.ts';
import { inBatches, traceIdColumn, type Column, type ExportTable } from './columns.ts';
import { known, pidOf } from './objectsTable.ts';

/** All handles of the kept objects, as a dump has them: a filter by handle value drops events, not handles. */
export function handlesTable(selection: Selection, traceId: string): ExportTable {
  const { trace } = selection;
  const { handles, objects, processes } = trace;
  const { pid } = processes;
  const has = (flag: number) => (row: HandleIndex) => (leakFlags(handles.start[row], handles.end[row]) & flag) !== 0;
  const hasSource = (row: HandleIndex): boolean =>
    handles.start[row] === START_DUPLICATED || handles.start[row] === START_INHERITED;
  /** of a process that no event names only the pid is known */
  const named = (process: ProcessIndex): number => (process < 0 || processes.name[process] === '' ? -1 : process);
  const columns: Column[] = [
    traceIdColumn(traceId),
    { name: 'handle_id', type: 'uint32', nullable: false, value: (row) => row },
    { name: 'object_id', type: 'uint32', nullable: false, value: (row) => handles.object[row] + 1 },
    {
      name: 'object_type',
      type: 'word',
      nullable: true,
      words: trace.typeNames,
      value: (row) => objects.type[handles.object[row]],
    },
    { name: 'owner_process_id', type: 'uint32', nullable: true, value: (row) => known(handles.owner[row]) },
    { name: 'owner_pid', type: 'uint32', nullable: true, value: (row) => pidOf(pid, handles.owner[row]) },
    {
      name: 'owner_name',
      type: 'word',
      nullable: true,
      words: processes.name,
      value: (row) => named(handles.owner[row]),
    },
    { name: 'handle', type: 'uint32', nullable: false, value: (row) => handles.value[row] },
    { name: 'start_kind', type: 'word', nullable: false, words: HANDLE_STARTS, value: (row) => handles.start[row] },
    { name: 'end_kind', type: 'word', nullable: false, words: HANDLE_ENDS, value: (row) => handles.end[row] },
    { name: 'leak', type: 'bool', nullable: false, value: has(OBJECT_LEAK) },
    { name: 'leak_at_exit', type: 'bool', nullable: false, value: has(OBJECT_LEAK_AT_EXIT) },
    { name: 'open_ns', type: 'int64', nullable: true, value: (row) => handles.openNs[row] },
    { name: 'close_ns', type: 'int64', nullable: true, value: (row) => handles.closeNs[row] },
    { name: 'open_event_id', type: 'uint32', nullable: true, value: (row) => known(handles.openEvent[row]) },
    { name: 'close_event_id', type: 'uint32', nullable: true, value: (row) => known(handles.closeEvent[row]) },
    {
      name: 'open_stack_id',
      type: 'uint32',
      nullable: true,
      value: (row) => known(eventStack(trace, handles.openEvent[row])),
    },
    {
      name: 'close_stack_id',
      type: 'uint32',
      nullable: true,
      value: (row) => known(eventStack(trace, handles.closeEvent[row])),
    },
    { name: 'close_process_id', type: 'uint32', nullable: true, value: (row) => known(closingProcess(trace, row)) },
    { name: 'close_pid', type: 'uint32', nullable: true, value: (row) => pidOf(pid, closingProcess(trace, row)) },
    {
      name: 'source_process_id',
      type: 'uint32',
      nullable: true,
      value: (row) => (hasSource(row) ? known(handles.sourceProcess[row]) : null),
    },
    {
      name: 'source_pid',
      type: 'uint32',
      nullable: true,
      value: (row) => (hasSource(row) ? pidOf(pid, handles.sourceProcess[row]) : null),
    },
    {
      name: 'source_handle',
      type: 'uint32',
      nullable: true,
      value: (row) => (hasSource(row) ? handles.sourceValue[row] : null),
    },
  ];
  return { name: 'handles', columns, batches: (size) => inBatches(keptHandles(selection), size) };
}

function* keptHandles({ trace, objects }: Selection): Generator<HandleIndex> {
  const { handleStart } = trace.objects;
  for (const object of objects) {
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) yield handle;
  }
}
