/**
 * A trace with function names. Names change three things: the texts of frames, how handles ended whose close runs through the sweep of an
 * ending process (object-lifetimes.md, "How a handle ends"), and the counts of trust. All other columns are those of the trace without names.
 */
import { symbolEntries } from '../lifetimes/trust.ts';
import { leakFlags } from '../lifetimes/leaks.ts';
import {
  END_CLOSED,
  END_CLOSED_BY_OTHER,
  END_PROCESS_EXIT,
  KIND_HANDLE_CLOSE,
  type FrameSymbol,
  type StackTable,
  type Trace,
} from '../lifetimes/model.ts';
import { countFrames, type FrameSymbols } from './frameUses.ts';

/** Functions that close the handles of a process that ends. */
const SWEEPS: ReadonlySet<string> = new Set(['ExSweepHandleTable', 'ObKillProcess', 'NtTerminateProcess']);

/** `trace`: as it was opened, without names; it stays as it is. */
export function nameTrace(trace: Trace, symbols: FrameSymbols): Trace {
  const counts = countFrames(trace, symbols);
  const trust = { ...trace.trust, framesWithoutSymbol: counts.frames - counts.named };
  return {
    ...trace,
    ...withSweeps(trace, sweepingStacks(trace.stacks, symbols)),
    stacks: namedStacks(trace.stacks, symbols),
    trust,
    info: { ...trace.info, health: [...trace.info.health, ...symbolEntries(trust)] },
  };
}

function namedStacks(stacks: StackTable, symbols: FrameSymbols): StackTable {
  return {
    ...stacks,
    frameSymbol: (frame) => symbols[frame] ?? null,
    frameText(frame) {
      const symbol = symbols[frame];
      if (!symbol) return stacks.frameText(frame);
      return `${stacks.modules[stacks.frameModule(frame)]}!${symbol.name}+0x${symbol.offset.toString(16).toUpperCase()}`;
    },
  };
}

/** 1: the stack runs through a sweep; null where none does. */
function sweepingStacks({ length, start, frames }: StackTable, symbols: FrameSymbols): Uint8Array | null {
  const sweeps = symbols.map((symbol) => symbol !== null && isSweep(symbol));
  if (!sweeps.includes(true)) return null;
  const stacks = new Uint8Array(length);
  for (let stack = 0; stack < length; stack++) {
    for (let at = start[stack]; at < start[stack + 1]; at++) if (sweeps[frames[at]]) stacks[stack] = 1;
  }
  return stacks;
}

function isSweep({ name, inlined }: FrameSymbol): boolean {
  return isSweepName(name) || inlined.some(isSweepName);
}

/** In full form a name can have parameters behind it. */
function isSweepName(name: string): boolean {
  const end = name.indexOf('(');
  return SWEEPS.has(end < 0 ? name : name.slice(0, end));
}

function withSweeps({ events, handles, objects }: Trace, sweeps: Uint8Array | null): Partial<Trace> {
  if (sweeps === null) return {};
  const { start, closeEvent, object } = handles;
  const end = handles.end.slice();
  const flags = objects.flags.slice();
  for (let handle = 0; handle < handles.length; handle++) {
    if (end[handle] !== END_CLOSED && end[handle] !== END_CLOSED_BY_OTHER) continue;
    const event = closeEvent[handle];
    if (event < 0 || events.kind[event] !== KIND_HANDLE_CLOSE || sweeps[events.stack[event]] !== 1) continue;
    end[handle] = END_PROCESS_EXIT;
    flags[object[handle]] |= leakFlags(start[handle], END_PROCESS_EXIT);
  }
  return { handles: { ...handles, end }, objects: { ...objects, flags } };
}
