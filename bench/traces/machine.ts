/** A machine for the generated traces: processes, modules, stacks, and handles that are opened and closed. */
import { randomNumbers } from '../../worker/testing/random.ts';
import type { RawTrace } from './rawTrace.ts';
import {
  IMAGE_DC_START,
  imageEvent,
  PROCESS_DC_START,
  processEvent,
  STACK_KEY_HOOKS,
  stackKeyEvents,
  stackKeyMeaning,
  typeNameEvent,
} from './systemEvents.ts';

export const CPUS = 4;
const PROCESSES = 120;
const THREADS_OF_A_PROCESS = 6;
const KERNEL_MODULES = 40;
const STACKS = 2000;
const STACKS_OF_A_PROCESS = 60;
const TYPES = ['Event', 'File', 'Key', 'Section', 'Semaphore', 'Mutant', 'Thread', 'Process', 'Timer', 'Token'];
const FIRST_TYPE = 16;

interface Thread {
  pid: number;
  tid: number;
}

interface OpenHandle extends Thread {
  object: number;
  value: number;
  type: number;
}

export class Machine {
  readonly next = randomNumbers(7);
  private readonly trace: RawTrace;
  private readonly running: Thread[] = Array.from({ length: CPUS }, () => this.anyThread());
  private readonly open: OpenHandle[] = [];
  private nextObject = 0x1000_0000;
  private readonly freeObjects: number[] = [];
  private readonly freeValues = new Map<number, number[]>();
  private readonly nextValue = new Map<number, number>();

  constructor(trace: RawTrace) {
    this.trace = trace;
    for (let index = 0; index < PROCESSES; index++) {
      processEvent(trace, PROCESS_DC_START, { pid: pidOf(index), parentPid: 4, name: `app${index}.exe` });
    }
    for (let module = 0; module < KERNEL_MODULES; module++) {
      const file = `\\SystemRoot\\system32\\drivers\\kernel${module}.sys`;
      imageEvent(trace, IMAGE_DC_START, { pid: 0, low: 0x1000_0000 + module * 0x20_0000, high: 0xfffff800, file });
    }
    for (let index = 0; index < PROCESSES; index++) {
      for (let module = 0; module < 4; module++) {
        const file = `\\Windows\\System32\\user${module}.dll`;
        const low = 0x2000_0000 + module * 0x20_0000;
        imageEvent(trace, IMAGE_DC_START, { pid: pidOf(index), low, high: 0x7ff8, file });
      }
    }
  }

  /** A moment passes, and another processor goes on; now and then with another thread. */
  step(): void {
    this.trace.ticks += 1 + this.next(20);
    this.trace.cpu = this.next(CPUS);
    if (this.next(30) === 0) this.running[this.trace.cpu] = this.anyThread();
  }

  /** The thread that runs on the processor. */
  thread(): Thread {
    return this.running[this.trace.cpu];
  }

  /** Another thread goes on on the processor; the event says so. */
  contextSwitch(): void {
    const { trace } = this;
    const before = this.thread();
    this.running[trace.cpu] = this.anyThread();
    trace.perfInfo(0x0524, 4, 24);
    trace.u32(this.thread().tid).u32(before.tid).u32(0).u32(0).u32(0).u32(0);
  }

  private anyThread(): Thread {
    const pid = pidOf(this.next(PROCESSES));
    return { pid, tid: pid + 4 * (1 + this.next(THREADS_OF_A_PROCESS)) };
  }

  newObject(): number {
    return this.freeObjects.pop() ?? (this.nextObject += 0x40);
  }

  /** CreateHandle by some thread; returns who. `inHeader`: its header names the thread. */
  create(inHeader: boolean): Thread {
    const { pid, tid } = this.thread();
    const value = this.freeValues.get(pid)?.pop() ?? (this.nextValue.get(pid) ?? 0) + 4;
    if (value > (this.nextValue.get(pid) ?? 0)) this.nextValue.set(pid, value);
    const handle = { pid, tid, object: this.newObject(), value, type: FIRST_TYPE + this.next(TYPES.length) };
    this.open.push(handle);
    this.handleEvent(0x1120, handle, inHeader);
    return handle;
  }

  /** CloseHandle of a handle that is open, null where none is. One of a hundred is forgotten: it leaks. */
  close(inHeader: boolean): Thread | null {
    if (this.open.length === 0) return null;
    const at = this.next(this.open.length);
    const handle = this.open[at];
    const last = this.open.pop()!;
    if (at < this.open.length) this.open[at] = last;
    if (this.next(100) === 0) return null;
    this.handleEvent(0x1121, handle, inHeader);
    this.freeObjects.push(handle.object);
    const free = this.freeValues.get(handle.pid);
    if (free) free.push(handle.value);
    else this.freeValues.set(handle.pid, [handle.value]);
    return handle;
  }

  get openHandles(): number {
    return this.open.length;
  }

  /** Kernel and user part of the stack of the event before, by key. */
  stackKeys(who: Thread): void {
    stackKeyEvents(this.trace, who, this.stackOf(who.pid));
  }

  /** The stack of the event before as addresses: `frames` in the kernel, as many in the process. */
  stackAddresses({ pid, tid }: Thread, frames: number): void {
    const stack = this.stackOf(pid);
    const { trace } = this;
    const ticks = trace.ticks;
    trace.ticks += 1;
    trace.perfInfo(0x1820, 2, 16 + frames * 16);
    trace.time(ticks).u32(pid).u32(tid);
    this.frames(0x1825, stack, frames);
    this.frames(0x1826, stack, frames);
  }

  /** What stands at the end of a recording: what the keys meant, and the names of the types. */
  rundown(): void {
    const { trace } = this;
    trace.ticks += 1000;
    for (let stack = 0; stack < STACKS; stack++) {
      for (const hook of STACK_KEY_HOOKS) {
        stackKeyMeaning(trace, hook, stack, 12);
        this.frames(hook, stack, 12);
      }
    }
    TYPES.forEach((name, index) => typeNameEvent(trace, FIRST_TYPE + index, name));
  }

  /** Processes come from their own places again and again. */
  private stackOf(pid: number): number {
    return (pid * 61 + this.next(STACKS_OF_A_PROCESS)) % STACKS;
  }

  private frames(hook: number, stack: number, count: number): void {
    const isKernel = hook === 0x1825;
    for (let frame = 0; frame < count; frame++) {
      const module = (stack * 7 + frame) % (isKernel ? KERNEL_MODULES : 4);
      const base = isKernel ? 0x1000_0000 : 0x2000_0000;
      this.trace.u32(base + module * 0x20_0000 + 0x1000 + stack * 16 + frame * 4).u32(isKernel ? 0xfffff800 : 0x7ff8);
    }
  }

  private handleEvent(hook: number, handle: OpenHandle, inHeader: boolean): void {
    const { trace } = this;
    if (inHeader) trace.system(hook, 2, handle.pid, handle.tid, 16);
    else trace.perfInfo(hook, 2, 16);
    trace.kernelPointer(handle.object).u32(handle.value).u16(handle.type).u16(0);
  }
}

function pidOf(index: number): number {
  return 1000 + index * 32;
}
