/** How often the frames of a trace occur: in the stacks of object, handle and mapping events, counted once an event. */
import type { EventTable, FrameSymbol, StackTable, Trace } from '../lifetimes/model.ts';

/** What symbols say of the frames of a trace, by frame; null: no name. */
export type FrameSymbols = readonly (FrameSymbol | null)[];

/** Frames of the events' stacks. */
export interface FrameCounts {
  frames: number;
  withModule: number;
  named: number;
}

/** Traces that differ only in their names share their events. */
const made = new WeakMap<EventTable, Float64Array>();

/** Per frame: in how many stacks of events it stands. */
export function frameUses({ events, stacks }: Trace): Float64Array {
  let uses = made.get(events);
  if (uses === undefined) made.set(events, (uses = countUses(events, stacks)));
  return uses;
}

function countUses({ length, stack }: EventTable, { start, frames, frameCount, ...stacks }: StackTable): Float64Array {
  const ofStack = new Float64Array(stacks.length);
  for (let event = 0; event < length; event++) if (stack[event] >= 0) ofStack[stack[event]]++;
  const uses = new Float64Array(frameCount);
  for (let index = 0; index < stacks.length; index++) {
    for (let at = start[index]; at < start[index + 1]; at++) uses[frames[at]] += ofStack[index];
  }
  return uses;
}

export function countFrames(trace: Trace, symbols: FrameSymbols): FrameCounts {
  const uses = frameUses(trace);
  const counts: FrameCounts = { frames: 0, withModule: 0, named: 0 };
  for (let frame = 0; frame < uses.length; frame++) {
    counts.frames += uses[frame];
    if (trace.stacks.frameModule(frame) < 0) continue;
    counts.withModule += uses[frame];
    if (symbols[frame]) counts.named += uses[frame];
  }
  return counts;
}
