import { OTHER_SLOT } from '../theme/palette.ts';
import { colorWords } from './barColors.ts';
import type { LaneData } from './laneData.ts';

/** A colour and what it means. */
export interface LegendEntry {
  slot: number;
  label: string;
}

/** The colours of bars, those of most objects first; values beyond `most` or without a colour of their own are one entry. */
export function legendEntries({ response, slots, colorBy }: LaneData, most: number): LegendEntry[] {
  const entries: LegendEntry[] = [];
  let hasOthers = false;
  response.colors.forEach((label, index) => {
    const isRest = slots[index] === OTHER_SLOT && colorBy !== 'end';
    if (isRest || entries.length >= most) hasOthers = true;
    else entries.push({ slot: slots[index], label: colorWords(colorBy, label) });
  });
  if (hasOthers) entries.push({ slot: OTHER_SLOT, label: 'others' });
  return entries;
}
