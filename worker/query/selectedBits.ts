/** What a selection has, as a set. */
import { bitsOfList, type Bits } from './bits.ts';
import type { Selection } from './select.ts';

const made = new WeakMap<Selection, Bits>();

/** The objects of a selection; not to be changed. */
export function selectedBits(selection: Selection): Bits {
  let bits = made.get(selection);
  if (bits === undefined) {
    made.set(selection, (bits = bitsOfList(selection.trace.objects.length, selection.objects)));
  }
  return bits;
}

/** Where the set was there first. */
export function keepSelectedBits(selection: Selection, bits: Bits): void {
  made.set(selection, bits);
}
