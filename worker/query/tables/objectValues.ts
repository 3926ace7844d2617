/** Values of objects: the objects table, and what the tables of handles and events say of their object. */
import {
  OBJECT_BORN_BEFORE,
  OBJECT_INHERITED,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  type EventIndex,
  type ObjectIndex,
  type Trace,
} from '../../lifetimes/model.ts';
import type { IntColumn } from '../../columns/narrow.ts';
import { objectColumn } from '../objectColumns.ts';
import { inheritingProcesses, textsOf, UNKNOWN_PROCESS } from '../texts.ts';
import { mappingBytes } from '../totals.ts';
import { sparseTexts } from './sparseTexts.ts';
import type { FlagValues, HexValues, NumberValues, TextValues, Values } from './values.ts';
import { wordsOf } from './words.ts';

/** Index into Trace.strings of the name of an object, of a mapping without one its file; -1 none. */
export function nameIndex({ objects, mappings }: Trace, object: ObjectIndex): number {
  const view = objects.mapping[object];
  return objects.name[object] < 0 && view >= 0 ? mappings.file[view] : objects.name[object];
}

/** Id, type, name and pointer of the object that a row belongs to. */
export function objectOfRow(trace: Trace, objectOf: (row: number) => ObjectIndex): Record<string, Values> {
  const { objects, mappings } = trace;
  const words = wordsOf(trace);
  const pointer = (of: 'High' | 'Low'): ((row: number) => number) => {
    const [own, base] = [objects[`pointer${of}`], mappings[`base${of}`]];
    return (row) => {
      const object = objectOf(row);
      const view = objects.mapping[object];
      return view < 0 ? own[object] : base[view];
    };
  };
  return {
    id: { is: 'number', value: (row) => objectOf(row) + 1, unknown: 'missing', identifies: true },
    type: { is: 'text', words: () => words.types, index: (row) => objects.type[objectOf(row)] },
    name: { is: 'text', words: () => words.strings, index: (row) => nameIndex(trace, objectOf(row)) },
    pointer: { is: 'hex', high: pointer('High'), low: pointer('Low') } satisfies HexValues,
  };
}

/** A process by its index, -1 none. */
export function processValues(trace: Trace, index: (row: number) => number): TextValues {
  return { is: 'text', words: () => wordsOf(trace).processes, index };
}

/** A stack by the frame that it goes by, -1 none. */
export function frameValues(trace: Trace, index: (row: number) => number): TextValues {
  return { is: 'text', words: () => wordsOf(trace).frames, index };
}

/** A number of which -1 says that there is none. */
export function numberOrNone(value: (row: number) => number, identifies = false): NumberValues {
  return {
    is: 'number',
    value: (row) => {
      const number = value(row);
      return number < 0 ? Number.NaN : number;
    },
    unknown: 'missing',
    identifies,
  };
}

/** What an event column says of an event that may be missing. */
export function ofEvent(column: IntColumn, event: (row: number) => EventIndex): (row: number) => number {
  return (row) => {
    const index = event(row);
    return index < 0 ? -1 : column[index];
  };
}

export function objectValues(trace: Trace): Record<string, Values> {
  const { objects, events } = trace;
  const { birthNs, deathNs, handleStart, flags, createEvent, destroyEvent, mapping } = objects;
  const openHandles = objectColumn(trace, 'openHandles');
  const creator = objectColumn(trace, 'creator');
  const createStack = objectColumn(trace, 'createStack');
  const destroyStack = objectColumn(trace, 'destroyStack');
  const flag = (bit: number): FlagValues => ({ is: 'flag', value: (object) => (flags[object] & bit) !== 0 });
  const count = (value: (object: number) => number): NumberValues => ({ is: 'number', value, unknown: 'missing' });
  const destroyer = (object: number): EventIndex => destroyEvent[object];
  return {
    ...objectOfRow(trace, (object) => object),
    process: processValues(trace, (object) => creator[object]),
    birthNs: { is: 'number', value: (object) => birthNs[object], unknown: 'first' },
    deathNs: { is: 'number', value: (object) => deathNs[object], unknown: 'last' },
    lifetimeNs: { is: 'number', value: (object) => deathNs[object] - birthNs[object], unknown: 'last' },
    handles: count((object) => handleStart[object + 1] - handleStart[object]),
    openHandles: count((object) => openHandles[object]),
    leak: flag(OBJECT_LEAK),
    leakAtExit: flag(OBJECT_LEAK_AT_EXIT),
    createFrame: frameValues(trace, (object) => createStack[object]),
    peakHandles: count((object) => objects.peakOpen[object]),
    refChanges: count((object) => objects.refChanges[object]),
    maxRefs: count((object) => objects.maxRefCount[object]),
    multiProcess: flag(OBJECT_MULTI_PROCESS),
    overlapped: flag(OBJECT_OVERLAPPED),
    inherited: flag(OBJECT_INHERITED),
    inheritedBy: sparseTexts(trace, 'inheritedBy', (object) => inheritedBy(trace, object)),
    otherNames: sparseTexts(trace, 'otherNames', (object) => otherNames(trace, object)),
    bornBeforeTrace: flag(OBJECT_BORN_BEFORE),
    mapping: flag(OBJECT_MAPPING),
    mapSize: count((object) => (mapping[object] < 0 ? Number.NaN : mappingBytes(trace, mapping[object]))),
    createTid: numberOrNone(
      ofEvent(events.tid, (object) => createEvent[object]),
      true,
    ),
    createStack: numberOrNone((object) => createStack[object]),
    destroyProcess: processValues(trace, ofEvent(events.process, destroyer)),
    destroyTid: numberOrNone(ofEvent(events.tid, destroyer), true),
    destroyFrame: frameValues(trace, (object) => destroyStack[object]),
    destroyStack: numberOrNone((object) => destroyStack[object]),
  };
}

/** Children that an object was handed to, in the order of its handles; null for none. */
function inheritedBy(trace: Trace, object: ObjectIndex): string | null {
  if ((trace.objects.flags[object] & OBJECT_INHERITED) === 0) return null;
  const texts = textsOf(trace);
  const children = inheritingProcesses(trace, object).map((process) => texts.process(process) ?? UNKNOWN_PROCESS);
  return children.length === 0 ? null : children.join(', ');
}

function otherNames(trace: Trace, object: ObjectIndex): string | null {
  return trace.otherNames.has(object) ? textsOf(trace).otherNames(object).join('; ') : null;
}
