/**
 * Stacks of addresses to stacks of frames (module + offset). Resolution depends on the process and on the modules that were loaded at the
 * time, so it is done once for each (stack, process, state of its modules), and equal results share one index.
 */
import { growingI32, growingU32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { SequenceTable } from '../columns/sequences.ts';
import type { OrderedEvents } from '../lifetimes/ordered.ts';
import type { StackTable } from '../lifetimes/model.ts';
import type { ModuleMap } from './modules.ts';
import type { StackParts } from './parts.ts';
import { isSystemModule } from './systemModules.ts';

/** Distinct frames: a module and an offset in it, or a bare address (module -1). */
class FrameTable {
  readonly module = growingI32();
  /** offset in the module, or low half of the address */
  readonly low = growingU32();
  readonly high = growingU32();
  private readonly byModule = new PairMap(4096);
  private readonly byAddress = new PairMap();

  intern(module: number, low: number, high: number): number {
    const map = module >= 0 ? this.byModule : this.byAddress;
    const first = module >= 0 ? module : high;
    const known = map.get(first, low);
    if (known >= 0) return known;
    const frame = this.module.length;
    this.module.push(module);
    this.low.push(low);
    this.high.push(high);
    map.set(first, low, frame);
    return frame;
  }
}

export interface ResolvedStacks {
  table: StackTable;
  /** per event: its stack, -1 none */
  stackOfEvent: Int32Array;
  /** frames of the stacks of all events, and those in no module */
  frames: number;
  framesWithoutModule: number;
}

export function resolveStacks(events: OrderedEvents, parts: StackParts, modules: ModuleMap): ResolvedStacks {
  const frames = new FrameTable();
  const stacks = new SequenceTable();
  const rawStacks = new PairMap(4096);
  const states = new StateNumbers();
  const resolved = new PairMap(4096);
  const stackOfEvent = new Int32Array(events.length).fill(-1);
  let frameCount = 0;
  let framesWithoutModule = 0;

  const push = (part: number, process: number, ns: number): void => {
    if (part < 0) return;
    const count = parts.frameCount(part);
    for (let index = 0; index < count; index++) {
      const low = parts.low(part, index);
      const high = parts.high(part, index);
      const module = modules.find(process, low, high, ns);
      stacks.push(module >= 0 ? frames.intern(module, modules.offset, 0) : frames.intern(-1, low, high));
    }
  };

  for (let event = 0; event < events.length; event++) {
    const kernel = events.kernelPart[event];
    const user = events.userPart[event];
    if (kernel < 0 && user < 0) continue;
    const raw = numberOf(rawStacks, kernel + 1, user + 1);
    const process = events.process[event];
    const ns = events.ns[event];
    const state = states.of(process, modules.epoch(process, ns));
    let stack = resolved.get(raw, state);
    if (stack < 0) {
      push(kernel, process, ns);
      push(user, process, ns);
      stack = stacks.settle();
      resolved.set(raw, state, stack);
    }
    stackOfEvent[event] = stack;
    frameCount += stacks.count(stack);
  }

  const { starts, words } = stacks.columns();
  const stackFrames = new Int32Array(words);
  const missing = new Uint32Array(starts.length);
  for (let stack = 0; stack < starts.length - 1; stack++) {
    for (let at = starts[stack]; at < starts[stack + 1]; at++) {
      if (frames.module.data[stackFrames[at]] < 0) missing[stack]++;
    }
  }
  for (let event = 0; event < events.length; event++) {
    if (stackOfEvent[event] >= 0) framesWithoutModule += missing[stackOfEvent[event]];
  }
  return {
    table: stackTable(starts.slice(), stackFrames, frames, modules),
    stackOfEvent,
    frames: frameCount,
    framesWithoutModule,
  };
}

function numberOf(map: PairMap, first: number, second: number): number {
  const known = map.get(first, second);
  if (known >= 0) return known;
  const number = map.size;
  map.set(first, second, number);
  return number;
}

/** Small numbers for (process, epoch), whose epochs are too large for half a key. */
class StateNumbers {
  private readonly numbers = new Map<number, Map<number, number>>();
  private count = 0;

  of(process: number, epoch: number): number {
    let epochs = this.numbers.get(process);
    if (epochs === undefined) this.numbers.set(process, (epochs = new Map<number, number>()));
    let number = epochs.get(epoch);
    if (number === undefined) epochs.set(epoch, (number = this.count++));
    return number;
  }
}

function stackTable(start: Uint32Array, stackFrames: Int32Array, frames: FrameTable, modules: ModuleMap): StackTable {
  return {
    length: start.length - 1,
    start,
    frames: stackFrames,
    frameCount: frames.module.length,
    modules: modules.names,
    modulePaths: modules.paths,
    modulePdbs: modules.pdbs,
    moduleVersions: modules.versions,
    moduleSystem: Uint8Array.from(modules.paths, (path) => (isSystemModule(path) ? 1 : 0)),
    frameModule: (frame) => frames.module.data[frame],
    frameOffset: (frame) => frames.low.data[frame],
    // Names come later, if at all: worker/symbols/namedTrace.ts.
    frameSymbol: () => null,
    frameText(frame) {
      const module = frames.module.data[frame];
      if (module >= 0) return `${modules.names[module]}+0x${frames.low.data[frame].toString(16).toUpperCase()}`;
      const high = frames.high.data[frame];
      const low = frames.low.data[frame].toString(16).toUpperCase();
      return high > 0 ? `0x${high.toString(16).toUpperCase()}${low.padStart(8, '0')}` : `0x${low}`;
    },
  };
}
