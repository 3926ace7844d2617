import type { LaneColor } from '../../shared/lanes.ts';
import type { HandleEnd } from '../../shared/records.ts';
import { OTHER_SLOT, slotsOfValues, typeSlot } from '../theme/palette.ts';

const END_SLOTS: Record<HandleEnd, number> = { closed: 0, closedByOther: 3, processExit: 2, open: 8, lost: 10 };
const END_WORDS: Record<HandleEnd, string> = {
  closed: 'closed by its owner',
  closedByOther: 'closed by another process',
  processExit: 'closed by the end of the process',
  open: 'open at the end',
  lost: 'closed unseen',
};

/** Palette slots of the values that bars are coloured by, in the order of the response's `colors`. */
export function colorSlots(by: LaneColor, labels: readonly string[]): Uint8Array {
  if (by === 'type') return Uint8Array.from(labels, typeSlot);
  if (by === 'end') return Uint8Array.from(labels, (label) => END_SLOTS[label as HandleEnd] ?? OTHER_SLOT);
  return Uint8Array.from(slotsOfValues(labels));
}

/** What a colour means, for the legend. */
export function colorWords(by: LaneColor, label: string): string {
  return by === 'end' ? (END_WORDS[label as HandleEnd] ?? label) : label;
}
