import { ByteWriter } from './byteWriter.ts';

/** Event headers of etl-format.md, section 2, as bytes. */
export type PointerSize = 4 | 8;

export const HEADER_STYLES = ['system', 'compact', 'perfInfo', 'full', 'instance', 'event'] as const;
export type HeaderStyle = (typeof HEADER_STYLES)[number];

/** Byte 2 of an event: the header type for pointer size 4 and 8. */
export const HEADER_TYPES: Record<HeaderStyle, readonly [number, number]> = {
  system: [1, 2],
  compact: [3, 4],
  perfInfo: [0x10, 0x11],
  full: [0x0a, 0x14],
  instance: [0x0b, 0x15],
  event: [0x12, 0x13],
};

/** Bytes of the fixed header, without extension or extended items. */
export const HEADER_SIZES: Record<HeaderStyle, number> = {
  system: 32,
  compact: 24,
  perfInfo: 16,
  full: 48,
  instance: 72,
  event: 80,
};

/** What a header says that has no such field, or what Windows writes where nobody is named. */
export const NO_ID = 0xffffffff;
const NO_GUID = '00000000-0000-0000-0000-000000000000';
const FLAGS = 0xc0;
const ERROR_TYPE = 0x0d;
const MESSAGE_FLAGS = 0x90;

interface Common {
  pointerSize: PointerSize;
  /** the time stamp as it stands in the file (see TraceClock.stamp) */
  stamp: bigint;
  /** 0 to 255 for perfInfo and event headers, else 0 to 65535 */
  version: number;
  payload: Uint8Array;
  /** overrides the size field: for forging damage */
  size?: number;
}

/** A kernel event named by its hook = group << 8 | opcode. */
export interface HookEvent extends Common {
  style: 'system' | 'compact' | 'perfInfo';
  hook: number;
  /** not written by perfInfo */
  pid?: number;
  tid?: number;
  /** system headers only */
  kernelTime?: number;
  userTime?: number;
  /** perfInfo only: extension bit 7 and 8 bytes between header and payload */
  pebs?: bigint;
  /** perfInfo only: the extension's low bits and that many 8-byte counters (at most 7) */
  counters?: readonly bigint[];
}

/** An event named by GUID and opcode (or descriptor). */
export interface GuidEvent extends Common {
  style: 'full' | 'instance' | 'event';
  guid: string;
  opcode: number;
  level?: number;
  pid?: number;
  tid?: number;
  /** instance only */
  instanceId?: number;
  parentInstanceId?: number;
  parentGuid?: string;
  /** event only: the rest of the descriptor */
  id?: number;
  channel?: number;
  task?: number;
  keyword?: bigint;
  activity?: string;
  /** event only */
  extended?: readonly ExtendedItem[];
}

/** Data of an extended item of an Event header. Types 5 and 6 are stacks (32 and 64 bit), see {@link stackItem}. */
export interface ExtendedItem {
  type: number;
  data: Uint8Array;
}

/** The stack of an Event header's event: u64 match id (0 = the stack is complete), then the addresses, leaf first. */
export function stackItem(pointerSize: PointerSize, frames: readonly bigint[], matchId = 0n): ExtendedItem {
  const out = new ByteWriter().u64(matchId);
  for (const frame of frames) out.pointer(frame, pointerSize);
  return { type: pointerSize === 8 ? 6 : 5, data: out.toBytes() };
}

/**
 * An event of header type 0x0D. The reference only says that its size stands at 0; the fields up to the time are written as in a Full header.
 */
export interface ErrorEvent {
  style: 'error';
  stamp: bigint;
  pid?: number;
  tid?: number;
  payload: Uint8Array;
  size?: number;
}

/** A WPP message: 8 bytes of header; what `flags` names stands before the payload. */
export interface MessageEvent {
  style: 'message';
  number: number;
  /** 1 sequence number, 2 GUID, 8 time stamp, 0x20 thread and process */
  flags: number;
  sequence?: number;
  guid?: string;
  stamp?: bigint;
  pid?: number;
  tid?: number;
  payload: Uint8Array;
  size?: number;
}

export type EventSpec = HookEvent | GuidEvent | ErrorEvent | MessageEvent;

/** Appends the event at a multiple of 8 and pads it to one with zeros (the size field does not count the padding). */
export function writeEvent(out: ByteWriter, event: EventSpec): void {
  out.align(8);
  const start = out.length;
  let sizeAt = start;
  switch (event.style) {
    case 'system':
    case 'compact':
    case 'perfInfo':
      sizeAt = start + 4;
      writeHookHeader(out, event);
      break;
    case 'error':
      out.u16(0).u8(ERROR_TYPE).u8(FLAGS).u32(0);
      out.u32(event.tid ?? NO_ID).u32(event.pid ?? NO_ID);
      out.u64(event.stamp);
      break;
    case 'message':
      out.u16(0).u8(0).u8(MESSAGE_FLAGS).u16(event.number).u16(event.flags);
      if (event.flags & 1) out.u32(event.sequence ?? 0);
      if (event.flags & 2) out.guid(event.guid ?? NO_GUID);
      if (event.flags & 8) out.u64(event.stamp ?? 0n);
      if (event.flags & 0x20) out.u32(event.tid ?? NO_ID).u32(event.pid ?? NO_ID);
      break;
    default:
      writeGuidHeader(out, event);
  }
  out.bytes(event.payload);
  const size = event.size ?? out.length - start;
  if (size > 0xffff) throw new RangeError(`an event of ${size} bytes does not fit into its 16-bit size`);
  out.patchU16(sizeAt, size);
  out.align(8);
}

/** The event alone, padding included. */
export function encodeEvent(event: EventSpec): Uint8Array {
  const out = new ByteWriter();
  writeEvent(out, event);
  return out.toBytes();
}

function typeOf(style: HeaderStyle, pointerSize: PointerSize): number {
  return HEADER_TYPES[style][pointerSize === 8 ? 1 : 0];
}

function writeHookHeader(out: ByteWriter, event: HookEvent): void {
  const type = typeOf(event.style, event.pointerSize);
  if (event.style === 'perfInfo') {
    const counters = event.counters ?? [];
    if (counters.length > 7) throw new RangeError('a PerfInfo header has at most 7 counters');
    out.u8(event.version).u8((event.pebs === undefined ? 0 : 0x80) | counters.length);
    out.u8(type).u8(FLAGS).u16(0).u16(event.hook).u64(event.stamp);
    if (event.pebs !== undefined) out.u64(event.pebs);
    for (const counter of counters) out.u64(counter);
    return;
  }
  out.u16(event.version).u8(type).u8(FLAGS).u16(0).u16(event.hook);
  out.u32(event.tid ?? NO_ID).u32(event.pid ?? NO_ID);
  out.u64(event.stamp);
  if (event.style === 'system') out.u32(event.kernelTime ?? 0).u32(event.userTime ?? 0);
}

function writeGuidHeader(out: ByteWriter, event: GuidEvent): void {
  const extended = event.extended ?? [];
  out.u16(0).u8(typeOf(event.style, event.pointerSize)).u8(FLAGS);
  if (event.style === 'event') out.u16(extended.length > 0 ? 1 : 0).u16(0);
  else {
    out
      .u8(event.opcode)
      .u8(event.level ?? 0)
      .u16(event.version);
  }
  out.u32(event.tid ?? NO_ID).u32(event.pid ?? NO_ID);
  out.u64(event.stamp);
  out.guid(event.guid);
  if (event.style === 'full') {
    out.u64(0n);
  } else if (event.style === 'instance') {
    out.u32(event.instanceId ?? 0).u32(event.parentInstanceId ?? 0);
    out.u64(0n);
    out.guid(event.parentGuid ?? NO_GUID);
  } else {
    out.u16(event.id ?? 0).u8(event.version);
    out
      .u8(event.channel ?? 0)
      .u8(event.level ?? 0)
      .u8(event.opcode)
      .u16(event.task ?? 0)
      .u64(event.keyword ?? 0n);
    out.u64(0n);
    out.guid(event.activity ?? NO_GUID);
    extended.forEach((item, i) => {
      // u16 size of the whole item, u16 type, u16 with bit 0 = one more follows, u16 size of the data.
      out.u16(8 + item.data.length).u16(item.type);
      out.u16(i + 1 < extended.length ? 1 : 0).u16(item.data.length);
      out.bytes(item.data).align(8);
    });
  }
}
