/**
 * Stack parts: address lists as they stand in the file (leaf first), each distinct list kept once.
 * A part is the kernel half or the user half of a stack, or both in one. Addresses are two 32-bit halves.
 */
import { SequenceTable } from '../columns/sequences.ts';

export class StackParts {
  /** low and high half of every address, alternating */
  private addresses = new SequenceTable();

  get length(): number {
    return this.addresses.length;
  }

  /** Frames of all parts together. */
  get totalFrames(): number {
    return this.addresses.wordCount >> 1;
  }

  frameCount(part: number): number {
    return this.addresses.count(part) >> 1;
  }

  low(part: number, frame: number): number {
    return this.addresses.word(part, frame * 2);
  }

  high(part: number, frame: number): number {
    return this.addresses.word(part, frame * 2 + 1);
  }

  /** Whether all its addresses lie in the upper half of 64-bit ones, which is the kernel's. */
  isAllKernel(part: number): boolean {
    const count = this.frameCount(part);
    for (let frame = 0; frame < count; frame++) if (this.high(part, frame) < 0x80000000) return false;
    return true;
  }

  /** Interns the addresses of `pointerSize` bytes in `[at, end)`; bytes that make no whole address are left out. */
  intern(view: DataView, at: number, end: number, pointerSize: number): number {
    if (pointerSize === 8) return this.addresses.intern(view, at, Math.max((end - at) >> 3, 0) * 2);
    for (; at + pointerSize <= end; at += pointerSize) {
      this.addresses.push(view.getUint32(at, true));
      this.addresses.push(0);
    }
    return this.addresses.settle();
  }

  /** Gives back the memory: there are no parts any more. */
  release(): void {
    this.addresses = new SequenceTable();
  }
}

/** Whether an address belongs to the kernel: the upper half of the canonical range, or above 2 GB in a 32-bit trace. */
export function isKernelAddress(low: number, high: number, pointerSize: number): boolean {
  return pointerSize === 8 ? high >= 0xffff8000 : low >= 0x80000000;
}
