/**
 * Strings of the trace, interned: each distinct text is decoded and kept once. A text met again is recognised by its bytes and costs no
 * allocation (handle names repeat with every close). No text has a NUL: it ends there.
 */
import { SequenceTable } from '../columns/sequences.ts';

export class StringTable {
  readonly texts: string[] = [];
  /** the texts' UTF-16 units, two a word, the first in the lower half; 0 behind an odd last one */
  private readonly units = new SequenceTable();

  /** Interns the UTF-16 text from `at` to its NUL or to `end`. Returns its index; -1 for an empty text. */
  utf16(view: DataView, at: number, end: number): number {
    const last = at + ((end - at) & ~1);
    let stop = at;
    for (; stop + 4 <= last; stop += 4) {
      const word = view.getInt32(stop, true);
      if ((word & 0xffff) === 0 || word >>> 16 === 0) break;
    }
    const words = (stop - at) >> 2;
    const odd = stop + 2 <= last ? view.getUint16(stop, true) : 0;
    if (odd === 0) return words === 0 ? -1 : this.known(this.units.intern(view, at, words), view, at, stop);
    // The NUL behind the last unit makes a word of it.
    if (stop + 4 <= last) return this.known(this.units.intern(view, at, words + 1), view, at, stop + 2);
    return this.text(decodeUtf16(view, at, stop + 2));
  }

  /** Interns the 8-bit text from `at` to its NUL or to `end`. */
  ansi(view: DataView, at: number, end: number): number {
    let stop = at;
    while (stop < end && view.getUint8(stop) !== 0) stop++;
    return this.text(Buffer.from(view.buffer, view.byteOffset + at, Math.max(0, stop - at)).toString('latin1'));
  }

  text(text: string): number {
    if (text === '') return -1;
    for (let unit = 0; unit < text.length; unit += 2) {
      const next = unit + 1 < text.length ? text.charCodeAt(unit + 1) : 0;
      this.units.push(text.charCodeAt(unit) | (next << 16));
    }
    const index = this.units.settle();
    if (index === this.texts.length) this.texts.push(text);
    return index;
  }

  private known(index: number, view: DataView, at: number, end: number): number {
    if (index === this.texts.length) this.texts.push(decodeUtf16(view, at, end));
    return index;
  }
}

function decodeUtf16(view: DataView, at: number, end: number): string {
  return Buffer.from(view.buffer, view.byteOffset + at, end - at).toString('utf16le');
}

/** Position behind the UTF-16 text at `at`, its NUL included; `end` where it has none. */
export function skipUtf16(view: DataView, at: number, end: number): number {
  for (; at + 2 <= end; at += 2) if (view.getUint16(at, true) === 0) return at + 2;
  return end;
}

/** Position behind the 8-bit text at `at`, its NUL included; `end` where it has none. */
export function skipAnsi(view: DataView, at: number, end: number): number {
  for (; at < end; at++) if (view.getUint8(at) === 0) return at + 1;
  return end;
}
