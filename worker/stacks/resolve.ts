/**
 * Stacks of addresses to stacks of frames (module + offset). Resolution depends on the process and on the modules that were loaded at the
 * time, so it is done once for each (stack, process, state of its modules), and equal results share one index.
 */
import { growingI32, growingU32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { SequenceTable } from '../columns/sequences.ts';
import { intColumn, type IntColumn } from '../columns/narrow.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import type { OrderedEvents } from '../lifetimes/ordered.ts';
import type { ProcessIndex, StackTable } from '../lifetimes/model.ts';
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
  private readonly byModule = new PairMap(16_384);
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
  stackOfEvent: IntColumn;
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
  const stackOfEvent = hasStacks ? new Int32Array(events.length) : new Int8Array(events.length).fill(-1);
  if (hasStacks) {
    for (let from = 0; from < events.length; from += SLICE) {
      resolver.resolve(events, matched, from, Math.min(from + SLICE, events.length), stackOfEvent);
      yield;
    }
  }
  const { frames, stacks } = resolver;
  const { starts, words } = stacks.columns();
  const stackFrames = new Int32Array(words);
  const counts = countsOf(resolver, starts, stackFrames);
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
    stackOfEvent: hasStacks ? narrowed(stackOfEvent, stacks.length) : stackOfEvent,
    ...counts,
  };
}

/** In fewer bytes where the largest number is small. */
function narrowed(column: IntColumn, largest: number): IntColumn {
  const narrow = intColumn(column.length, largest);
  if (narrow.BYTES_PER_ELEMENT === column.BYTES_PER_ELEMENT) return column;
  narrow.set(column);
  return narrow;
}

/** Frames of the stacks of all events, and those in no module. */
function countsOf(
  { frames, events }: Resolver,
  starts: Uint32Array,
  stackFrames: Int32Array,
): Pick<ResolvedStacks, 'frames' | 'framesWithoutModule'> {
  const modules = frames.module.data;
  const counts = { frames: 0, framesWithoutModule: 0 };
  for (let stack = 0; stack < events.length; stack++) {
    let missing = 0;
    for (let at = starts[stack]; at < starts[stack + 1]; at++) if (modules[stackFrames[at]] < 0) missing++;
    counts.frames += events.data[stack] * (starts[stack + 1] - starts[stack]);
    counts.framesWithoutModule += events.data[stack] * missing;
  }
  return counts;
}

class Resolver {
  readonly frames = new FrameTable();
  readonly stacks = new SequenceTable();
  /** per stack: events that have it */
  readonly events = growingU32();
  private readonly parts: StackParts;
  private readonly modules: ModuleMap;
  private readonly states: ModuleStates;
  private readonly known = new KnownStacks();

  constructor(parts: StackParts, modules: ModuleMap) {
    this.parts = parts;
    this.modules = modules;
    this.states = new ModuleStates(modules);
  }

  /** Fills `stackOfEvent` for the events [from, to); to be called in order. */
  resolve(events: OrderedEvents, matched: MatchedStacks, from: number, to: number, stackOfEvent: IntColumn): void {
    const { kernelPart, userPart } = matched;
    const { row: rows, ns, process } = events;
    for (let event = from; event < to; event++) {
      const kernel = kernelPart[rows[event]];
      const user = userPart[rows[event]];
      stackOfEvent[event] = kernel === 0 && user === 0 ? -1 : this.stackOf(kernel, user, process[event], ns[event]);
    }
  }

  /** `kernel`, `user`: part + 1, 0 none. */
  private stackOf(kernel: number, user: number, process: ProcessIndex, ns: number): number {
    const state = this.states.at(process, ns);
    let stack = this.known.get(kernel, user, state);
    if (stack < 0) {
      this.push(kernel - 1, process, ns);
      this.push(user - 1, process, ns);
      stack = this.stacks.settle();
      this.known.add(kernel, user, state, stack);
      if (stack === this.events.length) this.events.push(0);
    }
    this.events.data[stack]++;
    return stack;
  }

  private push(part: number, process: ProcessIndex, ns: number): void {
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

/** Numbers for (process, epoch of its modules): in one state an address always means the same. */
class ModuleStates {
  private readonly modules: ModuleMap;
  /** by process + 1: its state of the last time it was asked for, good for the times [fromNs, endNs) */
  private readonly last: { state: number; fromNs: number; endNs: number }[] = [];
  private readonly numbers = new Map<ProcessIndex, Map<number, number>>();
  private count = 0;

  constructor(modules: ModuleMap) {
    this.modules = modules;
  }

  at(process: ProcessIndex, ns: number): number {
    const last = (this.last[process + 1] ??= { state: -1, fromNs: Infinity, endNs: -Infinity });
    if (ns >= last.fromNs && ns < last.endNs) return last.state;
    last.state = this.numberOf(process, this.modules.epoch(process, ns));
    last.fromNs = ns;
    last.endNs = this.modules.epochEnd(process, ns);
    return last.state;
  }

  private numberOf(process: ProcessIndex, epoch: number): number {
    let epochs = this.numbers.get(process);
    if (epochs === undefined) this.numbers.set(process, (epochs = new Map<number, number>()));
    let number = epochs.get(epoch);
    if (number === undefined) epochs.set(epoch, (number = this.count++));
    return number;
  }
}

/** Stacks by what they are made of: kernel part, user part and state. The four stand together: a look-up is one miss of the processor's cache. */
class KnownStacks {
  /** four words a slot: kernel part, user part, state, stack + 1 (0: free); a power of two of slots, half of them free at least */
  private slots = new Int32Array(4 * 16_384);
  private used = 0;

  /** -1: not yet added. */
  get(kernel: number, user: number, state: number): number {
    return this.slots[this.slot(kernel, user, state) + 3] - 1;
  }

  add(kernel: number, user: number, state: number, stack: number): void {
    this.put(kernel, user, state, stack + 1);
    if (++this.used * 8 <= this.slots.length) return;
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 3] !== 0) this.put(old[at], old[at + 1], old[at + 2], old[at + 3]);
    }
  }

  private put(kernel: number, user: number, state: number, value: number): void {
    const { slots } = this;
    const at = this.slot(kernel, user, state);
    slots[at] = kernel;
    slots[at + 1] = user;
    slots[at + 2] = state;
    slots[at + 3] = value;
  }

  private slot(kernel: number, user: number, state: number): number {
    const { slots } = this;
    const last = slots.length - 1;
    let at = (hashOf(kernel, user, state) << 2) & last;
    while (slots[at + 3] !== 0 && (slots[at] !== kernel || slots[at + 1] !== user || slots[at + 2] !== state)) {
      at = (at + 4) & last;
    }
    return at;
  }
}

/** Depends on a secret, another one in every process: nobody can make a file whose stacks all collide. */
function hashOf(kernel: number, user: number, state: number): number {
  let hash = Math.imul(kernel, SECRET[0]);
  hash = Math.imul(hash ^ (hash >>> 16), SECRET[1]) ^ Math.imul(state, SECRET[2]);
  hash = Math.imul(hash ^ (hash >>> 15) ^ user, SECRET[3]);
  return hash ^ (hash >>> 16);
}

/** Odd numbers. */
const SECRET = Int32Array.from({ length: 4 }, () => (Math.random() * 2 ** 32) | 1);

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
