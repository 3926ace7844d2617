/**
 * From the bytes of one buffer to its events (etl-format.md, section 2). One cursor is reused for every event: the
 * walk allocates nothing.
 */
import { GuidTable } from './guid.ts';

/** Header families as numbers for {@link EventCursor.family}. */
export const FAMILY_HOOK = 0;
/** Full, Instance and Event headers: GUID + opcode */
export const FAMILY_GUID = 1;
export const FAMILY_MESSAGE = 2;
export const FAMILY_ERROR = 3;

/** pid or tid that a header does not carry, or carries as "none" (0xFFFFFFFF). */
export const UNKNOWN_ID = 0xffffffff;

/** The event that the walk stands on. Positions are relative to the view. */
export class EventCursor {
  view: DataView = new DataView(new ArrayBuffer(0));
  /** where the event begins, and where its payload begins and ends */
  start = 0;
  payload = 0;
  end = 0;
  family = FAMILY_HOOK;
  /** group << 8 | opcode; -1 where the header has none */
  hook = -1;
  /** index into guids.texts; -1 where the header has none */
  guid = -1;
  opcode = 0;
  version = 0;
  pid = UNKNOWN_ID;
  tid = UNKNOWN_ID;
  /** raw time stamp; hasTime is false for messages and errors, whose header has none */
  timeLow = 0;
  timeHigh = 0;
  hasTime = false;
  /** 4 or 8, by the header's type */
  pointerSize = 8;
  /** position and bytes of the first stack among the extended items of an Event header; 0 bytes where there is none */
  stackItem = 0;
  stackItemSize = 0;
  stackItemPointerSize = 8;
  readonly guids = new GuidTable();
}

/**
 * A short cut for the one kind of event that some traces consist of: {@link walkEvents} hands it a stretch as soon as one begins. Events have a
 * 64-bit System header (32 bytes) there.
 */
export interface FastLane {
  /** lowest hook that it knows; it must be even, and the next one belongs to it as well */
  readonly hook: number;
  /** Takes events from `at` on, as many as are whole, of its hooks and without anything special. Position of the first one left to the walk. */
  take(view: DataView, bufferStart: number, at: number, end: number): number;
}

/** Version 0 to 65,535, type 2, flags 0xc0: the upper half of the first word of a 64-bit System header. */
export const SYSTEM_64 = 0xc002;

/** Why a walk ended. */
export type WalkEnd =
  /** all events were whole */
  | { kind: 'done' }
  /** the event at `at` has a size that cannot be, or a header of no known type */
  | { kind: 'damaged'; at: number; what: string }
  /** the event at `at` goes on past `end`, and the file itself ends there */
  | { kind: 'cut'; at: number };

const DONE: WalkEnd = { kind: 'done' };

/**
 * Calls `visit` for each event in `[start, end)` of the view, in order. `bufferStart` is where the buffer's header
 * begins: events are aligned to 8 from there. `cut` says that the buffer goes on past `end` but the file does not.
 * What `lane` takes is not visited.
 */
export function walkEvents(
  view: DataView,
  bufferStart: number,
  start: number,
  end: number,
  cut: boolean,
  cursor: EventCursor,
  visit: (cursor: EventCursor) => void,
  lane: FastLane | null = null,
): WalkEnd {
  cursor.view = view;
  const laneHook = lane === null ? -1 : lane.hook;
  let at = start;
  while (at + 8 <= end) {
    const marker = view.getUint32(at, true);
    if (lane !== null && marker >>> 16 === SYSTEM_64 && (view.getUint16(at + 6, true) & 0xfffe) === laneHook) {
      const next = lane.take(view, bufferStart, at, end);
      if (next > at) {
        at = next;
        continue;
      }
    }
    if (marker === 0xffffffff) return DONE;
    const flags = marker >>> 24;
    const type = (marker >>> 16) & 0xff;
    let size: number;
    let headerSize: number;
    cursor.start = at;
    cursor.stackItemSize = 0;
    cursor.hook = -1;
    cursor.guid = -1;

    if (flags === 0x90) {
      size = marker & 0xffff;
      headerSize = 8;
      cursor.family = FAMILY_MESSAGE;
      cursor.hasTime = false;
    } else if (flags !== 0xc0) {
      return { kind: 'damaged', at, what: `an event header of unknown family 0x${flags.toString(16)}` };
    } else {
      switch (type) {
        case 0x01:
        case 0x02:
        case 0x03:
        case 0x04:
          size = view.getUint16(at + 4, true);
          headerSize = type <= 2 ? 32 : 24;
          if (at + headerSize <= end) readSystem(view, at, cursor, type & 1 ? 4 : 8);
          break;
        case 0x10:
        case 0x11:
          size = view.getUint16(at + 4, true);
          headerSize = 16;
          if (at + headerSize <= end) {
            readPerfInfo(view, at, cursor, type === 0x10 ? 4 : 8);
            const extension = view.getUint8(at + 1);
            headerSize += (extension & 0x80 ? 8 : 0) + (extension & 0x7f) * 8;
          }
          break;
        case 0x0a:
        case 0x14:
        case 0x0b:
        case 0x15:
          size = marker & 0xffff;
          headerSize = type === 0x0a || type === 0x14 ? 48 : 72;
          if (at + headerSize <= end) readFull(view, at, cursor, type <= 0x0b ? 4 : 8);
          break;
        case 0x12:
        case 0x13:
          size = marker & 0xffff;
          headerSize = 80;
          if (at + headerSize <= end) {
            readEvent(view, at, cursor, type === 0x12 ? 4 : 8);
            if (view.getUint16(at + 4, true) & 1)
              headerSize = skipExtendedItems(view, at, Math.min(at + size, end), cursor);
          }
          break;
        case 0x0d:
          size = marker & 0xffff;
          headerSize = 8;
          cursor.family = FAMILY_ERROR;
          cursor.hasTime = false;
          break;
        default:
          return { kind: 'damaged', at, what: `an event header of unknown type 0x${type.toString(16)}` };
      }
    }

    if (headerSize < 0) return { kind: 'damaged', at, what: 'extended items that run past their event' };
    if (size < headerSize) return { kind: 'damaged', at, what: `an event of ${size} bytes, less than its header` };
    if (at + size > end) {
      if (cut) return { kind: 'cut', at };
      return { kind: 'damaged', at, what: `an event of ${size} bytes that runs past the end of its buffer` };
    }
    cursor.payload = at + headerSize;
    cursor.end = at + size;
    visit(cursor);
    at = bufferStart + ((at - bufferStart + size + 7) & ~7);
  }
  return cut && at < end ? { kind: 'cut', at } : DONE;
}

function readSystem(view: DataView, at: number, cursor: EventCursor, pointerSize: number): void {
  cursor.family = FAMILY_HOOK;
  cursor.version = view.getUint16(at, true);
  cursor.hook = view.getUint16(at + 6, true);
  cursor.opcode = cursor.hook & 0xff;
  cursor.tid = view.getUint32(at + 8, true);
  cursor.pid = view.getUint32(at + 12, true);
  readTime(view, at + 16, cursor);
  cursor.pointerSize = pointerSize;
}

function readPerfInfo(view: DataView, at: number, cursor: EventCursor, pointerSize: number): void {
  cursor.family = FAMILY_HOOK;
  cursor.version = view.getUint8(at);
  cursor.hook = view.getUint16(at + 6, true);
  cursor.opcode = cursor.hook & 0xff;
  cursor.tid = UNKNOWN_ID;
  cursor.pid = UNKNOWN_ID;
  readTime(view, at + 8, cursor);
  cursor.pointerSize = pointerSize;
}

function readFull(view: DataView, at: number, cursor: EventCursor, pointerSize: number): void {
  cursor.family = FAMILY_GUID;
  cursor.opcode = view.getUint8(at + 4);
  cursor.version = view.getUint16(at + 6, true);
  cursor.tid = view.getUint32(at + 8, true);
  cursor.pid = view.getUint32(at + 12, true);
  readTime(view, at + 16, cursor);
  cursor.guid = cursor.guids.intern(view, at + 24);
  cursor.pointerSize = pointerSize;
}

function readEvent(view: DataView, at: number, cursor: EventCursor, pointerSize: number): void {
  cursor.family = FAMILY_GUID;
  cursor.tid = view.getUint32(at + 8, true);
  cursor.pid = view.getUint32(at + 12, true);
  readTime(view, at + 16, cursor);
  cursor.guid = cursor.guids.intern(view, at + 24);
  cursor.version = view.getUint8(at + 42);
  cursor.opcode = view.getUint8(at + 45);
  cursor.pointerSize = pointerSize;
}

function readTime(view: DataView, at: number, cursor: EventCursor): void {
  cursor.timeLow = view.getUint32(at, true);
  cursor.timeHigh = view.getInt32(at + 4, true);
  cursor.hasTime = true;
}

/**
 * Extended items lie between header and payload: u16, u16 type, u16 (bit 0: one more follows), u16 size, data padded to 8.
 * Returns the bytes from the event's start to its payload, -1 where an item runs past the event.
 */
function skipExtendedItems(view: DataView, at: number, end: number, cursor: EventCursor): number {
  let item = at + 80;
  for (;;) {
    if (item + 8 > end) return -1;
    const type = view.getUint16(item + 2, true);
    const more = view.getUint16(item + 4, true) & 1;
    const size = view.getUint16(item + 6, true);
    if (item + 8 + size > end) return -1;
    // 5 and 6: u64 match id, then the addresses of a 32- or 64-bit stack.
    if ((type === 5 || type === 6) && size > 8 && cursor.stackItemSize === 0) {
      cursor.stackItem = item + 16;
      cursor.stackItemSize = size - 8;
      cursor.stackItemPointerSize = type === 5 ? 4 : 8;
    }
    item += 8 + ((size + 7) & ~7);
    if (!more) return Math.min(item, end) - at;
  }
}
