import type { Filter } from './filter.ts';
import type { SymbolStatus } from './symbols.ts';

/**
 * The records that cross from the worker to its hosts. Times are nanoseconds since the start of the trace (integers);
 * null means unknown (before the trace, or not yet ended: the field's comment says which). 64-bit numbers are strings.
 */

/** How a handle came to be in its owner's table. */
export const HANDLE_STARTS = ['created', 'duplicated', 'inherited', 'existing'] as const;
export type HandleStart = (typeof HANDLE_STARTS)[number];

/** How a handle ended; `open` is not closed when the trace ended, `lost` is closed unseen. */
export const HANDLE_ENDS = ['open', 'closed', 'closedByOther', 'processExit', 'lost'] as const;
export type HandleEnd = (typeof HANDLE_ENDS)[number];

/** The events of an object or mapping, by the names of the JSON output. */
export const EVENT_KINDS = [
  'HandleCreate',
  'HandleClose',
  'HandleDuplicate',
  'RefChange',
  'Map',
  'Unmap',
  'ObjectCreate',
  'ObjectDelete',
  'HandleDCStart',
  'HandleDCEnd',
  'MapDCStart',
  'MapDCEnd',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type HealthSeverity = 'info' | 'warning' | 'error';

/** One thing to know about how far the trace can be believed. `error`: a part of the file could not be read. */
export interface HealthEntry {
  severity: HealthSeverity;
  code: string;
  message: string;
}

/** From the log-file header (etl-format.md, section 3). */
export interface TraceHeader {
  pointerSize: number;
  osBuild: number;
  processors: number;
  perfFreq: number;
  /** 1 = QPC, 2 = system time, 3 = CPU cycles */
  clockType: number;
  startTimeFiletime: string;
  endTimeFiletime: string;
  bootTimeFiletime: string;
  eventsLost: number;
  buffersLost: number;
  timeZoneBiasMinutes: number;
  sessionName: string;
  logFileName: string;
}

export interface ProcessRecord {
  pid: number;
  parentPid: number;
  sessionId: number;
  name: string;
  commandLine: string;
  /** null: started before the trace */
  startNs: number | null;
  /** null: alive at the end of the trace */
  endNs: number | null;
}

/** `leaklanes info --format json`, one a file (cli.md). */
export interface TraceInfo {
  file: string;
  bytes: number;
  buffers: number;
  compressedBuffers: number;
  events: number;
  header: TraceHeader;
  firstEventNs: number;
  lastEventNs: number;
  counts: Record<string, number>;
  processes: ProcessRecord[];
  imageEvents: number;
  stacks: { stackEvents: number; matchedToAnEvent: number; unresolvedKeys: number; frames: number };
  health: HealthEntry[];
}

/** How far to believe the trace: counts behind the health sentences, shown in the window's trust bar. */
export interface TrustRecord {
  eventsLost: number;
  buffersLost: number;
  damagedBuffers: number;
  decodeErrors: number;
  missing: ('handles' | 'objects' | 'mappings' | 'stacks' | 'rundown' | 'processes' | 'images')[];
  /** object, handle and mapping events, and how many of them have a stack */
  objectEvents: number;
  objectEventsWithStack: number;
  unresolvedKeys: number;
  /** frames of those stacks that fall into no module, and those without a function name (the former included) */
  framesWithoutModule: number;
  framesWithoutSymbol: number;
  frames: number;
  handlesWithUnknownOwner: number;
  handlesLost: number;
  /** closes whose open was lost (their handle value had been seen before in the trace) */
  opensUnseen: number;
}

/** What the window shows about an opened trace without any further request. */
export interface TraceSummary {
  info: TraceInfo;
  trust: TrustRecord;
  /** time span of the events, ns; lanes go from 0 to endNs */
  endNs: number;
  /** first HandleDCStart/DCEnd to last: [from, to] of the rundowns, for shading */
  rundowns: { fromNs: number; toNs: number }[];
  objects: number;
  handles: number;
  mappings: number;
  leaks: number;
  leaksAtExit: number;
  symbols: SymbolStatus;
  /** stretches of time in which events were lost, where the trace tells */
  lostStretches: { fromNs: number; toNs: number }[];
}

/** One row of the Objects table. */
export interface ObjectRow {
  /** 1, 2, 3 … in order of first event */
  id: number;
  kind: 'object' | 'mapping';
  /** "0xFFFF…" ; for a mapping its view base */
  pointer: string;
  type: string;
  name: string | null;
  /** process that created it as "name(pid)", null where unknown (born before the trace) */
  process: string | null;
  birthNs: number | null;
  /** null: alive at the end */
  deathNs: number | null;
  lifetimeNs: number | null;
  bornBeforeTrace: boolean;
  leak: boolean;
  leakAtExit: boolean;
  handles: number;
  openHandles: number;
  inherited: boolean;
  refChanges: number;
  /** first frame of the create stack that is not of the kernel or ntdll/kernelbase, as text, null where none */
  createFrame: string | null;
}

export interface StackText {
  /** "module+0x…" or "module!function+0x…" or "0x…", leaf first */
  frames: string[];
  /** by frame: "file.cpp:12" where the code was written, null unknown */
  places: (string | null)[];
  /** by frame: functions that were folded into it, innermost first; [] none */
  inlined: string[][];
  /** by frame: of a system module ("just my code") */
  system: boolean[];
}

export interface HandleRow {
  /** "name(pid)" or null where the owner is unknown */
  owner: string | null;
  handle: string;
  start: HandleStart;
  end: HandleEnd;
  openNs: number | null;
  closeNs: number | null;
  /** "cmd.exe(1026876) 0x124" for duplicated and inherited handles */
  source: string | null;
  /** who closed it, where that is not the owner */
  closedBy: string | null;
}

export interface EventRow {
  ns: number;
  kind: EventKind;
  process: string | null;
  tid: number | null;
  handle: string | null;
  delta: number | null;
  /** running reference count after a RefChange */
  refCount: number | null;
  /** the object's handles that are open after the event, as far as the trace knows; null where it is not about a handle */
  openHandles: number | null;
  /** stack id into {@link ObjectDetails.stacks}, null where the event has none */
  stack: number | null;
  note: string | null;
}

/** Everything about one object: what the details pane shows. */
export interface ObjectDetails {
  row: ObjectRow;
  otherNames: string[];
  maxRefCount: number;
  multiProcess: boolean;
  overlapped: boolean;
  inheritedBy: string[];
  map: { base: string; end: string; size: string; offset: string; file: string | null } | null;
  handles: HandleRow[];
  /** at most `eventLimit` events, in time order; `eventCount` says how many there are */
  events: EventRow[];
  eventCount: number;
  stacks: Record<number, StackText>;
  createStack: number | null;
  destroyStack: number | null;
  /** other objects with the same create stack, and with the same name */
  sameStack: number;
  sameName: number;
  /** filters for the links: same stack, name, process, type; absent where the object has none */
  links: Partial<Record<'sameStack' | 'sameName' | 'sameProcess' | 'sameType', Filter>>;
  /** reference changes by stack, largest net first; at most 200 */
  ledger: LedgerRow[];
}

/** Reference changes of one object under one stack: what is taken and never given back has net > 0. */
export interface LedgerRow {
  /** stack id into {@link ObjectDetails.stacks}, null: events without a stack */
  stack: number | null;
  taken: number;
  given: number;
  net: number;
  events: number;
}

/** What is being done, for progress bars. `bytesTotal` is 0 where a phase has no bytes. */
export interface Progress {
  phase: 'upload' | 'read' | 'sort' | 'correlate' | 'export' | 'symbols';
  bytesDone: number;
  bytesTotal: number;
  events: number;
  /** of opening a large file: its first part can be asked now, as if it were the trace, until the whole is there or opening ends */
  firstPart?: TraceSummary;
  /** of the phase `symbols`: names so far, and what is being done ("ntdll.pdb: 12 of 30 MB") */
  symbols?: SymbolStatus;
  doing?: string;
}
