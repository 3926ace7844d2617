/** processes: one row a process instance (a pid and its start), whatever the filter keeps. */
import type { Selection } from '../query/select.ts';
import { inBatches, traceIdColumn, type Column, type ExportTable, type Row } from './columns.ts';

/** What Windows says of System, Registry and their like, which belong to no session. */
const NO_SESSION = 0xffffffff;

export function processesTable({ trace: { processes } }: Selection, traceId: string): ExportTable {
  const { pid, parentPid, sessionId, name, commandLine, startNs, endNs } = processes;
  const isKnown = (row: Row): boolean => processes.known[row] === 1;
  const text = (value: string): string | null => (value === '' ? null : value);
  const columns: Column[] = [
    traceIdColumn(traceId),
    { name: 'process_id', type: 'uint32', nullable: false, value: (row) => row },
    { name: 'pid', type: 'uint32', nullable: false, value: (row) => pid[row] },
    { name: 'parent_pid', type: 'uint32', nullable: true, value: (row) => (isKnown(row) ? parentPid[row] : null) },
    {
      name: 'session_id',
      type: 'uint32',
      nullable: true,
      value: (row) => (isKnown(row) && sessionId[row] !== NO_SESSION ? sessionId[row] : null),
    },
    { name: 'name', type: 'text', nullable: true, value: (row) => text(name[row]) },
    { name: 'command_line', type: 'text', nullable: true, value: (row) => text(commandLine[row]) },
    { name: 'start_ns', type: 'int64', nullable: true, value: (row) => startNs[row] },
    { name: 'end_ns', type: 'int64', nullable: true, value: (row) => endNs[row] },
  ];
  return { name: 'processes', columns, batches: (size) => inBatches(Array(processes.length).keys(), size) };
}
