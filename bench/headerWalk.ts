/** The yardstick: reading a file from front to back, and walking the headers of its events as plainly as TypeScript can. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 4 * 1024 * 1024;
const BUFFER_HEADER_SIZE = 72;

export function readPlainly(path: string): void {
  const file = openSync(path, 'r');
  const chunk = new Uint8Array(CHUNK);
  while (readSync(file, chunk) > 0);
  closeSync(file);
}

export interface Walked {
  events: number;
  hooks: Uint32Array;
  lastStamp: number;
}

/**
 * Counts the events of each hook and finds the latest time stamp, of a file that is known to be whole and not compressed: family, type, size,
 * hook and time of every event are read, nothing is checked, nothing kept.
 */
export function walkHeaders(path: string): Walked {
  const file = openSync(path, 'r');
  let bytes = new Uint8Array(CHUNK);
  let view = new DataView(bytes.buffer);
  const walked: Walked = { events: 0, hooks: new Uint32Array(0x10000), lastStamp: 0 };
  let length = 0;
  for (;;) {
    const got = readSync(file, bytes, length, bytes.length - length, null);
    length += got;
    let at = 0;
    while (at + BUFFER_HEADER_SIZE <= length) {
      const size = view.getUint32(at, true);
      if (at + size > length) break;
      walkBuffer(view, at, walked);
      at += size;
    }
    if (got === 0) break;
    if (at === 0 && length === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    } else {
      bytes.copyWithin(0, at, length);
      length -= at;
    }
  }
  closeSync(file);
  return walked;
}

function walkBuffer(view: DataView, start: number, walked: Walked): void {
  const end = start + Math.max(view.getUint32(start + 4, true), view.getUint32(start + 48, true));
  const { hooks } = walked;
  let { events, lastStamp } = walked;
  let at = start + BUFFER_HEADER_SIZE;
  while (at + 8 <= end) {
    const marker = view.getUint32(at, true);
    if (marker >>> 24 !== 0xc0) break;
    const type = (marker >>> 16) & 0xff;
    const isKernel = type <= 0x04 || type === 0x10 || type === 0x11;
    const size = isKernel ? view.getUint16(at + 4, true) : marker & 0xffff;
    if (isKernel) hooks[view.getUint16(at + 6, true)]++;
    const time = at + (type === 0x10 || type === 0x11 ? 8 : 16);
    const stamp = view.getUint32(time, true) + view.getUint32(time + 4, true) * 4294967296;
    if (stamp > lastStamp) lastStamp = stamp;
    events++;
    at += (size + 7) & ~7;
  }
  walked.events = events;
  walked.lastStamp = lastStamp;
}
