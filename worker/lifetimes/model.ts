/**
 * The correlated trace: columns (one typed array a field, index = identity, -1 = none, NaN = no time).
 * Built by worker/lifetimes, read by worker/query. Times are integer nanoseconds since the start of the trace, in doubles.
 */
import type { TraceInfo, TrustRecord } from '../../shared/records.ts';
import type { IntColumn } from '../columns/narrow.ts';
import type { PdbIdentity, SourcePlace } from '../symbols/model.ts';
import type { LoadedModule } from './loadedModules.ts';

/** Index into ProcessTable; a process instance is a pid and its start. */
export type ProcessIndex = number;
/** Index into ObjectTable; the id shown to people is this + 1. */
export type ObjectIndex = number;
export type HandleIndex = number;
/** Index into EventTable, which is in time order (ties: file order). */
export type EventIndex = number;
export type StackIndex = number;
/** Index into Trace.strings. */
export type StringIndex = number;

/** Values of HandleTable.start: index into HANDLE_STARTS. */
export const START_CREATED = 0;
export const START_DUPLICATED = 1;
export const START_INHERITED = 2;
export const START_EXISTING = 3;

/** Values of HandleTable.end: index into HANDLE_ENDS. */
export const END_OPEN = 0;
export const END_CLOSED = 1;
export const END_CLOSED_BY_OTHER = 2;
export const END_PROCESS_EXIT = 3;
export const END_LOST = 4;

/** Values of EventTable.kind: index into EVENT_KINDS. */
export const KIND_HANDLE_CREATE = 0;
export const KIND_HANDLE_CLOSE = 1;
export const KIND_HANDLE_DUPLICATE = 2;
export const KIND_REF_CHANGE = 3;
export const KIND_MAP = 4;
export const KIND_UNMAP = 5;
export const KIND_OBJECT_CREATE = 6;
export const KIND_OBJECT_DELETE = 7;
export const KIND_HANDLE_DC_START = 8;
export const KIND_HANDLE_DC_END = 9;
export const KIND_MAP_DC_START = 10;
export const KIND_MAP_DC_END = 11;

/** Rundown entries say what existed, not what happened; their header names whoever collected them. */
export function isRundownKind(kind: number): boolean {
  return kind >= KIND_HANDLE_DC_START;
}

/** Events of a view: their pointer is its base, no object. */
export function isMappingKind(kind: number): boolean {
  return kind === KIND_MAP || kind === KIND_UNMAP || kind === KIND_MAP_DC_START || kind === KIND_MAP_DC_END;
}

export interface ProcessTable {
  length: number;
  pid: Uint32Array;
  parentPid: Uint32Array;
  sessionId: Uint32Array;
  name: string[];
  commandLine: string[];
  /** NaN: started before the trace */
  startNs: Float64Array;
  /** NaN: alive at the end of the trace */
  endNs: Float64Array;
  /** 1: named by a process event; 0: only its pid was met in other events */
  known: Uint8Array;
}

/** Object, handle, reference and mapping events in time order. */
export interface EventTable {
  length: number;
  ns: Float64Array;
  /** KIND_… */
  kind: Uint8Array;
  /** process whose thread did it, -1 unknown; of rundown entries the owner */
  process: IntColumn;
  /** -1 unknown */
  tid: Int32Array;
  /** resolved stack, -1 none */
  stack: IntColumn;
  object: IntColumn;
  /** handle instance that it opens, closes or lists, -1 none */
  handle: IntColumn;
  /** handle value (u32 bits) of handle events, signed count of reference changes, else 0 */
  value: Int32Array;
}

export const OBJECT_MAPPING = 1;
export const OBJECT_BORN_BEFORE = 2;
export const OBJECT_LEAK = 4;
export const OBJECT_LEAK_AT_EXIT = 8;
export const OBJECT_MULTI_PROCESS = 16;
export const OBJECT_OVERLAPPED = 32;
/** it was handed to a child process */
export const OBJECT_INHERITED = 64;

/** Object and mapping instances, in id order (index = id - 1). */
export interface ObjectTable {
  length: number;
  flags: Uint16Array;
  pointerLow: Uint32Array;
  pointerHigh: Uint32Array;
  /** index into Trace.typeNames */
  type: Int32Array;
  /** index into Trace.strings, -1 none */
  name: Int32Array;
  /** NaN: before the trace */
  birthNs: Float64Array;
  /** NaN: alive at the end of the trace */
  deathNs: Float64Array;
  maxRefCount: Float64Array;
  refChanges: Uint32Array;
  peakOpen: Uint32Array;
  /** event that created it, -1 unknown */
  createEvent: Int32Array;
  /** event that ended it, -1 none */
  destroyEvent: Int32Array;
  /** handles of object i: [handleStart[i], handleStart[i + 1]) of HandleTable; length + 1 entries */
  handleStart: Uint32Array;
  /** events of object i: eventList[eventStart[i] … eventStart[i + 1]), in time order; length + 1 entries */
  eventStart: Uint32Array;
  eventList: Uint32Array;
  /** row of MappingTable, -1 for objects */
  mapping: Int32Array;
}

/** Grouped by object; within one object in order of openNs (existing first), then file order. */
export interface HandleTable {
  length: number;
  object: Int32Array;
  /** -1 unknown */
  owner: Int32Array;
  value: Uint32Array;
  start: Uint8Array;
  end: Uint8Array;
  /** NaN: before the trace */
  openNs: Float64Array;
  /** NaN: open at the end */
  closeNs: Float64Array;
  openEvent: Int32Array;
  closeEvent: Int32Array;
  /** source of duplicated and inherited handles, -1 none */
  sourceProcess: Int32Array;
  sourceValue: Uint32Array;
}

export interface MappingTable {
  length: number;
  process: Int32Array;
  baseLow: Uint32Array;
  baseHigh: Uint32Array;
  sizeLow: Uint32Array;
  sizeHigh: Uint32Array;
  offsetLow: Uint32Array;
  offsetHigh: Uint32Array;
  /** file key: address of the file object, as the event names it */
  keyLow: Uint32Array;
  keyHigh: Uint32Array;
  /** index into Trace.strings, -1 unknown */
  file: Int32Array;
}

/** What symbols say of one frame; made by worker/symbols. */
export interface FrameSymbol {
  /** as it is shown: short or full form */
  name: string;
  /** from the start of the function, bytes */
  offset: number;
  place: SourcePlace | null;
  /** functions that the compiler folded into it, innermost first */
  inlined: readonly string[];
}

/** Distinct frames as columns: a module and an offset in it, or a bare address (module -1) in two halves. */
export interface FrameColumns {
  module: Int32Array;
  low: Uint32Array;
  high: Uint32Array;
}

/** Stacks with their frames resolved to modules and, where symbols are known, to functions; leaf first. Interned: equal stacks have one index. */
export interface StackTable {
  readonly length: number;
  /** frames of stack s: frames[start[s] … start[s + 1]) */
  readonly start: Uint32Array;
  readonly frames: Int32Array;
  /** number of distinct frames */
  readonly frameCount: number;
  /** what the functions below read; for the cache of opened traces. Missing where a table does not come from a file (tests) */
  readonly frameColumns?: FrameColumns;
  /** text of a frame: "module!function+0x1A2B", "module+0x1A2B" without a name, "0x…" where no module covers it */
  frameText(frame: number): string;
  /** index into modules, -1 none */
  frameModule(frame: number): number;
  /** offset of the frame in its module, bytes; of a frame without a module the low half of its address */
  frameOffset(frame: number): number;
  /** null: no symbols for it */
  frameSymbol(frame: number): FrameSymbol | null;
  /** base names of modules, e.g. "ntoskrnl.exe" */
  readonly modules: string[];
  /** full paths of the modules */
  readonly modulePaths: string[];
  /** the PDB that each module needs, null where the trace does not say */
  readonly modulePdbs: readonly (PdbIdentity | null)[];
  /** file version of each module, null where the trace does not say */
  readonly moduleVersions: readonly (string | null)[];
  /** 1: a module of the system by its path ("just my code") */
  readonly moduleSystem: Uint8Array;
}

export interface Trace {
  info: TraceInfo;
  trust: TrustRecord;
  /** time of the last event */
  endNs: number;
  rundowns: { fromNs: number; toNs: number }[];
  /** when events were lost, as far as the trace tells (lostStretches.ts) */
  lostStretches: { fromNs: number; toNs: number }[];
  processes: ProcessTable;
  events: EventTable;
  objects: ObjectTable;
  handles: HandleTable;
  mappings: MappingTable;
  stacks: StackTable;
  strings: string[];
  typeNames: string[];
  /** names of an object beyond the first, where they differ: object index → string indexes */
  otherNames: Map<ObjectIndex, StringIndex[]>;
  /** made when it is asked for: only `leaklanes modules` wants it */
  loadedModules(): LoadedModule[];
}
