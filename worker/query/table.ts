/** Pages of the objects table, in any order of its columns. */
import { fold } from '../../shared/textFilter.ts';
import type { ObjectColumn, TablePage, TableRequest } from '../../shared/service.ts';
import { OBJECT_LEAK, OBJECT_LEAK_AT_EXIT, type ObjectIndex, type Trace } from '../lifetimes/model.ts';
import { naturalKey, ranks, sortedOrder, type SortKey } from './radix.ts';
import { objectColumn } from './objectColumns.ts';
import { objectRow } from './rows.ts';
import type { Selection } from './select.ts';
import { textsOf } from './texts.ts';

export type Sort = TableRequest['sort'];

/** A page: rows [firstRow, firstRow + rowCount) of the selection in the wanted order, fewer at its end. */
export function tablePage(trace: Trace, selection: Selection, request: Omit<TableRequest, 'filter'>): TablePage {
  const order = tableOrder(trace, selection, request.sort);
  const page = order.subarray(request.firstRow, request.firstRow + request.rowCount);
  return {
    rows: Array.from(page, (object) => objectRow(trace, object)),
    firstRow: request.firstRow,
    matched: order.length,
    total: trace.objects.length,
  };
}

/** Row of an object in the table, -1 where the filter hides it. */
export function tableRowOf(trace: Trace, selection: Selection, sort: Sort, object: ObjectIndex): number {
  return tableOrder(trace, selection, sort).indexOf(object);
}

const ORDERS_KEPT = 4;
const orders = new WeakMap<Selection, Map<string, Uint32Array>>();

/** Object indexes of a selection in the order of a sort; equal rows in id order. The last few orders of a selection are kept. */
export function tableOrder(trace: Trace, selection: Selection, sort: Sort): Uint32Array {
  const { objects } = selection;
  if (sort.length === 0) return objects;
  let known = orders.get(selection);
  if (known === undefined) orders.set(selection, (known = new Map<string, Uint32Array>()));
  const name = sort.map(({ column, descending }) => `${descending ? '-' : '+'}${column}`).join();
  let order = known.get(name);
  if (order === undefined) {
    const keys = sort.map(({ column, descending }) => sortKey(trace, objects, column, descending));
    order = sortedOrder(objects.length, keys);
    for (let row = 0; row < order.length; row++) order[row] = objects[order[row]];
    const oldest = known.keys().next();
    if (known.size >= ORDERS_KEPT && !oldest.done) known.delete(oldest.value);
    known.set(name, order);
  }
  return order;
}

/** Nothing to sort by (no name, no process): last, whichever the direction. */
const MISSING = -1;

/** Where an unknown time stands: birth before the trace is earlier than all others, no death in it later. */
const LAST = Number.MAX_SAFE_INTEGER;

/** A column as whole numbers from 0 to 2^53 - 1, or {@link MISSING}. */
function columnValue(trace: Trace, column: Exclude<ObjectColumn, 'pointer'>): (object: ObjectIndex) => number {
  const { objects } = trace;
  const { flags, birthNs, deathNs, handleStart, refChanges } = objects;
  switch (column) {
    case 'id':
      return (object) => object;
    case 'type': {
      const rank = textRanks(trace).types;
      return (object) => rank[objects.type[object]];
    }
    case 'name': {
      const rank = textRanks(trace).strings;
      const { name, mapping } = objects;
      const { file } = trace.mappings;
      return (object) => {
        const string = name[object] < 0 && mapping[object] >= 0 ? file[mapping[object]] : name[object];
        return string < 0 ? MISSING : rank[string];
      };
    }
    case 'process': {
      const rank = textRanks(trace).processes;
      const creator = objectColumn(trace, 'creator');
      return (object) => (creator[object] < 0 ? MISSING : rank[creator[object]]);
    }
    case 'birthNs':
      return (object) => (Number.isNaN(birthNs[object]) ? 0 : birthNs[object] + 1);
    case 'deathNs':
      return (object) => (Number.isNaN(deathNs[object]) ? LAST : deathNs[object]);
    case 'lifetimeNs':
      return (object) => {
        const lifetime = deathNs[object] - birthNs[object];
        return Number.isNaN(lifetime) ? LAST : lifetime;
      };
    case 'handles':
      return (object) => handleStart[object + 1] - handleStart[object];
    case 'openHandles': {
      const counts = objectColumn(trace, 'openHandles');
      return (object) => counts[object];
    }
    case 'refChanges':
      return (object) => refChanges[object];
    case 'leak':
      return (object) => (flags[object] & OBJECT_LEAK) / OBJECT_LEAK;
    case 'leakAtExit':
      return (object) => (flags[object] & OBJECT_LEAK_AT_EXIT) / OBJECT_LEAK_AT_EXIT;
    case 'createFrame': {
      const rank = textRanks(trace).createFrames;
      const stack = objectColumn(trace, 'createStack');
      return (object) => (stack[object] < 0 ? MISSING : rank[stack[object]]);
    }
  }
}

function sortKey(trace: Trace, objects: Uint32Array, column: ObjectColumn, descending: boolean): SortKey {
  const high = new Uint32Array(objects.length);
  const low = new Uint32Array(objects.length);
  const flip = descending ? 0xffffffff : 0;
  if (column === 'pointer') {
    const { pointerHigh, pointerLow, mapping } = trace.objects;
    const { baseHigh, baseLow } = trace.mappings;
    for (let row = 0; row < objects.length; row++) {
      const object = objects[row];
      const view = mapping[object];
      high[row] = (view < 0 ? pointerHigh[object] : baseHigh[view]) ^ flip;
      low[row] = (view < 0 ? pointerLow[object] : baseLow[view]) ^ flip;
    }
    return { high, low };
  }
  const value = columnValue(trace, column);
  let anyHigh = false;
  for (let row = 0; row < objects.length; row++) {
    const number = value(objects[row]);
    // One bit above all numbers is free for what is missing.
    const half = number === MISSING ? 0 : Math.floor(number / 0x100000000);
    high[row] = number === MISSING ? 0xffffffff : ((half ^ flip) & 0x7fffffff) >>> 0;
    low[row] = number === MISSING ? 0 : number ^ flip;
    anyHigh ||= number === MISSING || half !== 0;
  }
  return { high: anyHigh ? high : null, low };
}

const rankings = new WeakMap<Trace, TextRanks>();

function textRanks(trace: Trace): TextRanks {
  let known = rankings.get(trace);
  if (known === undefined) rankings.set(trace, (known = new TextRanks(trace)));
  return known;
}

/** Ranks of the texts of a trace; each list is ranked when it is first asked for, and once. */
class TextRanks {
  private readonly trace: Trace;
  private readonly made = new Map<string, Uint32Array>();

  constructor(trace: Trace) {
    this.trace = trace;
  }

  get types(): Uint32Array {
    return this.once('types', () => this.trace.typeNames);
  }

  /** by process, as "name(pid)" */
  get processes(): Uint32Array {
    const { length } = this.trace.processes;
    return this.once('processes', () =>
      Array.from({ length }, (_, process) => textsOf(this.trace).process(process) ?? ''),
    );
  }

  /** by stack */
  get createFrames(): Uint32Array {
    const { length } = this.trace.stacks;
    return this.once('createFrames', () =>
      Array.from({ length }, (_, stack) => textsOf(this.trace).frameOfStack(stack) ?? ''),
    );
  }

  get strings(): Uint32Array {
    return this.once('strings', () => this.trace.strings);
  }

  private once(name: string, texts: () => string[]): Uint32Array {
    let known = this.made.get(name);
    if (known === undefined) this.made.set(name, (known = ranks(texts().map((text) => naturalKey(fold(text))))));
    return known;
  }
}
