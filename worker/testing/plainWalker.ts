/**
 * A second, deliberately plain reading of etl-format.md for the tests of this folder and of the sample: slow, trusting, no use of the
 * production reader and none of the writer's code. It throws on anything odd.
 */
export interface WalkedBuffer {
  offset: number;
  bufferSize: number;
  savedOffset: number;
  cpu: number;
  flags: number;
  type: number;
  state: number;
  sequenceNumber: bigint;
  timeStamp: bigint;
  compressed: boolean;
  /** bytes after the header, decompressed, up to the end of valid data */
  body: Uint8Array;
}

export interface WalkedEvent {
  buffer: number;
  cpu: number;
  /** header type, byte 2 (0x90 for messages) */
  headerType: number;
  pointerSize: 4 | 8;
  /** four hex digits, or GUID/opcode, or 'message', or 'error' */
  key: string;
  version: number;
  /** null where the header has none */
  pid: number | null;
  tid: number | null;
  stamp: bigint;
  payload: Uint8Array;
  /** extended items of an Event header */
  extended: { type: number; data: Uint8Array }[];
  /** PerfInfo extension */
  pebs: bigint | null;
  counters: bigint[];
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function walkBuffers(file: Uint8Array): WalkedBuffer[] {
  const view = viewOf(file);
  const buffers: WalkedBuffer[] = [];
  for (let at = 0; at < file.length;) {
    const bufferSize = view.getUint32(at, true);
    if (bufferSize < 72 || at + bufferSize > file.length) throw new Error(`bad BufferSize ${bufferSize} at ${at}`);
    let savedOffset = view.getUint32(at + 4, true);
    if (buffers.length === 0) savedOffset = Math.max(savedOffset, view.getUint32(at + 48, true));
    const flags = view.getUint16(at + 52, true);
    const compressed = (flags & 0x40) !== 0;
    const processor = view.getUint16(at + 40, true);
    const stored = file.subarray(at + 72, at + bufferSize);
    buffers.push({
      offset: at,
      bufferSize,
      savedOffset,
      cpu: flags & 0x20 ? processor : processor & 0xff,
      flags,
      type: view.getUint16(at + 54, true),
      state: view.getUint32(at + 44, true),
      sequenceNumber: view.getBigInt64(at + 24, true),
      timeStamp: view.getBigInt64(at + 16, true),
      compressed,
      body: compressed ? plainDecompress(stored, savedOffset - 72).bytes : stored.subarray(0, savedOffset - 72),
    });
    at += bufferSize;
  }
  return buffers;
}

/** All events in file order. */
export function walkEvents(file: Uint8Array): WalkedEvent[] {
  return walkBuffers(file).flatMap((buffer, i) => eventsOf(buffer, i));
}

function eventsOf(buffer: WalkedBuffer, index: number): WalkedEvent[] {
  const { body } = buffer;
  const view = viewOf(body);
  const events: WalkedEvent[] = [];
  let at = 0;
  while (at + 8 <= body.length && view.getUint32(at, true) !== 0xffffffff) {
    const type = body[at + 2];
    const family = body[at + 3];
    const kernel = family === 0xc0 && [1, 2, 3, 4, 0x10, 0x11].includes(type);
    const size = view.getUint16(kernel ? at + 4 : at, true);
    if (size < 8 || at + size > body.length) throw new Error(`bad event size ${size} in buffer ${index} at ${at}`);
    const event: WalkedEvent = {
      buffer: index,
      cpu: buffer.cpu,
      headerType: type,
      pointerSize: [2, 4, 0x11, 0x14, 0x15, 0x13].includes(type) ? 8 : 4,
      key: '',
      version: 0,
      pid: null,
      tid: null,
      stamp: 0n,
      payload: new Uint8Array(0),
      extended: [],
      pebs: null,
      counters: [],
    };
    let header: number;
    if (family === 0x90) {
      event.headerType = 0x90;
      event.key = 'message';
      header = 8;
    } else if (family !== 0xc0) {
      throw new Error(`unknown family ${family}`);
    } else if (kernel) {
      event.key = view
        .getUint16(at + 6, true)
        .toString(16)
        .padStart(4, '0');
      if (type >= 0x10) {
        header = 16;
        event.version = body[at]!;
        event.stamp = view.getBigInt64(at + 8, true);
        const extension = body[at + 1];
        if (extension & 0x80) {
          event.pebs = view.getBigUint64(at + header, true);
          header += 8;
        }
        for (let i = 0; i < (extension & 7); i++, header += 8)
          event.counters.push(view.getBigUint64(at + header, true));
      } else {
        header = type <= 2 ? 32 : 24;
        event.version = view.getUint16(at, true);
        event.tid = view.getUint32(at + 8, true);
        event.pid = view.getUint32(at + 12, true);
        event.stamp = view.getBigInt64(at + 16, true);
      }
    } else {
      event.tid = view.getUint32(at + 8, true);
      event.pid = view.getUint32(at + 12, true);
      event.stamp = view.getBigInt64(at + 16, true);
      if (type === 0x0d) {
        event.key = 'error';
        header = 24;
      } else if (type === 0x12 || type === 0x13) {
        event.key = `${guidAt(body, at + 24)}/${body[at + 45]}`;
        event.version = body[at + 42]!;
        header = 80;
        let more = (view.getUint16(at + 4, true) & 1) !== 0;
        while (more) {
          const item = at + header;
          const dataSize = view.getUint16(item + 6, true);
          event.extended.push({
            type: view.getUint16(item + 2, true),
            data: body.slice(item + 8, item + 8 + dataSize),
          });
          more = (view.getUint16(item + 4, true) & 1) !== 0;
          header += 8 + ((dataSize + 7) & ~7);
        }
      } else if ([0x0a, 0x14, 0x0b, 0x15].includes(type)) {
        event.key = `${guidAt(body, at + 24)}/${body[at + 4]}`;
        event.version = view.getUint16(at + 6, true);
        header = type === 0x0a || type === 0x14 ? 48 : 72;
      } else {
        throw new Error(`unknown header type ${type}`);
      }
    }
    event.payload = body.slice(at + header, at + size);
    events.push(event);
    at += (size + 7) & ~7;
  }
  return events;
}

/** GUID in text form, lower case. */
export function guidAt(bytes: Uint8Array, at: number): string {
  const hex = (order: readonly number[]): string =>
    order.map((i) => bytes[at + i].toString(16).padStart(2, '0')).join('');
  const parts = [
    [3, 2, 1, 0],
    [5, 4],
    [7, 6],
    [8, 9],
    [10, 11, 12, 13, 14, 15],
  ];
  return parts.map(hex).join('-');
}

/** UTF-16 up to a NUL or the end. */
export function utf16At(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i + 1 < bytes.length; i += 2) {
    const code = bytes[i] | (bytes[i + 1] << 8);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

/** 8-bit characters up to a NUL or the end. */
export function latin1At(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i < bytes.length && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

/**
 * The algorithm of etl-format.md section 1, line by line. `forms`: which ways to write a length it met; `used`: bytes of input taken.
 */
export function plainDecompress(
  input: Uint8Array,
  size: number,
): { bytes: Uint8Array; forms: Set<string>; used: number } {
  const out = new Uint8Array(size);
  let done = 0;
  const forms = new Set<string>();
  let at = 0;
  const u8 = (): number => {
    if (at >= input.length) throw new Error('the input ends early');
    return input[at++];
  };
  const u16 = (): number => u8() + u8() * 256;
  const u32 = (): number => u16() + u16() * 65536;
  let flags = 0;
  let left = 0;
  let nibbleAt = -1;
  while (done < size) {
    if (left === 0) {
      flags = u32();
      left = 32;
    }
    left--;
    if (((flags >>> left) & 1) === 0) {
      out[done++] = u8();
      continue;
    }
    const m = u16();
    const offset = (m >> 3) + 1;
    let length = m & 7;
    let form = 'bits';
    if (length === 7) {
      form = 'nibble';
      if (nibbleAt < 0) {
        nibbleAt = at;
        length = u8() & 15;
      } else {
        length = input[nibbleAt] >> 4;
        nibbleAt = -1;
      }
      if (length === 15) {
        form = 'byte';
        length = u8();
        if (length === 255) {
          form = 'u16';
          length = u16();
          if (length === 0) {
            form = 'u32';
            length = u32();
          }
          length -= 22;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;
    forms.add(form);
    if (offset > done) throw new Error(`offset ${offset} lies before the start`);
    if (done + length > size) throw new Error('a match passes the end');
    for (let i = 0; i < length; i++, done++) out[done] = out[done - offset]!;
  }
  return { bytes: out, forms, used: at };
}
