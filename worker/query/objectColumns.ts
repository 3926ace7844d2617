/**
 * Columns over objects that follow from those of the trace. Filters, orders, facets and lanes ask them a million times a request, each time
 * through a jump to another table; here the jumps are made once a trace.
 */
import { END_OPEN, START_INHERITED, type Trace } from '../lifetimes/model.ts';
import { bitsOfList, type Bits } from './bits.ts';
import { oncePerTrace } from './oncePerTrace.ts';
import { wordsOf } from './tables/words.ts';
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
  /** the same, with 1 for a view that is mapped at the end */
  readonly openUnits: Int32Array;
  /**
   * index into Trace.strings of its first name, of a mapping that of its file; -1 for none. Names that differ in case only have one
   * index, the first: filters see no difference, and Windows seldom does.
   */
  readonly name: Int32Array;
  /** process that handed it down first, -1 where none did */
  readonly inheritedFrom: Int32Array;
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
  openUnits: (trace) => {
    const { mapping, deathNs } = trace.objects;
    const handles = objectColumn(trace, 'openHandles');
    return handles.map((open, object) => (mapping[object] < 0 ? open : Number.isNaN(deathNs[object]) ? 1 : 0));
  },
  name: (trace) => {
    const { objects, mappings } = trace;
    const same = sameNames(trace);
    return eachObject(trace, (_, object) => {
      const own = objects.name[object];
      const row = objects.mapping[object];
      const name = own < 0 && row >= 0 ? mappings.file[row] : own;
      return name < 0 ? -1 : same[name];
    });
  },
  inheritedFrom: (trace) => {
    const { length, start, object, sourceProcess } = trace.handles;
    const from = new Int32Array(trace.objects.length).fill(-1);
    for (let handle = length - 1; handle >= 0; handle--) {
      if (start[handle] === START_INHERITED && sourceProcess[handle] >= 0) from[object[handle]] = sourceProcess[handle];
    }
    return from;
  },
};

function eachObject(trace: Trace, value: (trace: Trace, object: number) => number): Int32Array {
  const column = new Int32Array(trace.objects.length);
  for (let object = 0; object < column.length; object++) column[object] = value(trace, object);
  return column;
}

/** By events: a trace with other function names shares them with the one that it was made of. */
const made = new WeakMap<Trace['events'], Partial<Record<keyof ObjectColumns, Int32Array>>>();

/** A column, made when it is first asked for. It says nothing that function names could change. */
export function objectColumn(trace: Trace, name: keyof ObjectColumns): Int32Array {
  let columns = made.get(trace.events);
  if (columns === undefined) made.set(trace.events, (columns = {}));
  return (columns[name] ??= makers[name](trace));
}

/** The objects with more than one name: few, so that most need not be looked up. */
export const withOtherNames = oncePerTrace(({ objects, otherNames }): Bits =>
  bitsOfList(objects.length, Uint32Array.from(otherNames.keys())),
);

/** By index into Trace.strings: the first string that is the same in any case; -1 for an empty one. */
export const sameNames = oncePerTrace((trace): Int32Array => {
  const first = new Map<string, number>();
  const words = wordsOf(trace).strings;
  return Int32Array.from(trace.strings, (text, index) => {
    if (text === '') return -1;
    const folded = words.folded(index);
    const known = first.get(folded);
    if (known === undefined) first.set(folded, index);
    return known ?? index;
  });
});
