/** Processes, and what they have of a selection. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import { END_OPEN, END_PROCESS_EXIT, START_EXISTING, type ProcessIndex, type Trace } from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import type { Selection } from '../select.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { textsOf } from '../texts.ts';
import { columnsOf } from './columns.ts';
import { exactly } from './filters.ts';
import type { FlatTable } from './flatTable.ts';
import { shelfOf } from './shelf.ts';
import type { NumberValues, TextValues, Values } from './values.ts';
import { Words } from './words.ts';

/** Counts by process: objects that it created; handles that it owned, of which open, leaked, and swept at its end. */
interface ProcessCounts {
  rows: Uint32Array;
  created: Float64Array;
  handles: Float64Array;
  open: Float64Array;
  leaked: Float64Array;
  leakedAtExit: Float64Array;
}

/** Rows are process indexes, in the order of the trace: with a filter in force those that have objects or handles under it, else all. */
export function processesTable(cache: SelectionCache, filter: Filter): FlatTable {
  const { trace } = cache;
  const name = `processes/${filterKey(filter)}`;
  const counts = shelfOf(trace).get(
    name,
    () => countByProcess(cache.get(filter), filterKey(filter) === '[]'),
    ({ rows, created }) => rows.byteLength + 5 * created.byteLength,
  );
  return {
    name,
    columns: columnsOf('processes'),
    values: processColumns(trace, counts),
    rows: counts.rows,
    id: () => 0,
    key: (process) => `p:${process}`,
    filter: (process) => ({ process: exactly(textsOf(trace).process(process)) }),
  };
}

function countByProcess({ trace, objects, handleKept }: Selection, all: boolean): ProcessCounts {
  const { length } = trace.processes;
  const [created, handles, open, leaked, leakedAtExit] = Array.from({ length: 5 }, () => new Float64Array(length));
  const creators = objectColumn(trace, 'creator');
  const { handleStart } = trace.objects;
  const { owner, start, end } = trace.handles;
  for (const object of objects) {
    if (creators[object] >= 0) created[creators[object]]++;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      const process = owner[handle];
      if (process < 0 || (handleKept !== null && !handleKept(handle))) continue;
      handles[process]++;
      if (end[handle] === END_OPEN) {
        open[process]++;
        if (start[handle] !== START_EXISTING) leaked[process]++;
      } else if (end[handle] === END_PROCESS_EXIT) leakedAtExit[process]++;
    }
  }
  const rows = Uint32Array.from({ length }, (_, process) => process).filter(
    (process) => all || created[process] > 0 || handles[process] > 0,
  );
  return { rows, created, handles, open, leaked, leakedAtExit };
}

/** Idle and System belong to no session. */
const NO_SESSION = 0xffffffff;

function processColumns(trace: Trace, counts: ProcessCounts): Record<string, Values> {
  const { processes } = trace;
  const { pid, sessionId, startNs, endNs } = processes;
  const count = (column: ArrayLike<number>, identifies = false): NumberValues => ({
    is: 'number',
    value: (process) => column[process],
    unknown: 'missing',
    identifies,
  });
  return {
    name: ownText(trace, 'name', (process) => processes.name[process] || null),
    pid: count(pid, true),
    parent: ownText(trace, 'parent', (process) => parentText(trace, process)),
    session: {
      is: 'number',
      value: (process) => (sessionId[process] === NO_SESSION ? Number.NaN : sessionId[process]),
      unknown: 'missing',
    },
    startNs: { is: 'number', value: (process) => startNs[process], unknown: 'first' },
    endNs: { is: 'number', value: (process) => endNs[process], unknown: 'last' },
    created: count(counts.created),
    handles: count(counts.handles),
    open: count(counts.open),
    leaked: count(counts.leaked),
    leakedAtExit: count(counts.leakedAtExit),
    commandLine: ownText(trace, 'commandLine', (process) => processes.commandLine[process] || null),
  };
}

const lists = new WeakMap<Trace['processes'], Map<string, Words>>();

/** A text that each process has for itself. */
function ownText(trace: Trace, name: string, textOf: (process: ProcessIndex) => string | null): TextValues {
  const words = (): Words => {
    let known = lists.get(trace.processes);
    if (known === undefined) lists.set(trace.processes, (known = new Map<string, Words>()));
    let made = known.get(name);
    if (made === undefined) known.set(name, (made = new Words(trace.processes.length, textOf)));
    return made;
  };
  return {
    is: 'text',
    words,
    index: (process) => (textOf(process) === null ? -1 : process),
    text: textOf,
  };
}

/** "cmd.exe(1026876)": the latest process with the parent's pid that had started by then; its pid alone where no event names one. */
function parentText(trace: Trace, process: ProcessIndex): string | null {
  const { processes } = trace;
  const parent = processes.parentPid[process];
  if (processes.known[process] === 0) return null;
  const startOf = startsOf(trace);
  const candidates = processesByPid(trace).get(parent) ?? [];
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(candidates[middle]) <= startOf(process)) low = middle + 1;
    else high = middle;
  }
  // A pid that names itself as its parent was started by an earlier process with it.
  const found = candidates[low - 1] === process ? candidates[low - 2] : candidates[low - 1];
  return found === undefined ? `(${parent})` : textsOf(trace).process(found);
}

function startsOf({ processes }: Trace): (process: ProcessIndex) => number {
  const { startNs } = processes;
  return (process) => (Number.isNaN(startNs[process]) ? -Infinity : startNs[process]);
}

const byPid = new WeakMap<Trace['processes'], Map<number, ProcessIndex[]>>();

/** Processes of each pid that an event names, by their start. */
function processesByPid(trace: Trace): Map<number, ProcessIndex[]> {
  let lists = byPid.get(trace.processes);
  if (lists === undefined) {
    lists = new Map();
    const { pid, known, length } = trace.processes;
    for (let process = 0; process < length; process++) {
      if (known[process] === 0) continue;
      const same = lists.get(pid[process]);
      if (same === undefined) lists.set(pid[process], [process]);
      else same.push(process);
    }
    const startOf = startsOf(trace);
    for (const same of lists.values()) {
      same.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));
    }
    byPid.set(trace.processes, lists);
  }
  return lists;
}
