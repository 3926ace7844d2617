/**
 * A busy machine for the benches of queries and of the window: many objects of many processes, types, names and stacks. Most live for
 * microseconds to minutes and are closed; some existed before, some are duplicated, views of files are among them. Processes start, inherit
 * handles and end with handles open.
 */
import { MinHeap } from '../../worker/query/packing.ts';
import { CPUS } from './machine.ts';
import { randomNumbers } from '../../worker/testing/random.ts';
import type { RawTrace } from './rawTrace.ts';
import {
  IMAGE_DC_START,
  IMAGE_LOAD,
  imageEvent,
  PROCESS_DC_START,
  PROCESS_END,
  PROCESS_START,
  processEvent,
  STACK_KEY_HOOKS,
  stackKeyEvents,
  stackKeyMeaning,
  type StackKeyHook,
  typeNameEvent,
} from './systemEvents.ts';

/** Ticks are 100 ns. */
const MICROSECOND = 10;
const MINUTE = 600_000_000;
/** The trace lasts ten minutes, whatever is in it. */
const LENGTH = 10 * MINUTE;

const PROGRAMS = ['svchost', 'explorer', 'chrome', 'Contoso.Service', 'MsMpEng', 'devenv', 'SearchIndexer', 'outlook'];
const PROCESSES = 48;
const CHILDREN = 200;
const THREADS_OF_A_PROCESS = 12;

const EVENT_NAMES = 0;
const FILE_NAMES = 1;
const KEY_NAMES = 2;
const NAME_KINDS = 3;
const NAMES = 200_000;
/** names that every second named object has one of */
const COMMON_NAMES = 3000;

/** How often a type is met, and how its objects are called. */
const TYPES: { name: string; weight: number; names: number | null }[] = [
  { name: 'Event', weight: 300, names: EVENT_NAMES },
  { name: 'File', weight: 220, names: FILE_NAMES },
  { name: 'Key', weight: 160, names: KEY_NAMES },
  { name: 'Section', weight: 60, names: EVENT_NAMES },
  { name: 'Semaphore', weight: 40, names: EVENT_NAMES },
  { name: 'Mutant', weight: 40, names: EVENT_NAMES },
  { name: 'Thread', weight: 40, names: null },
  { name: 'Token', weight: 30, names: null },
  { name: 'EtwRegistration', weight: 25, names: null },
  { name: 'WaitCompletionPacket', weight: 20, names: null },
  { name: 'IoCompletion', weight: 15, names: null },
  { name: 'ALPC Port', weight: 15, names: EVENT_NAMES },
  { name: 'Timer', weight: 10, names: EVENT_NAMES },
  { name: 'IRTimer', weight: 8, names: null },
  { name: 'TpWorkerFactory', weight: 6, names: null },
  { name: 'Process', weight: 5, names: null },
  { name: 'Directory', weight: 3, names: EVENT_NAMES },
  { name: 'Job', weight: 1, names: EVENT_NAMES },
  { name: 'Desktop', weight: 1, names: EVENT_NAMES },
  { name: 'WindowStation', weight: 1, names: EVENT_NAMES },
];
const FIRST_TYPE = 16;
const TYPE_OF_WEIGHT = TYPES.flatMap(({ weight }, type) => new Array<number>(weight).fill(type));

const STACKS = 5000;
const STACKS_OF_A_PROCESS = 400;
const KERNEL_MODULES = 24;
const USER_MODULES = 48;

/** Of a hundred objects, how many … */
const VIEWS = 3;
const DUPLICATED = 2;
const NAMED = 80;
/** Of two hundred handles, how many are never closed. */
const LEAKED = 1;
/** Handles that a started process inherits, at most. */
const INHERITED = 40;

interface Program {
  pid: number;
  name: string;
  /** values that were closed, to be given out again */
  freeValues: number[];
  nextValue: number;
  /** what it holds: a child's are swept when it ends */
  held: Set<number>;
}

interface Thread {
  pid: number;
  tid: number;
}

interface Held {
  owner: Program;
  /** low half of the object's pointer, of a view of its base */
  pointer: number;
  /** 0: a view */
  value: number;
  type: number;
  /** number of the name, -1 none */
  name: number;
  /** handles to the same object: its pointer is free when they are closed */
  shared: { handles: number };
}

/** Writes a trace with so many objects and views. */
export function writeObjects(trace: RawTrace, objects: number): void {
  new BusyMachine(trace, objects).write();
}

class BusyMachine {
  private readonly next = randomNumbers(11);
  private readonly trace: RawTrace;
  private readonly wanted: number;
  private readonly programs: Program[];
  /** by slot; null: closed. A time in `ends` may still name it, so it is not used again */
  private readonly held: (Held | null)[] = [];
  private readonly freePointers: number[] = [];
  private readonly freeBases: number[] = [];
  private nextPointer = 0x1000_0000;
  private nextBase = 0x4000_0000;
  /** what is closed when: a slot of `held`, or -1 - number of a program that ends */
  private readonly ends = new MinHeap();
  private readonly children: Program[] = [];
  private made = 0;
  /** names that were taken one after the other, by kind */
  private readonly names = new Array<number>(NAME_KINDS).fill(0);

  constructor(trace: RawTrace, objects: number) {
    this.trace = trace;
    this.wanted = objects;
    this.programs = Array.from({ length: PROCESSES }, (_, index) =>
      program(1000 + index * 32, PROGRAMS[index % PROGRAMS.length]),
    );
  }

  write(): void {
    this.writeMachine();
    this.writeExisting();
    const pause = Math.floor((2 * LENGTH) / this.wanted);
    const childEvery = Math.floor(this.wanted / CHILDREN);
    while (this.made < this.wanted) {
      this.passTime(1 + this.next(pause));
      if (this.made % childEvery === childEvery - 1) this.startChild();
      const who = this.somebody();
      if (this.next(100) < VIEWS) this.map(who);
      else this.open(who);
    }
    this.writeRundown();
  }

  private writeMachine(): void {
    const { trace } = this;
    for (const { pid, name } of this.programs) processEvent(trace, PROCESS_DC_START, { pid, parentPid: 4, name });
    for (let module = 0; module < KERNEL_MODULES; module++) {
      const file = `\\SystemRoot\\system32\\${module === 0 ? 'ntoskrnl.exe' : `drivers\\driver${module}.sys`}`;
      imageEvent(trace, IMAGE_DC_START, { pid: 0, low: moduleBase(module), high: KERNEL_HIGH, file });
    }
    for (const { pid } of this.programs) this.loadModules(pid, IMAGE_DC_START);
  }

  private loadModules(pid: number, hook: number): void {
    for (let module = 0; module < USER_MODULES; module++) {
      imageEvent(this.trace, hook, { pid, low: moduleBase(module), high: USER_HIGH, file: moduleFile(module) });
    }
  }

  private writeExisting(): void {
    const { trace } = this;
    for (let count = this.wanted / 50; count > 0; count--) {
      const slot = this.hold(this.somebody(), this.anyType());
      const { owner, pointer, value, type, name } = this.held[slot]!;
      const text = nameText(type, name);
      trace.system(0x1126, 2, 4, 8, 18 + 2 * (text.length + 1));
      trace
        .kernelPointer(pointer)
        .u32(owner.pid)
        .u32(value)
        .u16(FIRST_TYPE + type)
        .text(text);
      this.endLater(slot, this.next(2 * LENGTH));
    }
  }

  /** A moment passes: what was to end meanwhile ends. */
  private passTime(ticks: number): void {
    const { trace, ends } = this;
    const until = trace.ticks + ticks;
    while (ends.size > 0 && ends.leastKey() <= until) {
      trace.ticks = Math.max(trace.ticks, ends.leastKey());
      const what = ends.pop() | 0;
      if (what < 0) this.endChild(this.children[-1 - what]);
      else this.close(what);
    }
    trace.ticks = Math.max(trace.ticks, until);
    trace.cpu = this.next(CPUS);
  }

  /** Some processes do most of it. */
  private somebody(): Program {
    const living = this.programs.length;
    return this.programs[this.next(1 + this.next(living))];
  }

  private anyType(): number {
    return TYPE_OF_WEIGHT[this.next(TYPE_OF_WEIGHT.length)];
  }

  private open(who: Program): void {
    const slot = this.hold(who, this.anyType());
    const { pointer, value, type } = this.held[slot]!;
    const thread = this.threadOf(who);
    this.trace.system(0x1120, 2, thread.pid, thread.tid, 16);
    this.trace
      .kernelPointer(pointer)
      .u32(value)
      .u16(FIRST_TYPE + type)
      .u16(0);
    stackKeyEvents(this.trace, thread, this.stackOf(who, 0));
    if (this.next(200) >= LEAKED) this.endLater(slot, this.lifetime());
    if (this.next(100) < DUPLICATED) this.duplicate(slot, this.somebody(), thread, false);
  }

  private map(who: Program): void {
    const slot = this.hold(who, -1);
    this.mapEvent(0x0425, this.held[slot]!);
    stackKeyEvents(this.trace, this.threadOf(who), this.stackOf(who, 0));
    if (this.next(200) >= LEAKED) this.endLater(slot, this.lifetime());
  }

  /**
   * Into another process by a thread of the owner. `isInherited`: as the kernel logs it, from the parent into the parent with one value;
   * the child's has this value too.
   */
  private duplicate(source: number, to: Program, { pid, tid }: Thread, isInherited: boolean): void {
    const from = this.held[source]!;
    const slot = this.slot({ ...from, owner: to, value: isInherited ? from.value : takeValue(to) });
    from.shared.handles++;
    const { value } = this.held[slot]!;
    this.trace.system(0x1122, 3, pid, tid, 26);
    this.trace
      .kernelPointer(from.pointer)
      .u32(from.value)
      .u32(value)
      .u32(isInherited ? from.owner.pid : to.pid)
      .u16(FIRST_TYPE + from.type)
      .u32(from.owner.pid);
    stackKeyEvents(this.trace, { pid, tid }, this.stackOf(from.owner, 0));
    // Some are left for the end of the child.
    if (!isInherited || this.next(3) > 0) this.endLater(slot, this.lifetime());
  }

  private startChild(): void {
    const parent = this.somebody();
    const child = program(20_000 + this.children.length * 8, 'worker');
    const handles = Array.from(parent.held).filter((slot) => this.held[slot]!.value > 0);
    const by = this.threadOf(parent);
    for (const slot of handles.slice(0, this.next(INHERITED))) this.duplicate(slot, child, by, true);
    child.nextValue = parent.nextValue;
    processEvent(this.trace, PROCESS_START, { pid: child.pid, parentPid: parent.pid, name: child.name }, by);
    this.loadModules(child.pid, IMAGE_LOAD);
    this.programs.push(child);
    this.children.push(child);
    this.ends.push(this.trace.ticks + this.next(MINUTE), -this.children.length);
  }

  private endChild(child: Program): void {
    this.programs.splice(this.programs.indexOf(child), 1);
    const by = this.threadOf(child);
    processEvent(this.trace, PROCESS_END, { pid: child.pid, parentPid: 4, name: child.name }, by);
    for (const slot of child.held) this.close(slot);
  }

  /** A handle or (`type` -1) a view, of a new object. */
  private hold(owner: Program, type: number): number {
    this.made++;
    const isView = type < 0;
    const kind = isView ? FILE_NAMES : TYPES[type].names;
    return this.slot({
      owner,
      pointer: isView
        ? (this.freeBases.pop() ?? (this.nextBase += 0x1_0000))
        : (this.freePointers.pop() ?? (this.nextPointer += 0x40)),
      value: isView ? 0 : takeValue(owner),
      type,
      name: kind === null || this.next(100) >= NAMED ? -1 : this.anyName(kind),
      shared: { handles: 1 },
    });
  }

  private slot(held: Held): number {
    const slot = this.held.push(held) - 1;
    held.owner.held.add(slot);
    return slot;
  }

  /** Every other one a common name; the others take one after the other, so that all of them are met. */
  private anyName(kind: number): number {
    const number = this.next(2) === 0 ? this.next(COMMON_NAMES) : this.names[kind]++ % Math.floor(NAMES / NAME_KINDS);
    return number * NAME_KINDS + kind;
  }

  private endLater(slot: number, ticks: number): void {
    this.ends.push(this.trace.ticks + ticks, slot);
  }

  private close(slot: number): void {
    const held = this.held[slot];
    if (held === null) return;
    const { owner, pointer, value, type, name, shared } = held;
    owner.held.delete(slot);
    this.held[slot] = null;
    const thread = this.threadOf(owner);
    if (type < 0) {
      this.mapEvent(0x0426, held);
      this.freeBases.push(pointer);
    } else {
      const text = nameText(type, name);
      this.trace.system(0x1121, 2, thread.pid, thread.tid, 14 + 2 * (text.length + 1));
      this.trace
        .kernelPointer(pointer)
        .u32(value)
        .u16(FIRST_TYPE + type)
        .text(text);
      owner.freeValues.push(value);
      if (--shared.handles === 0) this.freePointers.push(pointer);
    }
    stackKeyEvents(this.trace, thread, this.stackOf(owner, STACKS_OF_A_PROCESS));
    this.trace.ticks += 1;
  }

  private mapEvent(hook: number, { owner, pointer, name }: Held): void {
    const { pid, tid } = this.threadOf(owner);
    this.trace.system(hook, 3, pid, tid, 44);
    this.trace.u32(pointer).u32(USER_HIGH).kernelPointer(fileKey(name)).kernelPointer(0);
    this.trace
      .u32(0x1000 * (1 + ((pointer >>> 16) % 200)))
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(pid);
  }

  /** From 10 µs to a minute and a half, each decade as often as the other. */
  private lifetime(): number {
    return Math.floor(10 * MICROSECOND * 10 ** ((this.next(1_000_000) / 1_000_000) * 7));
  }

  private threadOf({ pid }: Program): Thread {
    return { pid, tid: pid + 4 * (1 + this.next(THREADS_OF_A_PROCESS)) };
  }

  /** Processes come from their own places again and again, from some of them most of the time. */
  private stackOf({ pid }: Program, offset: number): number {
    return (pid * 97 + offset + this.next(1 + this.next(STACKS_OF_A_PROCESS))) % STACKS;
  }

  /** What stands at the end of a recording: what is open, what the keys meant, names of files and types. */
  private writeRundown(): void {
    const { trace } = this;
    trace.ticks += 1000;
    for (const held of this.held) {
      if (held === null || held.type < 0) continue;
      const text = nameText(held.type, held.name);
      trace.system(0x1127, 2, 4, 8, 18 + 2 * (text.length + 1));
      trace
        .kernelPointer(held.pointer)
        .u32(held.owner.pid)
        .u32(held.value)
        .u16(FIRST_TYPE + held.type)
        .text(text);
    }
    for (let stack = 0; stack < STACKS; stack++) {
      for (const hook of STACK_KEY_HOOKS) {
        const frames = framesOf(hook, stack);
        stackKeyMeaning(trace, hook, stack, frames.length);
        for (const low of frames) trace.u32(low).u32(hook === 0x1825 ? KERNEL_HIGH : USER_HIGH);
      }
    }
    for (let name = FILE_NAMES; name < NAMES; name += NAME_KINDS) {
      const text = textOfName(name);
      trace.perfInfo(0x0424, 2, 8 + 2 * (text.length + 1));
      trace.kernelPointer(fileKey(name)).text(text);
    }
    TYPES.forEach(({ name }, type) => typeNameEvent(trace, FIRST_TYPE + type, name));
  }
}

function program(pid: number, name: string): Program {
  return {
    pid,
    name: `${name}.exe`,
    freeValues: [],
    nextValue: 4,
    held: new Set(),
  };
}

function takeValue(owner: Program): number {
  return owner.freeValues.pop() ?? (owner.nextValue += 4);
}

function fileKey(name: number): number {
  return 0x7000_0000 + name * 0x10;
}

function nameText(type: number, name: number): string {
  return type < 0 || name < 0 ? '' : textOfName(name);
}

/** Names of all shapes: numbered events, files in folders, keys with GUIDs. */
function textOfName(name: number): string {
  const number = Math.floor(name / NAME_KINDS);
  const hash = mixed(number).toString(16).padStart(8, '0');
  switch (name % NAME_KINDS) {
    case EVENT_NAMES:
      return `\\Sessions\\${1 + (number % 3)}\\BaseNamedObjects\\Contoso_Signal${number % 50}_${number}`;
    case FILE_NAMES:
      return `\\Device\\HarddiskVolume3\\Users\\user${number % 7}\\AppData\\Local\\Temp\\${hash}\\item${number}.tmp`;
    default:
      return `\\REGISTRY\\MACHINE\\SOFTWARE\\Classes\\CLSID\\{${hash}-0000-4000-8000-${number.toString(16).padStart(12, '0')}}`;
  }
}

const KERNEL_HIGH = 0xfffff800;
const USER_HIGH = 0x7ff8;

function moduleBase(module: number): number {
  return 0x1000_0000 + module * 0x20_0000;
}

/** The first half is of the system. */
function moduleFile(module: number): string {
  if (module < SYSTEM_FILES.length) return `\\Windows\\System32\\${SYSTEM_FILES[module]}.dll`;
  if (module < USER_MODULES / 2) return `\\Windows\\System32\\system${module}.dll`;
  return `\\Program Files\\Contoso\\Contoso.Part${module}.dll`;
}
const SYSTEM_FILES = ['ntdll', 'kernel32', 'kernelbase', 'rpcrt4', 'combase', 'ucrtbase'];

/**
 * Low halves of the addresses of one part of a stack, leaf first. Stacks are paths of a tree, as real ones are: near the root all of them
 * go the same way, and what a frame calls follows from how it was reached.
 */
function framesOf(hook: StackKeyHook, stack: number): number[] {
  const isKernel = hook === 0x1825;
  const depth = isKernel ? 5 + (stack % 5) : 8 + (stack % 21);
  const modules = isKernel ? KERNEL_MODULES : USER_MODULES;
  const frames: number[] = [];
  let path = isKernel ? 1 : 2;
  for (let level = 0; level < depth; level++) {
    const choices = level < 2 ? 1 : level < 5 ? 4 : 2 + (path % 2);
    path = mixed(path * 31 + (mixed(stack * 64 + level) % choices));
    const module = level === 0 ? 0 : path % modules;
    frames.unshift(moduleBase(module) + 0x1000 + ((path >>> 8) % 1500) * 0x40);
  }
  return frames;
}

/** 32 bits that look random but follow from a number. */
function mixed(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
