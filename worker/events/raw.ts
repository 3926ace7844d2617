/**
 * What the decoder takes from a trace, as columns in file order. Times are nanoseconds since the start of the trace;
 * `sequence` is the ordinal of the event in the file. Nothing is correlated here.
 */
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import { grown } from '../columns/growing.ts';

/** Object, handle, reference and mapping events. `kind` is a KIND_… of lifetimes/model.ts. */
export class RawObjectEvents {
  length = 0;
  ns = new Float64Array(1024);
  sequence = new Uint32Array(1024);
  kind = new Uint8Array(1024);
  /** object pointer; view base of mappings */
  pointerLow = new Uint32Array(1024);
  pointerHigh = new Uint32Array(1024);
  /** of the header; UNKNOWN_ID where it has none. Of rundown and mapping events the payload's process */
  pid = new Uint32Array(1024);
  tid = new Uint32Array(1024);
  /** thread that ran on the processor by the last context switch, for events whose header has none */
  switchedTid = new Uint32Array(1024);
  /** handle value (of a duplicate the target's), or the signed count of a reference change */
  value = new Uint32Array(1024);
  type = new Uint16Array(1024);
  /** index of the name into strings, -1 none */
  name = new Int32Array(1024);
  /** row in duplicates or mappings, -1 none */
  detail = new Int32Array(1024);

  add(ns: number, sequence: number, kind: number, pointerLow: number, pointerHigh: number): number {
    if (this.length === this.ns.length) this.grow();
    const row = this.length++;
    this.ns[row] = ns;
    this.sequence[row] = sequence;
    this.kind[row] = kind;
    this.pointerLow[row] = pointerLow;
    this.pointerHigh[row] = pointerHigh;
    this.pid[row] = UNKNOWN_ID;
    this.tid[row] = UNKNOWN_ID;
    this.switchedTid[row] = UNKNOWN_ID;
    this.name[row] = -1;
    this.detail[row] = -1;
    return row;
  }

  private grow(): void {
    const capacity = this.ns.length * 2;
    this.ns = grown(this.ns, capacity);
    this.sequence = grown(this.sequence, capacity);
    this.kind = grown(this.kind, capacity);
    this.pointerLow = grown(this.pointerLow, capacity);
    this.pointerHigh = grown(this.pointerHigh, capacity);
    this.pid = grown(this.pid, capacity);
    this.tid = grown(this.tid, capacity);
    this.switchedTid = grown(this.switchedTid, capacity);
    this.value = grown(this.value, capacity);
    this.type = grown(this.type, capacity);
    this.name = grown(this.name, capacity);
    this.detail = grown(this.detail, capacity);
  }
}

/** The extra fields of a DuplicateHandle event. */
export interface RawDuplicate {
  sourceHandle: number;
  targetPid: number;
  /** UNKNOWN_ID: an older payload that lacks it, the event's own process is meant */
  sourcePid: number;
}

/** The extra fields of a mapping event; 64-bit numbers as two halves. */
export interface RawMapping {
  pid: number;
  keyLow: number;
  keyHigh: number;
  sizeLow: number;
  sizeHigh: number;
  offsetLow: number;
  offsetHigh: number;
}

export type ProcessEventKind = 'start' | 'end' | 'dcStart' | 'dcEnd';

export interface RawProcessEvent {
  kind: ProcessEventKind;
  ns: number;
  sequence: number;
  pid: number;
  parentPid: number;
  sessionId: number;
  exitStatus: number;
  name: string;
  commandLine: string;
  /** address of the process object, "" where the version has none */
  uniqueKey: string;
  /** thread that the header names (of a start: the creating one); UNKNOWN_ID where it has none */
  headerTid: number;
}

export interface RawThreadEvent {
  ns: number;
  tid: number;
  pid: number;
}

export type ImageEventKind = 'load' | 'unload' | 'dcStart' | 'dcEnd';

export interface RawImageEvent {
  kind: ImageEventKind;
  ns: number;
  sequence: number;
  pid: number;
  baseLow: number;
  baseHigh: number;
  /** bytes; images are smaller than 4 GiB */
  size: number;
  timeStamp: number;
  /** index into strings, -1 none */
  file: number;
}

export type FileNameKind = 'name' | 'create' | 'delete' | 'rundown';

export interface RawFileName {
  kind: FileNameKind;
  ns: number;
  keyLow: number;
  keyHigh: number;
  name: number;
}

/** ImageID events of merged files: what a module is, keyed by its base and process. */
export interface RawImageId {
  kind: 'info' | 'pdb' | 'version';
  ns: number;
  pid: number;
  baseLow: number;
  baseHigh: number;
  timeStamp: number;
  imageSize: number;
  originalName: string;
  pdbName: string;
  pdbGuid: string;
  pdbAge: number;
  version: Record<VersionField, string> | null;
}

export const VERSION_FIELDS = [
  'originalFileName',
  'fileDescription',
  'fileVersion',
  'binaryVersion',
  'language',
  'productName',
  'company',
  'productVersion',
  'fileId',
  'programId',
] as const;
export type VersionField = (typeof VERSION_FIELDS)[number];

/** Which part of a stack a reference brings. */
export const STACK_ADDRESSES = 0;
export const STACK_KEY_KERNEL = 1;
export const STACK_KEY_USER = 2;

/** Stack events and key references. */
export class RawStackReferences {
  length = 0;
  /** time stamp of the event that the stack belongs to */
  eventNs = new Float64Array(1024);
  /** time of the reference record itself */
  ns = new Float64Array(1024);
  sequence = new Uint32Array(1024);
  pid = new Uint32Array(1024);
  tid = new Uint32Array(1024);
  kind = new Uint8Array(1024);
  /** of keys: the key; of addresses: the part in keyLow */
  keyLow = new Uint32Array(1024);
  keyHigh = new Uint32Array(1024);

  add(
    kind: number,
    eventNs: number,
    ns: number,
    sequence: number,
    pid: number,
    tid: number,
    low: number,
    high: number,
  ) {
    if (this.length === this.ns.length) {
      const capacity = this.ns.length * 2;
      this.eventNs = grown(this.eventNs, capacity);
      this.ns = grown(this.ns, capacity);
      this.sequence = grown(this.sequence, capacity);
      this.pid = grown(this.pid, capacity);
      this.tid = grown(this.tid, capacity);
      this.kind = grown(this.kind, capacity);
      this.keyLow = grown(this.keyLow, capacity);
      this.keyHigh = grown(this.keyHigh, capacity);
    }
    const row = this.length++;
    this.kind[row] = kind;
    this.eventNs[row] = eventNs;
    this.ns[row] = ns;
    this.sequence[row] = sequence;
    this.pid[row] = pid;
    this.tid[row] = tid;
    this.keyLow[row] = low;
    this.keyHigh[row] = high;
  }
}

/** KeyDelete and KeyRundown: which addresses a key stood for. */
export class RawStackKeys {
  length = 0;
  ns = new Float64Array(1024);
  keyLow = new Uint32Array(1024);
  keyHigh = new Uint32Array(1024);
  part = new Uint32Array(1024);

  add(ns: number, low: number, high: number, part: number): void {
    if (this.length === this.ns.length) {
      const capacity = this.ns.length * 2;
      this.ns = grown(this.ns, capacity);
      this.keyLow = grown(this.keyLow, capacity);
      this.keyHigh = grown(this.keyHigh, capacity);
      this.part = grown(this.part, capacity);
    }
    const row = this.length++;
    this.ns[row] = ns;
    this.keyLow[row] = low;
    this.keyHigh[row] = high;
    this.part[row] = part;
  }
}

/** A run of events that stood in one buffer: [firstSequence, endSequence). */
export interface BufferRun {
  processor: number;
  firstSequence: number;
  endSequence: number;
}
