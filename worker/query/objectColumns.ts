/**
 * Columns over objects that follow from those of the trace. Filters, orders, facets and lanes ask them a million times a request, each time
 * through a jump to another table; here the jumps are made once a trace.
 */
import { END_OPEN, type Trace } from '../lifetimes/model.ts';
import { createStack, creatingProcess, destroyStack, homeProcess } from './texts.ts';

export interface ObjectColumns {
  /** {@link creatingProcess} */
  readonly creator: Int32Array;
  /** {@link homeProcess} */
  readonly home: Int32Array;
  /** {@link createStack} */
  readonly createStack: Int32Array;
  /** {@link destroyStack} */
  readonly destroyStack: Int32Array;
  /** handles that are open at the end of the trace; a mapping has none */
  readonly openHandles: Int32Array;
}

const makers: { [Name in keyof ObjectColumns]: (trace: Trace) => Int32Array } = {
  creator: (trace) => eachObject(trace, creatingProcess),
  home: (trace) => eachObject(trace, homeProcess),
  createStack: (trace) => eachObject(trace, createStack),
  destroyStack: (trace) => eachObject(trace, destroyStack),
  openHandles: (trace) => {
    const counts = new Int32Array(trace.objects.length);
    const { length, end, object } = trace.handles;
    for (let handle = 0; handle < length; handle++) if (end[handle] === END_OPEN) counts[object[handle]]++;
    return counts;
  },
};

function eachObject(trace: Trace, value: (trace: Trace, object: number) => number): Int32Array {
  const column = new Int32Array(trace.objects.length);
  for (let object = 0; object < column.length; object++) column[object] = value(trace, object);
  return column;
}

const made = new WeakMap<Trace, Partial<Record<keyof ObjectColumns, Int32Array>>>();

/** A column, made when it is first asked for. */
export function objectColumn(trace: Trace, name: keyof ObjectColumns): Int32Array {
  let columns = made.get(trace);
  if (columns === undefined) made.set(trace, (columns = {}));
  return (columns[name] ??= makers[name](trace));
}
