/**
 * Which objects and events a filter keeps: the table "Filters" of object-lifetimes.md.
 *
 * Every text is matched once: types, names, processes and frames by their index, handles by their value. What is left is a walk
 * over columns. Object-level filters go first, then those that drop events (time, stack, handle); an object of which no event
 * is left is gone.
 *
 * Each object-level field keeps objects by itself, and so do the three that drop events together: what a filter keeps is common to what
 * its parts keep ({@link filterParts}), which is how a change of one field is answered from what is known of the others.
 */
import type { Filter, Range } from '../../shared/filter.ts';
import { HANDLE_ENDS } from '../../shared/records.ts';
import {
  MATCH_NEGATIVE,
  MATCH_POSITIVE,
  parseHex64,
  parseProcessFilter,
  parseStackFilter,
  parseTextFilter,
  type ProcessFilter,
  type TextFilter,
} from '../../shared/textFilter.ts';
import { add64, UNKNOWN_LIFETIME_SECONDS } from '../../shared/format.ts';
import {
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  END_CLOSED,
  END_OPEN,
  END_PROCESS_EXIT,
  START_EXISTING,
  type EventIndex,
  type HandleIndex,
  type ObjectIndex,
  type StackIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { addBit, bitsOfRange, hasBit, keepCommon, keepWhere, listOfBits, type Bits } from './bits.ts';
import { classifyNames } from './classifyNames.ts';
import { handleValuesOf, isHandleEvent, objectsWithValue } from './handleValues.ts';
import { hexTest } from './hexTest.ts';
import { objectColumn, withOtherNames } from './objectColumns.ts';
import { inheritancesOf, relatedProcesses } from './objectProcesses.ts';
import { textsOf } from './texts.ts';

/** What a filter keeps of a trace. Objects are whole: their lifetimes and counts do not change with the events that stay. */
export interface Selection {
  readonly trace: Trace;
  /** indexes of the kept objects, rising (id order) */
  readonly objects: Uint32Array;
  /** whether an event of a kept object stays; null: all of them do */
  readonly eventKept: ((event: EventIndex) => boolean) | null;
  /** whether a handle of a kept object has the wanted value; null: no handle filter */
  readonly handleKept: ((handle: HandleIndex) => boolean) | null;
}

/** Applies a filter. The time grows with the objects, and with the events only for filters that look at events. */
export function selectObjects(trace: Trace, filter: Filter): Selection {
  const byEvents = eventTest(trace, filter);
  const candidates = listOfBits(objectBits(trace, filter));
  return selectionOf(trace, byEvents === null ? candidates : withEvents(trace, candidates, byEvents), byEvents);
}

/** The same where it is known which objects stay. */
export function selectKnown(trace: Trace, filter: Filter, objects: Uint32Array): Selection {
  return selectionOf(trace, objects, eventTest(trace, filter));
}

function selectionOf(trace: Trace, objects: Uint32Array, byEvents: EventTest | null): Selection {
  return { trace, objects, eventKept: byEvents?.eventKept ?? null, handleKept: byEvents?.handleKept ?? null };
}

/** Fields that drop events: an event has to pass all of them at once. */
const EVENT_FIELDS = ['time', 'stack', 'handle'] as const satisfies readonly (keyof Filter)[];

/** The parts of a filter that keep objects independently of each other: every field but those of events, and these as one. */
export function filterParts(filter: Filter): Filter[] {
  const { time, stack, handle, ...ofObjects } = filter;
  const parts: Filter[] = Object.entries(ofObjects).map(([name, value]) => ({ [name]: value }));
  if (EVENT_FIELDS.some((name) => filter[name] !== undefined)) parts.push({ time, stack, handle });
  return parts;
}

/** The objects that a part of a filter keeps. */
export function partBits(trace: Trace, part: Filter): Bits {
  const bits = objectBits(trace, part);
  const byEvents = eventTest(trace, part);
  if (byEvents !== null) keepCommon(bits, eventBits(trace, byEvents));
  return bits;
}

/** Objects that pass the filters that look at objects as a whole. */
function objectBits(trace: Trace, filter: Filter): Bits {
  const bits = bitsOfRange(trace.objects.length, ...idBounds(trace, filter.id));
  for (const test of objectTests(trace, filter)) keepWhere(bits, test);
  return bits;
}

type ObjectTest = (object: ObjectIndex) => boolean;

/** Object indexes [first, last) of an id range; ids are index + 1. */
function idBounds(trace: Trace, range: Range | undefined): [number, number] {
  const first = Math.max(0, Math.ceil(range?.min ?? 1) - 1);
  const last = Math.min(trace.objects.length, Math.floor(range?.max ?? trace.objects.length));
  return [Math.min(first, trace.objects.length), last];
}

/** The object-level filters that are set, cheapest first. */
function objectTests(trace: Trace, filter: Filter): ObjectTest[] {
  return [
    flagTest(trace, filter),
    typeTest(trace, filter.type),
    lifetimeTest(trace, filter.lifetime),
    pointerTest(trace, filter.object),
    mapSizeTest(trace, filter.mapSize),
    viewBaseTest(trace, filter.viewBase),
    ptrInMapTest(trace, filter.ptrInMap),
    endTest(trace, filter.end),
    nameTest(trace, filter.objectName),
    inheritedPairTest(trace, filter.inheritedPair),
    creatorTest(trace, filter.process),
    stackIdTest(trace, filter.createStackId),
    stackTest(trace, filter.createStack, 'createStack'),
    stackTest(trace, filter.destroyStack, 'destroyStack'),
    relatedTest(trace, filter.relatedProcess),
  ].filter((test) => test !== null);
}

/** True where a text filter is set and says something. */
function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function isRange(range: Range | undefined): range is Range {
  return range !== undefined && (range.min !== null || range.max !== null);
}

/**
 * All yes/no filters in one look at the flags. A handle value turns mappings off, what only mappings have (address, base, size)
 * turns objects off, as in ETWAnalyzer.
 */
function flagTest(trace: Trace, filter: Filter): ObjectTest | null {
  const onlyMappings = isSet(filter.ptrInMap) || isSet(filter.viewBase) || isRange(filter.mapSize);
  const wanted =
    (filter.leak ? OBJECT_LEAK : 0) |
    (filter.leakAtExit ? OBJECT_LEAK_AT_EXIT : 0) |
    (filter.inherit ? OBJECT_INHERITED : 0) |
    (filter.multiProcess ? OBJECT_MULTI_PROCESS : 0) |
    (filter.overlapped ? OBJECT_OVERLAPPED : 0) |
    (filter.map === true || onlyMappings ? OBJECT_MAPPING : 0);
  const unwanted = filter.map === false || isSet(filter.handle) ? OBJECT_MAPPING : 0;
  if (wanted === 0 && unwanted === 0) return null;
  const { flags } = trace.objects;
  return (object) => (flags[object] & wanted) === wanted && (flags[object] & unwanted) === 0;
}

const UNASKED = 0xff;

/** Classifies each index of a table at most once. -1 is asked as its own thing (`none`). */
function memo(length: number, none: number, classify: (index: number) => number): (index: number) => number {
  const known = new Uint8Array(length).fill(UNASKED);
  return (index) => {
    if (index < 0) return none;
    if (known[index] === UNASKED) known[index] = classify(index);
    return known[index];
  };
}

function typeTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseTextFilter(text);
  const kept = trace.typeNames.map((name) => filter.accepts(filter.classify(name)));
  const { type } = trace.objects;
  return (object) => kept[type[object]];
}

function lifetimeTest(trace: Trace, range: Range | undefined): ObjectTest | null {
  if (!isRange(range)) return null;
  const [min, max] = nsBounds(range);
  const unknown = UNKNOWN_LIFETIME_SECONDS * 1e9;
  const { birthNs, deathNs } = trace.objects;
  return (object) => {
    const known = deathNs[object] - birthNs[object];
    const lifetime = Number.isNaN(known) ? unknown : known;
    return lifetime >= min && lifetime <= max;
  };
}

/** Both ends of a range in seconds as whole nanoseconds: 3.364629 s is 3364629000 ns, whatever its double says. */
function nsBounds(range: Range): [number, number] {
  return [
    range.min === null ? -Infinity : Math.round(range.min * 1e9),
    range.max === null ? Infinity : Math.round(range.max * 1e9),
  ];
}

function pointerTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const accepts = hexTest(text);
  const { pointerHigh, pointerLow, mapping } = trace.objects;
  const { baseHigh, baseLow } = trace.mappings;
  return (object) => {
    const row = mapping[object];
    return row < 0 ? accepts(pointerHigh[object], pointerLow[object]) : accepts(baseHigh[row], baseLow[row]);
  };
}

function mapSizeTest(trace: Trace, range: Range | undefined): ObjectTest | null {
  if (!isRange(range)) return null;
  const min = range.min ?? -Infinity;
  const max = range.max ?? Infinity;
  const { sizeHigh, sizeLow } = trace.mappings;
  const { mapping } = trace.objects;
  return (object) => {
    const row = mapping[object];
    if (row < 0) return false;
    const size = sizeHigh[row] * 0x100000000 + sizeLow[row];
    return size >= min && size <= max;
  };
}

function viewBaseTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const accepts = hexTest(text);
  const { baseHigh, baseLow } = trace.mappings;
  const { mapping } = trace.objects;
  return (object) => mapping[object] >= 0 && accepts(baseHigh[mapping[object]], baseLow[mapping[object]]);
}

/** Views [base, base + size) with the address. What is no hex number lies in none. */
function ptrInMapTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const address = parseHex64(text);
  const { baseHigh, baseLow, sizeHigh, sizeLow } = trace.mappings;
  const { mapping } = trace.objects;
  return (object) => {
    const row = mapping[object];
    if (row < 0 || address === null) return false;
    if (isBelow(address.high, address.low, baseHigh[row], baseLow[row])) return false;
    const into = add64(address.high, address.low, ~baseHigh[row], ~baseLow[row]); // address - base - 1 …
    const offset = add64(into.high, into.low, 0, 1); // … + 1
    return isBelow(offset.high, offset.low, sizeHigh[row], sizeLow[row]);
  };
}

function isBelow(high: number, low: number, thanHigh: number, thanLow: number): boolean {
  return high < thanHigh || (high === thanHigh && low < thanLow);
}

/** A mapping goes by its file. All the names of an object count: one that fits is enough, one that is excluded too many. */
function nameTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseTextFilter(text);
  const { strings, otherNames } = trace;
  const found = classifyNames(trace, text);
  const none = filter.classify('');
  const accepted = acceptedBits(filter);
  const name = objectColumn(trace, 'name');
  const bitsOf = (index: number): number => (index < 0 || strings[index] === '' ? none : found[index]);
  const hasOthers = withOtherNames(trace);
  return (object) => {
    let bits = name[object] < 0 ? none : found[name[object]];
    if (hasBit(hasOthers, object)) for (const other of otherNames.get(object) ?? []) bits |= bitsOf(other);
    return accepted[bits] === 1;
  };
}

/** By what a classifier found: 1 where it passes. */
function acceptedBits(filter: Pick<TextFilter, 'accepts'>): Uint8Array {
  return Uint8Array.from({ length: (MATCH_POSITIVE | MATCH_NEGATIVE) + 1 }, (_, bits) => Number(filter.accepts(bits)));
}

/** What a filter finds in each process. */
function classifyProcesses(trace: Trace, filter: ProcessFilter): Uint8Array {
  const { length, name, pid } = trace.processes;
  return Uint8Array.from({ length }, (_, process) => filter.classify(name[process], pid[process]));
}

/** What a filter finds in a thing of which no process is known: `*` still keeps it. */
function unknownProcess(filter: ProcessFilter): number {
  return filter.classify('', -1);
}

function creatorTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseProcessFilter(text);
  const found = classifyProcesses(trace, filter);
  const accepted = found.map((bits) => Number(filter.accepts(bits)));
  const unknown = unknownProcess(filter);
  const creators = objectColumn(trace, 'creator');
  const { handleStart } = trace.objects;
  const { owner, start } = trace.handles;
  return (object) => {
    const creator = creators[object];
    if (creator >= 0) return accepted[creator] === 1;
    let bits = 0;
    let known = false;
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (start[handle] !== START_EXISTING || owner[handle] < 0) continue;
      bits |= found[owner[handle]];
      known = true;
    }
    return filter.accepts(known ? bits : unknown);
  };
}

/** Objects with the process in any event, as owner of a handle, as source of a duplicate, or as the process of the view. */
function relatedTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseProcessFilter(text);
  const found = classifyProcesses(trace, filter);
  const unknown = filter.accepts(unknownProcess(filter));
  const accepted = acceptedBits(filter);
  const { first, moreStart, more } = relatedProcesses(trace);
  return (object) => {
    if (first[object] < 0) return unknown;
    let bits = found[first[object]];
    for (let at = moreStart[object]; at < moreStart[object + 1]; at++) bits |= found[more[at]];
    return accepted[bits] === 1;
  };
}

/** How the handles of each object ended, one bit an END_…; a view ends as if it were one handle. */
export function endsOf(trace: Trace): Uint8Array {
  const { handles, objects } = trace;
  const ends = new Uint8Array(objects.length);
  for (let handle = 0; handle < handles.length; handle++) ends[handles.object[handle]] |= 1 << handles.end[handle];
  for (let object = 0; trace.mappings.length > 0 && object < ends.length; object++) {
    if (objects.mapping[object] >= 0) ends[object] = 1 << viewEnd(trace, object);
  }
  return ends;
}

/** Unmapped is closed; what was never unmapped goes with its process. */
export function viewEnd({ objects }: Trace, object: ObjectIndex): number {
  if (Number.isNaN(objects.deathNs[object])) return END_OPEN;
  return objects.destroyEvent[object] < 0 ? END_PROCESS_EXIT : END_CLOSED;
}

function endTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseTextFilter(text);
  const found = HANDLE_ENDS.map((end) => filter.classify(end));
  const none = filter.classify('');
  const ends = endsOf(trace);
  /** by the bits of the ends: few combinations for many objects */
  const kept = Uint8Array.from({ length: 1 << HANDLE_ENDS.length }, (_, bits) => {
    const all = found.reduce((sum, each, end) => ((bits >>> end) & 1 ? sum | each : sum), bits === 0 ? none : 0);
    return Number(filter.accepts(all));
  });
  return (object) => kept[ends[object]] === 1;
}

function inheritedPairTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseTextFilter(text);
  const { object, pair, pairs } = inheritancesOf(trace);
  const found = pairs.map(({ label }) => filter.classify(label));
  const bits = new Uint8Array(trace.objects.length);
  for (let at = 0; at < object.length; at++) bits[object[at]] |= found[pair[at]] | KNOWN;
  const none = filter.accepts(filter.classify(''));
  return (index) => ((bits[index] & KNOWN) === 0 ? none : filter.accepts(bits[index]));
}

/** Marks an object of which something is known; a bit beside those of the classifier. */
const KNOWN = 0x80;

function stackIdTest(trace: Trace, text: string | undefined): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseTextFilter(text);
  const none = filter.classify('');
  const classify = memo(trace.stacks.length, none, (stack) => filter.classify(String(stack)));
  const accepted = acceptedBits(filter);
  const stacks = objectColumn(trace, 'createStack');
  return (object) => accepted[classify(stacks[object])] === 1;
}

type StackFilter = ReturnType<typeof parseStackFilter>;

/** Classifies stacks; every distinct frame is matched once, and a stack as a whole only where that can say more. */
function stackClassifier(trace: Trace, filter: StackFilter): (stack: StackIndex) => number {
  const { length, start, frames, frameCount } = trace.stacks;
  const texts = textsOf(trace);
  const classifyFrame = memo(frameCount, 0, (frame) => {
    let bits = 0;
    for (const text of texts.filteredFrame(frame)) bits |= filter.classify(text);
    return bits;
  });
  return memo(length, filter.classify(''), (stack) => {
    const isWhole = filter.wholeText || start[stack] === start[stack + 1];
    let bits = isWhole ? filter.classify((texts.filteredFrames(stack) ?? []).join('\n')) : 0;
    for (let at = start[stack]; at < start[stack + 1]; at++) bits |= classifyFrame(frames[at]);
    return bits;
  });
}

function stackTest(trace: Trace, text: string | undefined, name: 'createStack' | 'destroyStack'): ObjectTest | null {
  if (!isSet(text)) return null;
  const filter = parseStackFilter(text);
  const classify = stackClassifier(trace, filter);
  const accepted = acceptedBits(filter);
  const stacks = objectColumn(trace, name);
  return (object) => accepted[classify(stacks[object])] === 1;
}

interface EventTest {
  eventKept: (event: EventIndex) => boolean;
  handleKept: ((handle: HandleIndex) => boolean) | null;
  /** all but the time */
  otherwiseKept: (event: EventIndex) => boolean;
  minNs: number;
  maxNs: number;
  /** where it is the only one of these filters */
  onlyHandles: HandleTest | null;
}

/** The filters that drop events; null where none is set. */
function eventTest(trace: Trace, filter: Filter): EventTest | null {
  const stackKept = eventStackTest(trace, filter.stack);
  const handles = handleTest(trace, filter.handle);
  if (!isRange(filter.time) && stackKept === null && handles === null) return null;
  const [minNs, maxNs] = isRange(filter.time) ? nsBounds(filter.time) : [-Infinity, Infinity];
  const { ns } = trace.events;
  const otherwiseKept = (event: EventIndex): boolean =>
    (stackKept === null || stackKept(event)) && (handles === null || handles.eventKept(event));
  return {
    eventKept: (event) => ns[event] >= minNs && ns[event] <= maxNs && otherwiseKept(event),
    handleKept: handles?.handleKept ?? null,
    otherwiseKept,
    minNs,
    maxNs,
    onlyHandles: isRange(filter.time) || stackKept !== null ? null : handles,
  };
}

/**
 * Those objects of which an event stays. Few objects are asked for their events; for many, the events in the time range are walked in
 * their own order, which is several times faster an event.
 */
function withEvents(trace: Trace, objects: Uint32Array, test: EventTest): Uint32Array {
  const { eventStart, eventList } = trace.objects;
  const { ns, length } = trace.events;
  let mine = 0;
  for (const object of objects) mine += eventStart[object + 1] - eventStart[object];
  if (mine * 4 < length) {
    return objects.filter((object) => {
      const end = eventStart[object + 1];
      for (let i = firstFrom(eventList, ns, eventStart[object], end, test.minNs); i < end; i++) {
        if (ns[eventList[i]] > test.maxNs) return false;
        if (test.otherwiseKept(eventList[i])) return true;
      }
      return false;
    });
  }
  const withEvent = eventBits(trace, test);
  return objects.filter((object) => hasBit(withEvent, object));
}

/** All objects of which an event stays. */
function eventBits(trace: Trace, test: EventTest): Bits {
  if (test.onlyHandles !== null) return test.onlyHandles.objects();
  const { ns, object: objectOf, length } = trace.events;
  const bits = new Int32Array((trace.objects.length + 31) >>> 5);
  for (let event = lowerBound(ns, test.minNs); event < length && ns[event] <= test.maxNs; event++) {
    const object = objectOf[event];
    if (object >= 0 && !hasBit(bits, object) && test.otherwiseKept(event)) addBit(bits, object);
  }
  return bits;
}

/** First index of a rising column that is not below `min`. */
function lowerBound(column: Float64Array, min: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle] < min) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First position in list[from, end) whose event is not before `min`; the list is in time order. */
export function firstFrom(list: Uint32Array, ns: Float64Array, from: number, end: number, min: number): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ns[list[middle]] < min) low = middle + 1;
    else high = middle;
  }
  return low;
}

function eventStackTest(trace: Trace, text: string | undefined): ((event: EventIndex) => boolean) | null {
  if (!isSet(text)) return null;
  const filter = parseStackFilter(text);
  const classify = stackClassifier(trace, filter);
  const accepted = acceptedBits(filter);
  const { stack } = trace.events;
  return (event) => accepted[classify(stack[event])] === 1;
}

interface HandleTest {
  eventKept: (event: EventIndex) => boolean;
  handleKept: (handle: HandleIndex) => boolean;
  /** objects of which an event of such a handle stays */
  objects: () => Bits;
}

/** Events of handles with a value; an event that belongs to no handle instance (an unmatched close) goes by its own value. */
function handleTest(trace: Trace, text: string | undefined): HandleTest | null {
  if (!isSet(text)) return null;
  const accepts = hexTest(text);
  const { values, ofHandle, indexOf } = handleValuesOf(trace);
  const kept = Uint8Array.from(values, (value) => Number(accepts(0, value)));
  const { events } = trace;
  const { handle, value } = events;
  return {
    handleKept: (index) => kept[ofHandle[index]] === 1,
    eventKept: (event) => {
      if (handle[event] >= 0) return kept[ofHandle[handle[event]]] === 1;
      return isHandleEvent(events, event) && kept[indexOf(value[event] >>> 0)] === 1;
    },
    objects: () => objectsWithValue(trace, kept),
  };
}
