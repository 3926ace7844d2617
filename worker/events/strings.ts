/**
 * Strings of the trace, interned: each distinct text is decoded and kept once. A text met again is recognised by its
 * bytes and costs no allocation (handle names repeat with every close).
 */
export class StringTable {
  readonly texts: string[] = [];
  private hashes: Uint32Array = new Uint32Array(1024);
  private slots: Int32Array = new Int32Array(2048).fill(-1);

  /** Interns the UTF-16 text from `at` to its NUL or to `end`. Returns its index; -1 for an empty text. */
  utf16(view: DataView, at: number, end: number): number {
    const last = at + ((end - at) & ~1);
    let hash = 0x811c9dc5;
    let stop = at;
    for (; stop < last; stop += 2) {
      const unit = view.getUint16(stop, true);
      if (unit === 0) break;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    if (stop <= at) return -1;
    const length = (stop - at) >> 1;
    return this.find(hash >>> 0, length, (index) => view.getUint16(at + index * 2, true));
  }

  /** Interns the 8-bit text from `at` to its NUL or to `end`. */
  ansi(view: DataView, at: number, end: number): number {
    let hash = 0x811c9dc5;
    let stop = at;
    for (; stop < end; stop++) {
      const unit = view.getUint8(stop);
      if (unit === 0) break;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    if (stop <= at) return -1;
    return this.find(hash >>> 0, stop - at, (index) => view.getUint8(at + index));
  }

  text(text: string): number {
    if (text === '') return -1;
    let hash = 0x811c9dc5;
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    return this.find(hash >>> 0, text.length, (index) => text.charCodeAt(index));
  }

  private find(hash: number, length: number, unitAt: (index: number) => number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const index = this.slots[slot];
      if (index < 0) break;
      if (this.hashes[index] === hash && sameText(this.texts[index], length, unitAt)) return index;
      slot = (slot + 1) & mask;
    }
    const index = this.texts.length;
    const units: string[] = [];
    for (let from = 0; from < length; from += 4096) {
      const part = new Uint16Array(Math.min(4096, length - from));
      for (let unit = 0; unit < part.length; unit++) part[unit] = unitAt(from + unit);
      units.push(String.fromCharCode(...part));
    }
    this.texts.push(units.join(''));
    if (index === this.hashes.length) {
      const larger = new Uint32Array(this.hashes.length * 2);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    this.hashes[index] = hash;
    this.slots[slot] = index;
    if (this.texts.length * 2 > this.slots.length) this.rehash();
    return index;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.texts.length; index++) {
      let slot = this.hashes[index] & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

function sameText(text: string, length: number, unitAt: (index: number) => number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) if (text.charCodeAt(index) !== unitAt(index)) return false;
  return true;
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
