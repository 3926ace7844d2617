/** Handles of the selected objects, and the inherited ones among them. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import { formatHex32 } from '../../../shared/format.ts';
import {
  END_OPEN,
  END_PROCESS_EXIT,
  START_EXISTING,
  START_INHERITED,
  type HandleIndex,
  type Trace,
} from '../../lifetimes/model.ts';
import { sortedOrder } from '../radix.ts';
import type { Selection } from '../select.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { closingProcess, textsOf } from '../texts.ts';
import { columnsOf } from './columns.ts';
import { exactly, ofObject } from './filters.ts';
import type { FlatTable } from './flatTable.ts';
import { sourceValues } from './handleNotes.ts';
import { frameValues, numberOrNone, objectOfRow, ofEvent, processValues } from './objectValues.ts';
import { shelfOf } from './shelf.ts';
import { sortKey, type FlagValues, type Values } from './values.ts';
import { END_WORDS, START_WORDS } from './words.ts';

/** Rows are handle indexes: by object, then as the object had them. A handle filter leaves the handles with that value. */
export function handlesTable(cache: SelectionCache, filter: Filter): FlatTable {
  const { trace } = cache;
  const name = `handles/${filterKey(filter)}`;
  const { handles } = trace;
  return {
    name,
    columns: columnsOf('handles'),
    values: handleValues(trace),
    rows: shelfOf(trace).get(
      name,
      () => keptHandles(cache.get(filter), () => true),
      (rows) => rows.byteLength,
    ),
    id: (handle) => handles.object[handle] + 1,
    key: (handle) => `h:${handle}`,
    filter: (handle) => ({ ...ofObject(handles.object[handle]), handle: formatHex32(handles.value[handle]) }),
  };
}

/** Rows are the inherited handles: by parent, child and time. */
export function inheritanceTable(cache: SelectionCache, filter: Filter): FlatTable {
  const { trace } = cache;
  const name = `inheritance/${filterKey(filter)}`;
  const { handles } = trace;
  const texts = textsOf(trace);
  const values: Record<string, Values> = {
    ...handleValues(trace),
    parent: processValues(trace, (handle) => handles.sourceProcess[handle]),
    child: processValues(trace, (handle) => handles.owner[handle]),
  };
  const columns = columnsOf('inheritance');
  return {
    name,
    columns,
    values: Object.fromEntries(columns.map(({ id }) => [id, values[id]])),
    rows: shelfOf(trace).get(
      name,
      () => {
        const rows = keptHandles(cache.get(filter), (handle) => handles.start[handle] === START_INHERITED);
        const keys = [values.parent, values.child, values.openNs].map((value) => sortKey(value, rows, false));
        return sortedOrder(rows.length, keys).map((at) => rows[at]);
      },
      (rows) => rows.byteLength,
    ),
    id: (handle) => handles.object[handle] + 1,
    key: (handle) => `h:${handle}`,
    filter: (handle) => {
      const parent = texts.process(handles.sourceProcess[handle]);
      const child = texts.process(handles.owner[handle]);
      return parent === null || child === null
        ? ofObject(handles.object[handle])
        : { inheritedPair: exactly(`${parent} > ${child}`) };
    },
  };
}

function keptHandles(selection: Selection, isWanted: (handle: HandleIndex) => boolean): Uint32Array {
  const { trace, objects, handleKept } = selection;
  const { handleStart } = trace.objects;
  const kept = (handle: HandleIndex): boolean => isWanted(handle) && (handleKept === null || handleKept(handle));
  let count = 0;
  for (const object of objects) count += handleStart[object + 1] - handleStart[object];
  const rows = new Uint32Array(count);
  count = 0;
  for (const object of objects) {
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (kept(handle)) rows[count++] = handle;
    }
  }
  return count === rows.length ? rows : rows.slice(0, count);
}

function handleValues(trace: Trace): Record<string, Values> {
  const { handles, events } = trace;
  const { openNs, closeNs, start, end, owner } = handles;
  const opening = (handle: number): number => handles.openEvent[handle];
  const closing = (handle: number): number => handles.closeEvent[handle];
  const flag = (value: (handle: number) => boolean): FlagValues => ({ is: 'flag', value });
  return {
    ...objectOfRow(trace, (handle) => handles.object[handle]),
    owner: processValues(trace, (handle) => owner[handle]),
    handle: { is: 'hex', low: (handle) => handles.value[handle] },
    start: { is: 'text', words: () => START_WORDS, index: (handle) => start[handle] },
    end: { is: 'text', words: () => END_WORDS, index: (handle) => end[handle] },
    openNs: { is: 'number', value: (handle) => openNs[handle], unknown: 'first' },
    closeNs: { is: 'number', value: (handle) => closeNs[handle], unknown: 'last' },
    lifetimeNs: { is: 'number', value: (handle) => closeNs[handle] - openNs[handle], unknown: 'last' },
    leak: flag((handle) => start[handle] !== START_EXISTING && end[handle] === END_OPEN),
    source: sourceValues(trace),
    closedBy: processValues(trace, (handle) => {
      const closer = closingProcess(trace, handle);
      return closer === owner[handle] ? -1 : closer;
    }),
    openFrame: frameValues(trace, ofEvent(events.stack, opening)),
    closeFrame: frameValues(trace, ofEvent(events.stack, closing)),
    leakAtExit: flag((handle) => end[handle] === END_PROCESS_EXIT),
    openTid: numberOrNone(ofEvent(events.tid, opening), true),
    closeTid: numberOrNone(ofEvent(events.tid, closing), true),
  };
}
