/** Filters that keep what a row is about, to be laid over the one in force. */
import { MAX_FILTER_TEXT, type Filter } from '../../../shared/filter.ts';
import { escapeForFilter, NO_TEXT } from '../../../shared/textFilter.ts';
import type { ObjectIndex, StackIndex, StackTable } from '../../lifetimes/model.ts';

/** A value as a text filter; null is what has none. */
export function exactly(value: string | null): string {
  return value === null || value === '' ? NO_TEXT : escapeForFilter(value);
}

export function ofObject(object: ObjectIndex): Filter {
  return { id: { min: object + 1, max: object + 1 } };
}

/** In the frames of {@link ofFrames}: any frames. */
export const ANY_FRAMES = -1;

/**
 * Stack filter of the stacks that begin (`leaf`) or end (`root`) with some frames, or are these (`both`); frames are given leaf first. It has
 * the lines that the filter looks at: a frame, then what was folded into it. Where the path is too long for a filter, it loses the frames at
 * its anchored end and may stand anywhere. It can match a few stacks more (a frame whose text begins alike), never fewer.
 * Null where the frames say nothing.
 */
export function ofFrames(
  stacks: StackTable,
  frames: ArrayLike<number>,
  anchor: 'leaf' | 'root' | 'both',
): string | null {
  const line = (frame: number): string =>
    frame === ANY_FRAMES ? '*' : escapeForFilter(lines(stacks, frame).join('\n')).replaceAll('\n', '?');
  const kept: string[] = [];
  let length = 2;
  for (let i = 0; i < frames.length; i++) {
    const text = line(frames[anchor === 'leaf' ? frames.length - 1 - i : i]);
    length += text.length + 1;
    if (length > MAX_FILTER_TEXT) break;
    kept.push(text);
  }
  if (kept.every((text) => text === '*')) return null;
  if (anchor === 'leaf') kept.reverse();
  // "?" also stands for the line break: a filter is one line.
  const path = kept.join('?');
  if (kept.length < frames.length) return `*${path}*`;
  if (anchor === 'leaf') return `${path}*`;
  if (anchor === 'root') return `*${path}`;
  // Without a wildcard it would be looked for anywhere.
  return path.includes('?') ? path : `?${path.slice(1)}`;
}

/** Stack filter of exactly one stack; of -1 what has none. */
export function ofStack(stacks: StackTable, stack: StackIndex): string {
  if (stack < 0) return NO_TEXT;
  return ofFrames(stacks, stacks.frames.subarray(stacks.start[stack], stacks.start[stack + 1]), 'both') ?? NO_TEXT;
}

/** As the stack filter sees a frame (texts.ts, filteredFrames). */
function lines(stacks: StackTable, frame: number): string[] {
  const inlined = stacks.frameSymbol(frame)?.inlined ?? [];
  const module = stacks.modules[stacks.frameModule(frame)];
  return [stacks.frameText(frame), ...inlined.map((name) => `${module}!${name}`)];
}
