/** GUIDs as read from a file: four 32-bit words in file order; their text is lower case without braces. */

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Text of the GUID whose 16 bytes stand at `at`: "3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c". */
export function guidText(view: DataView, at: number): string {
  let tail = '';
  for (let index = 8; index < 16; index++) tail += (index === 10 ? '-' : '') + hex(view.getUint8(at + index), 2);
  return `${hex(view.getUint32(at, true), 8)}-${hex(view.getUint16(at + 4, true), 4)}-${hex(view.getUint16(at + 6, true), 4)}-${tail}`;
}

/** Numbers GUIDs 0, 1, 2 … in order of first appearance, without allocating for a GUID that was seen before. */
export class GuidTable {
  readonly texts: string[] = [];
  private words = new Uint32Array(4 * 256);
  private slots = new Int32Array(1024).fill(-1);

  intern(view: DataView, at: number): number {
    const a = view.getUint32(at, true);
    const b = view.getUint32(at + 4, true);
    const c = view.getUint32(at + 8, true);
    const d = view.getUint32(at + 12, true);
    const mask = this.slots.length - 1;
    let slot = hash(a, b, c, d) & mask;
    for (;;) {
      const index = this.slots[slot];
      if (index < 0) break;
      const word = index * 4;
      if (
        this.words[word] === a &&
        this.words[word + 1] === b &&
        this.words[word + 2] === c &&
        this.words[word + 3] === d
      ) {
        return index;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.texts.length;
    if (index * 4 === this.words.length) {
      const larger = new Uint32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.words.set([a, b, c, d], index * 4);
    this.texts.push(guidText(view, at));
    this.slots[slot] = index;
    if (this.texts.length * 2 > this.slots.length) this.rehash();
    return index;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let index = 0; index < this.texts.length; index++) {
      const word = index * 4;
      let slot = hash(this.words[word], this.words[word + 1], this.words[word + 2], this.words[word + 3]) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  const mixed = Math.imul(
    a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35),
    0x27d4eb2f,
  );
  return mixed ^ (mixed >>> 15);
}
