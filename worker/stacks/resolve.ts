/**
 * Stacks of addresses to stacks of frames (module + offset). Resolution depends on the process and on the modules that were loaded at the
 * time, so it is done once for each (stack, process, state of its modules), and equal results share one index.
 */
import { growingI32, growingU32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { SequenceTable } from '../columns/sequences.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import type { OrderedEvents } from '../lifetimes/ordered.ts';
import type { StackTable } from '../lifetimes/model.ts';
import type { MatchedStacks } from './match.ts';
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

export function* resolveStacks(
  events: OrderedEvents,
  matched: MatchedStacks,
  parts: StackParts,
  modules: ModuleMap,
): Steps<ResolvedStacks> {
  const resolver = new Resolver(parts, modules);
  const hasStacks = matched.kernelPart.length > 0;
  const stackOfEvent = new Int32Array(events.length).fill(-1);
  for (let from = 0; hasStacks && from < events.length; from += SLICE) {
    resolver.resolve(events, matched, from, Math.min(from + SLICE, stackOfEvent.length), stackOfEvent);
    yield;
  }
  const { frames, stacks } = resolver;
  const { starts, words } = stacks.columns();
  const stackFrames = new Int32Array(words);
  const missing = new Uint32Array(starts.length);
  for (let stack = 0; stack < starts.length - 1; stack++) {
    for (let at = starts[stack]; at < starts[stack + 1]; at++) {
      if (frames.module.data[stackFrames[at]] < 0) missing[stack]++;
    }
  }
  let framesWithoutModule = 0;
  for (let event = 0; hasStacks && event < events.length; event++) {
    if (stackOfEvent[event] >= 0) framesWithoutModule += missing[stackOfEvent[event]];
  }
  return {
    table: stackTableOf({
      start: starts.slice(),
      frames: stackFrames,
      frameColumns: {
        module: frames.module.trimmed().slice(),
        low: frames.low.trimmed().slice(),
        high: frames.high.trimmed().slice(),
      },
      modules: modules.names,
      modulePaths: modules.paths,
      modulePdbs: modules.pdbs,
      moduleVersions: modules.versions,
      moduleSystem: Uint8Array.from(modules.paths, (path) => (isSystemModule(path) ? 1 : 0)),
    }),
    stackOfEvent,
    frames: resolver.frameCount,
    framesWithoutModule,
  };
}

class Resolver {
  readonly frames = new FrameTable();
  readonly stacks = new SequenceTable();
  /** frames of the stacks of all events */
  frameCount = 0;
  private readonly parts: StackParts;
  private readonly modules: ModuleMap;
  private readonly rawStacks = new PairMap(4096);
  private readonly states = new StateNumbers();
  private readonly resolved = new PairMap(4096);

  constructor(parts: StackParts, modules: ModuleMap) {
    this.parts = parts;
    this.modules = modules;
  }

  /** Fills `stackOfEvent` for the events [from, to); to be called in order. */
  resolve(events: OrderedEvents, matched: MatchedStacks, from: number, to: number, stackOfEvent: Int32Array): void {
    for (let event = from; event < to; event++) {
      const row = events.row[event];
      const kernel = matched.kernelPart[row];
      const user = matched.userPart[row];
      stackOfEvent[event] = kernel === 0 && user === 0 ? -1 : this.stackOf(kernel, user, events, event);
    }
  }

  /** `kernel`, `user`: part + 1, 0 none. */
  private stackOf(kernel: number, user: number, events: OrderedEvents, event: number): number {
    const raw = numberOf(this.rawStacks, kernel, user);
    const process = events.process[event];
    const ns = events.ns[event];
    const state = this.states.of(process, this.modules.epoch(process, ns));
    let stack = this.resolved.get(raw, state);
    if (stack < 0) {
      this.push(kernel - 1, process, ns);
      this.push(user - 1, process, ns);
      stack = this.stacks.settle();
      this.resolved.set(raw, state, stack);
    }
    this.frameCount += this.stacks.count(stack);
    return stack;
  }

  private push(part: number, process: number, ns: number): void {
    if (part < 0) return;
    const { parts, modules, frames, stacks } = this;
    const count = parts.frameCount(part);
    for (let index = 0; index < count; index++) {
      const low = parts.low(part, index);
      const high = parts.high(part, index);
      const module = modules.find(process, low, high, ns);
      stacks.push(module >= 0 ? frames.intern(module, modules.offset, 0) : frames.intern(-1, low, high));
    }
  }
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

/** The columns of a stack table, without its functions. */
export type StackColumns = Required<
  Pick<
    StackTable,
    'start' | 'frames' | 'frameColumns' | 'modules' | 'modulePaths' | 'modulePdbs' | 'moduleVersions' | 'moduleSystem'
  >
>;

export function stackTableOf(columns: StackColumns): StackTable {
  const { start, modules } = columns;
  const { module, low, high } = columns.frameColumns;
  return {
    ...columns,
    length: start.length - 1,
    frameCount: module.length,
    frameModule: (frame) => module[frame],
    frameOffset: (frame) => low[frame],
    // Names come later, if at all: worker/symbols/namedTrace.ts.
    frameSymbol: () => null,
    frameText(frame) {
      const lowText = low[frame].toString(16).toUpperCase();
      if (module[frame] >= 0) return `${modules[module[frame]]}+0x${lowText}`;
      const highText = high[frame].toString(16).toUpperCase();
      return high[frame] > 0 ? `0x${highText}${lowText.padStart(8, '0')}` : `0x${lowText}`;
    },
  };
}
