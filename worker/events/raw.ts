/**
 * What the decoder takes from a trace, as columns in file order. Times are nanoseconds since the start of the trace;
 * `sequence` is the ordinal of the event in the file. Nothing is correlated here.
 */
import { grown } from '../columns/growing.ts';

/** How much of the file is read: tells how much room the rows of all of it may need. */
export class ReadSoFar {
  /** share of the file that the rows up to now are from, 0 to 1 */
  share = 0;

  /** Room to make for `length` rows, and more: for all of the file if it goes on like this, so that long columns are copied once or twice only. */
  capacity(length: number): number {
    const expected = this.share > 0 ? (length / this.share) * 1.05 : 0;
    return Math.ceil(Math.min(Math.max(length * 1.5, expected), Math.max(length * 16, 4096)));
  }
}

/**
 * Object, handle, reference and mapping events in file order. A recording can have tens of millions of reference changes, so a row has
 * what those need; the rest of the other kinds stands in {@link RawDetails}. `kind` is a KIND_… of lifetimes/model.ts.
 */
export class RawObjectEvents {
  length = 0;
  private readonly soFar: ReadSoFar;
  ns = new Float64Array(1024);
  kind = new Uint8Array(1024);
  /** number of the object's pointer in Decoder.pointers, -1 for events of views */
  pointer = new Int32Array(1024);
  /** number of who did it in Decoder.actors; of rundown and mapping events the payload's process */
  actor = new Uint32Array(1024);
  /** of a reference change its signed count, of other kinds the row of details */
  value = new Int32Array(1024);
  /** kernel and user half of the stack, 0 none, > 0 a part + 1, < 0 -(key reference + 1) until keys are known; empty without stacks */
  kernelPart = new Int32Array(0);
  userPart = new Int32Array(0);

  constructor(soFar: ReadSoFar) {
    this.soFar = soFar;
  }

  add(ns: number, kind: number, pointer: number, actor: number, value: number): number {
    if (this.length === this.ns.length) this.grow(this.length + 1);
    const row = this.length++;
    this.ns[row] = ns;
    this.kind[row] = kind;
    this.pointer[row] = pointer;
    this.actor[row] = actor;
    this.value[row] = value;
    return row;
  }

  setPart(row: number, isKernel: boolean, part: number): void {
    if (this.kernelPart.length === 0) {
      this.kernelPart = new Int32Array(this.ns.length);
      this.userPart = new Int32Array(this.ns.length);
    }
    (isKernel ? this.kernelPart : this.userPart)[row] = part;
  }

  /** Gives back the memory of what is not needed after the events are put in order. */
  release(): void {
    this.ns = new Float64Array(0);
    this.kind = new Uint8Array(0);
    this.pointer = new Int32Array(0);
    this.actor = new Uint32Array(0);
  }

  /** Makes room for that many rows more at least. */
  reserve(rows: number): void {
    const needed = this.length + rows;
    if (needed > this.ns.length) this.grow(needed);
  }

  private grow(needed: number): void {
    const capacity = this.soFar.capacity(needed);
    this.ns = grown(this.ns, capacity);
    this.kind = grown(this.kind, capacity);
    this.pointer = grown(this.pointer, capacity);
    this.actor = grown(this.actor, capacity);
    this.value = grown(this.value, capacity);
    if (this.kernelPart.length === 0) return;
    this.kernelPart = grown(this.kernelPart, capacity);
    this.userPart = grown(this.userPart, capacity);
  }
}

/** What object events other than reference changes have beside. */
export class RawDetails {
  length = 0;
  private readonly soFar: ReadSoFar;
  /** handle value (of a duplicate the target's); 0 of objects and views */
  value = new Int32Array(1024);
  type = new Uint16Array(1024);
  /** index of the name into strings, -1 none */
  name = new Int32Array(1024);
  /** row in duplicates or mappings, -1 none */
  extra = new Int32Array(1024);

  constructor(soFar: ReadSoFar) {
    this.soFar = soFar;
  }

  add(value: number, type: number, name: number, extra: number): number {
    if (this.length === this.value.length) {
      const capacity = this.soFar.capacity(this.length);
      this.value = grown(this.value, capacity);
      this.type = grown(this.type, capacity);
      this.name = grown(this.name, capacity);
      this.extra = grown(this.extra, capacity);
    }
    const row = this.length++;
    this.value[row] = value;
    this.type[row] = type;
    this.name[row] = name;
    this.extra[row] = extra;
    return row;
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
  baseLow: number;
  baseHigh: number;
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
  /** object events before it in the file */
  row: number;
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

/** Key references: which key, when. The addresses are known later (stacks/keys.ts). */
export class RawKeyReferences {
  length = 0;
  private readonly soFar: ReadSoFar;
  /** number of the key in Decoder.keys */
  key = new Uint32Array(1024);
  /** time of the reference record itself */
  ns = new Float64Array(1024);

  constructor(soFar: ReadSoFar) {
    this.soFar = soFar;
  }

  add(key: number, ns: number): number {
    if (this.length === this.ns.length) {
      const capacity = this.soFar.capacity(this.length);
      this.key = grown(this.key, capacity);
      this.ns = grown(this.ns, capacity);
    }
    const row = this.length++;
    this.key[row] = key;
    this.ns[row] = ns;
    return row;
  }
}

/** Stack events and key references that could not be given to their events at once (stacks/eager.ts), in file order. */
export class RawStackReferences {
  length = 0;
  /** time stamp of the event that the stack belongs to */
  eventNs = new Float64Array(1024);
  /** time of the reference record itself */
  ns = new Float64Array(1024);
  sequence = new Uint32Array(1024);
  processor = new Uint16Array(1024);
  pid = new Uint32Array(1024);
  tid = new Uint32Array(1024);
  kind = new Uint8Array(1024);
  /** of keys: the key; of addresses: the part in keyLow */
  keyLow = new Uint32Array(1024);
  keyHigh = new Uint32Array(1024);

  /** Adds a row; the caller fills its columns. */
  add(): number {
    if (this.length === this.ns.length) {
      const capacity = this.ns.length * 2;
      this.eventNs = grown(this.eventNs, capacity);
      this.ns = grown(this.ns, capacity);
      this.sequence = grown(this.sequence, capacity);
      this.processor = grown(this.processor, capacity);
      this.pid = grown(this.pid, capacity);
      this.tid = grown(this.tid, capacity);
      this.kind = grown(this.kind, capacity);
      this.keyLow = grown(this.keyLow, capacity);
      this.keyHigh = grown(this.keyHigh, capacity);
    }
    return this.length++;
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

/** A run of events that stood in one buffer: [firstSequence, endSequence) of the file's, [firstRow, endRow) of the object events. */
export interface BufferRun {
  processor: number;
  firstSequence: number;
  endSequence: number;
  firstRow: number;
  endRow: number;
  /** time of the first and the last event that has one and is no stack; NaN where none has */
  firstNs: number;
  lastNs: number;
}
