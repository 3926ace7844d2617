/** What objects can be grouped by: a value for each object, and what the values are called. */
import type { Filter } from '../../../shared/filter.ts';
import type { GroupKey } from '../../../shared/tables.ts';
import { NO_TEXT } from '../../../shared/textFilter.ts';
import type { Trace } from '../../lifetimes/model.ts';
import { objectColumn } from '../objectColumns.ts';
import { sameProcesses } from '../objectProcesses.ts';
import { stackLabel } from '../totals.ts';
import { textsOf, UNKNOWN_PROCESS } from '../texts.ts';
import { exactly, ofStack } from './filters.ts';
import { wordsOf, type Words } from './words.ts';

/** Values are numbers from 0; 0 is "none", any other one more than an index into `words`. */
export interface Grouping {
  /** value - 1 by object */
  column: Int32Array;
  /** what values are sorted and searched by */
  words: Words;
  /** what a value is called */
  label: (value: number) => string;
  /** letter before the value in the key of a row */
  letter: string;
  /** keeps the objects with a value */
  filter: (value: number) => Filter;
}

const made = new WeakMap<Trace, Map<GroupKey, Grouping>>();

/** A grouping of the objects of a trace; made when it is first asked for. */
export function groupingOf(trace: Trace, key: GroupKey): Grouping {
  let known = made.get(trace);
  if (known === undefined) made.set(trace, (known = new Map<GroupKey, Grouping>()));
  let grouping = known.get(key);
  if (grouping === undefined) known.set(key, (grouping = makers[key](trace)));
  return grouping;
}

const makers: Record<GroupKey, (trace: Trace) => Grouping> = {
  process: (trace) => byProcess(trace, objectColumn(trace, 'home'), 'p', UNKNOWN_PROCESS, (process) => ({ process })),
  type: byType,
  createStack: (trace) =>
    byStack(trace, objectColumn(trace, 'createStack'), 's', (stack) => ({
      createStackId: stack < 0 ? NO_TEXT : String(stack),
    })),
  closeStack: (trace) =>
    byStack(trace, objectColumn(trace, 'destroyStack'), 'c', (stack) => ({
      destroyStack: ofStack(trace.stacks, stack),
    })),
  name: byName,
  inheritedFrom: (trace) =>
    byProcess(trace, objectColumn(trace, 'inheritedFrom'), 'i', '(not inherited)', (parent) => ({
      inheritedPair: parent === NO_TEXT ? NO_TEXT : `${parent} > *`,
    })),
};

/** Process instances with one name and pid are one value, as no filter can tell them apart. */
function byProcess(
  trace: Trace,
  process: Int32Array,
  letter: string,
  none: string,
  filter: (text: string) => Filter,
): Grouping {
  const texts = textsOf(trace);
  const same = sameProcesses(trace);
  return {
    column: process.map((each) => (each < 0 ? -1 : same[each])),
    words: wordsOf(trace).processes,
    label: (value) => texts.process(value - 1) ?? none,
    letter,
    filter: (value) => filter(value === 0 ? NO_TEXT : exactly(texts.process(value - 1))),
  };
}

function byType(trace: Trace): Grouping {
  const { typeNames } = trace;
  const { type } = trace.objects;
  return {
    column: type,
    words: wordsOf(trace).types,
    label: (value) => typeNames[value - 1] || '(no type)',
    letter: 't',
    filter: (value) => ({ type: exactly(typeNames[value - 1]) }),
  };
}

function byName(trace: Trace): Grouping {
  const { strings } = trace;
  const name = objectColumn(trace, 'name');
  return {
    column: name,
    words: wordsOf(trace).strings,
    label: (value) => (value === 0 ? '(no name)' : strings[value - 1]),
    letter: 'n',
    filter: (value) => ({ objectName: exactly(value === 0 ? null : strings[value - 1]) }),
  };
}

/** Many stacks can go by one frame, so their number is with it. */
function byStack(trace: Trace, stack: Int32Array, letter: string, filter: (stack: number) => Filter): Grouping {
  return {
    column: stack,
    words: wordsOf(trace).frames,
    label: (value) => stackLabel(trace, value - 1) + (value === 0 ? '' : ` (stack ${value - 1})`),
    letter,
    filter: (value) => filter(value - 1),
  };
}
