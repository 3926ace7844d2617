/**
 * Stacks of addresses to stacks of frames (module + offset). Resolution depends on the process and on the modules that were loaded at the
 * time, so it is done once for each (part of a stack, process, state of its modules), for parts in the kernel once for all processes where that
 * is the same, and equal results share one index.
 */
import { growingI32, growingU32, type Growing } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { SequenceTable } from '../columns/sequences.ts';
import { intColumn, widened, type IntColumn } from '../columns/narrow.ts';
import { PIECE, SLICE, type Steps } from '../columns/steps.ts';
import type { OrderedEvents } from '../lifetimes/ordered.ts';
import type { ProcessIndex, StackTable } from '../lifetimes/model.ts';
import type { MatchedStacks } from './match.ts';
import { KERNEL_SPACE, type ModuleMap } from './modules.ts';
import type { StackParts } from './parts.ts';
import { isSystemModule } from './systemModules.ts';

/** Room that is made for frames before any is met; far more addresses share frames. */
const MOST_FRAMES = 2 ** 19;

/** Distinct frames: a module and an offset in it, or a bare address (module -1). */
class FrameTable {
  readonly module: Growing<Int32Array>;
  /** offset in the module, or low half of the address */
  readonly low: Growing<Uint32Array>;
  readonly high: Growing<Uint32Array>;
  private readonly byModule: PairMap;
  private readonly byAddress = new PairMap();

  /** `expected`: so many or fewer, mostly. */
  constructor(expected: number) {
    this.module = growingI32(expected);
    this.low = growingU32(expected);
    this.high = growingU32(expected);
    this.byModule = new PairMap(2 ** Math.ceil(Math.log2(expected * 2 + 1024)));
  }

  is(frame: number, module: number, low: number, high: number): boolean {
    return this.module.data[frame] === module && this.low.data[frame] === low && this.high.data[frame] === high;
  }

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
  eventsWithStack: number;
  /** frames of the stacks of all events, and those in no module */
  frames: number;
  framesWithoutModule: number;
}

/** Takes `matched` and `parts` apart: what stacks are made of is not needed any more. */
export function* resolveStacks(
  events: OrderedEvents,
  matched: MatchedStacks,
  parts: StackParts,
  modules: ModuleMap,
  processCount: number,
): Steps<ResolvedStacks> {
  const resolver = new Resolver(events.length, parts, modules, processCount);
  if (matched.kernelPart.length > 0) yield* resolveAll(resolver, events, matched);
  else resolver.stackOfEvent.fill(-1);
  matched.kernelPart = matched.userPart = new Int32Array(0);
  parts.release();
  const { frames, stacks, stackOfEvent } = resolver;
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
    stackOfEvent,
    ...counts,
  };
}

/** A step is so many events, or so many frames: few events can have long stacks. */
function* resolveAll(resolver: Resolver, events: OrderedEvents, matched: MatchedStacks): Steps<void> {
  let since = 0;
  for (let from = 0; from < events.length; from += PIECE) {
    const to = Math.min(from + PIECE, events.length);
    resolver.take(events, matched, from, to);
    since += to - from;
    if (since < SLICE && resolver.framesLookedUp < SLICE) continue;
    since = 0;
    resolver.framesLookedUp = 0;
    yield;
  }
}

/** Frames of the stacks of all events, and those in no module. */
function countsOf(
  { frames, events }: Resolver,
  starts: Uint32Array,
  stackFrames: Int32Array,
): Pick<ResolvedStacks, 'eventsWithStack' | 'frames' | 'framesWithoutModule'> {
  const modules = frames.module.data;
  const counts = { eventsWithStack: 0, frames: 0, framesWithoutModule: 0 };
  for (let stack = 0; stack < events.length; stack++) {
    let missing = 0;
    for (let at = starts[stack]; at < starts[stack + 1]; at++) if (modules[stackFrames[at]] < 0) missing++;
    counts.eventsWithStack += events.data[stack];
    counts.frames += events.data[stack] * (starts[stack + 1] - starts[stack]);
    counts.framesWithoutModule += events.data[stack] * missing;
  }
  return counts;
}

class Resolver {
  readonly frames: FrameTable;
  readonly stacks = new SequenceTable();
  /** per event: its stack, -1 none */
  stackOfEvent: IntColumn;
  /** per stack: events that have it */
  readonly events = growingU32();
  /** in modules, for parts that were not known in their state */
  framesLookedUp = 0;
  private readonly parts: StackParts;
  private readonly modules: ModuleMap;
  private readonly states: ModuleStates;
  private readonly known = new KnownStacks();
  /** (part, state) → where its frames begin in `resolved` */
  private readonly knownParts = new PairMap();
  /** by the frames of the kernel part and of the user part (their starts in `resolved`, -1 none) */
  private readonly byFrames = new PairMap();
  /** frames of parts */
  private readonly resolved: Growing<Int32Array>;
  /** per part: where the frames that were found last begin in `resolved`, + 1; 0 none */
  private readonly lastStart: Int32Array;

  constructor(eventCount: number, parts: StackParts, modules: ModuleMap, processCount: number) {
    this.stackOfEvent = intColumn(eventCount, 0);
    this.frames = new FrameTable(Math.min(parts.totalFrames, MOST_FRAMES));
    this.resolved = growingI32(Math.min(parts.totalFrames, MOST_FRAMES));
    this.parts = parts;
    this.modules = modules;
    this.states = new ModuleStates(modules, processCount);
    this.lastStart = new Int32Array(parts.length);
  }

  /** Takes the events [from, to); to be called in order. */
  take({ row: rows, ns, process }: OrderedEvents, matched: MatchedStacks, from: number, to: number): void {
    const { kernelPart, userPart } = matched;
    const { known, states } = this;
    for (let event = from; event < to; event++) {
      const kernel = kernelPart[rows[event]];
      const user = userPart[rows[event]];
      if (kernel === 0 && user === 0) {
        this.stackOfEvent[event] = -1;
        continue;
      }
      const state = states.at(process[event], ns, event);
      let stack = known.get(kernel, user, state);
      if (stack < 0) stack = this.add(kernel, user, process[event], state, ns[event]);
      this.stackOfEvent[event] = stack;
      this.events.data[stack]++;
    }
  }

  /** A stack that is not known in this state. `kernel`, `user`: part + 1, 0 none. */
  private add(kernel: number, user: number, process: ProcessIndex, state: number, ns: number): number {
    const kernelStart = this.framesOf(kernel - 1, process, state, ns);
    const userStart = this.framesOf(user - 1, process, state, ns);
    let stack = this.byFrames.get(kernelStart, userStart);
    if (stack < 0) {
      const { parts, stacks, resolved } = this;
      if (kernel > 0) stacks.pushAll(resolved.data, kernelStart, parts.frameCount(kernel - 1));
      if (user > 0) stacks.pushAll(resolved.data, userStart, parts.frameCount(user - 1));
      stack = stacks.settle();
      this.byFrames.set(kernelStart, userStart, stack);
      if (stack === this.events.length) this.addCount();
    }
    this.known.add(kernel, user, state, stack);
    return stack;
  }

  private addCount(): void {
    this.events.push(0);
    // As of all columns of numbers: there is room for their count, too.
    this.stackOfEvent = widened(this.stackOfEvent, this.events.length);
  }

  /** Where the frames of a part begin in `resolved`, -1 for no part. */
  private framesOf(part: number, process: ProcessIndex, state: number, ns: number): number {
    if (part < 0) return -1;
    const { parts, modules, states, knownParts } = this;
    const known = knownParts.get(part, state);
    if (known >= 0) return known;
    const isShared = process !== KERNEL_SPACE && modules.isKernelShared(process) && parts.isAllKernel(part);
    const start = isShared
      ? this.framesOf(part, KERNEL_SPACE, states.ofKernel(ns), ns)
      : this.resolve(part, process, ns);
    knownParts.set(part, state, start);
    return start;
  }

  /** Mostly all frames are those that were found last, in another process or before another module was loaded. */
  private resolve(part: number, process: ProcessIndex, ns: number): number {
    const { parts, modules, frames, resolved, lastStart } = this;
    const count = parts.frameCount(part);
    this.framesLookedUp += count;
    const last = lastStart[part] - 1;
    const start = resolved.length;
    let isSame = last >= 0;
    for (let index = 0; index < count; index++) {
      const low = parts.low(part, index);
      const high = parts.high(part, index);
      const module = modules.find(process, low, high, ns);
      const isInModule = module >= 0;
      const offset = isInModule ? modules.offset : low;
      const before = last >= 0 ? resolved.data[last + index] : -1;
      const isBefore = before >= 0 && frames.is(before, module, offset, isInModule ? 0 : high);
      const frame = isBefore ? before : frames.intern(module, offset, isInModule ? 0 : high);
      if (!isBefore) isSame = false;
      resolved.push(frame);
    }
    if (isSame) {
      resolved.length = start;
      return last;
    }
    lastStart[part] = start + 1;
    return start;
  }
}

/** Numbers for (process, epoch of its modules): in one state an address always means the same. */
class ModuleStates {
  private readonly modules: ModuleMap;
  // By process - KERNEL_SPACE: its state of the last time it was asked for, good for the times [fromNs, endNs).
  private readonly state: Int32Array;
  private readonly fromNs: Float64Array;
  private readonly endNs: Float64Array;
  private readonly numbers = new Map<ProcessIndex, Map<number, number>>();
  private count = 0;

  constructor(modules: ModuleMap, processCount: number) {
    this.modules = modules;
    const length = processCount - KERNEL_SPACE;
    this.state = new Int32Array(length);
    this.fromNs = new Float64Array(length).fill(Infinity);
    this.endNs = new Float64Array(length);
  }

  /** The state of a process at the time of an event. */
  at(process: ProcessIndex, ns: Float64Array, event: number): number {
    const at = process - KERNEL_SPACE;
    if (!(ns[event] >= this.fromNs[at] && ns[event] < this.endNs[at])) this.look(process, ns[event]);
    return this.state[at];
  }

  /** The state of what only the kernel has loaded. */
  ofKernel(ns: number): number {
    if (!(ns >= this.fromNs[0] && ns < this.endNs[0])) this.look(KERNEL_SPACE, ns);
    return this.state[0];
  }

  private look(process: ProcessIndex, ns: number): void {
    const at = process - KERNEL_SPACE;
    this.state[at] = this.numberOf(process, this.modules.epoch(process, ns));
    this.fromNs[at] = ns;
    this.endNs[at] = this.modules.epochEnd(process, ns);
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
