import { Machine } from '../../bench/traces/machine.ts';
import { RawTrace } from '../../bench/traces/rawTrace.ts';

/** What the trace is about: one process opens an event again and again from one place and never closes it. */
export const LARGE_TRACE = { objects: 200_000, leaks: 4000, leaker: 'app7.exe', call: 'worker.dll+0x4711' } as const;

const LEAKER_PID = 1000 + 7 * 32;
const EVENT_TYPE = 16;
/** of etl-format.md */
const CREATE_HANDLE = 0x1120;
const IMAGE_DC_START = 0x1403;
const STACK_WALK = 0x1820;
/** Far from those of the machine. */
const FIRST_OBJECT = 0x7000_0000;
const FIRST_HANDLE = 0x10_0000;
/** A module of its own, outside of the folders of Windows. */
const MODULE_BASE = 0x3000_0000;
const USER_HIGH = 0x7ff8;
const KERNEL_HIGH = 0xfffff800;
/** Leaf first: the kernel, a module of Windows, the call that leaks and who called it. */
const LEAK_STACK: readonly [low: number, high: number][] = [
  [0x1000_1000, KERNEL_HIGH],
  [0x2000_1000, USER_HIGH],
  [MODULE_BASE + 0x4711, USER_HIGH],
  [MODULE_BASE + 0x1000, USER_HIGH],
];

/** Writes a trace of 200,000 objects with stacks, among them 4,000 leaks of one call. The same bytes every time. */
export function writeLargeTrace(path: string): void {
  const trace = new RawTrace(path, 4);
  const machine = new Machine(trace);
  const { objects, leaks } = LARGE_TRACE;
  writeModule(trace, 'C:\\App\\worker.dll');
  let made = 0;
  for (let leaked = 0; made < objects;) {
    machine.step();
    // Spread evenly over the trace.
    if (leaked * (objects / leaks) <= made && leaked < leaks) {
      const who = { pid: LEAKER_PID, tid: LEAKER_PID + 4 };
      trace.system(CREATE_HANDLE, 2, who.pid, who.tid, 16);
      trace
        .kernelPointer(FIRST_OBJECT + leaked * 0x40)
        .u32(FIRST_HANDLE + leaked * 4)
        .u16(EVENT_TYPE)
        .u16(0);
      writeStack(trace, who);
      leaked++;
      made++;
    } else if (machine.openHandles < 1000 || machine.next(2) === 0) {
      machine.stackKeys(machine.create(true));
      made++;
    } else {
      const who = machine.close(true);
      if (who !== null) machine.stackKeys(who);
    }
  }
  machine.rundown();
  trace.end();
}

function writeModule(trace: RawTrace, file: string): void {
  trace.system(IMAGE_DC_START, 2, 4, 8, 56 + 2 * (file.length + 1));
  trace.u32(MODULE_BASE).u32(USER_HIGH).u32(0x10_0000).u32(0).u32(LEAKER_PID).u32(0).u32(0x6000_0000).u32(0);
  trace.u32(MODULE_BASE).u32(USER_HIGH).u32(0).u32(0).u32(0).u32(0).text(file);
}

/** The stack of the event that was written last. */
function writeStack(trace: RawTrace, who: { pid: number; tid: number }): void {
  const { ticks } = trace;
  trace.ticks += 1;
  trace.perfInfo(STACK_WALK, 2, 16 + LEAK_STACK.length * 8);
  trace.time(ticks).u32(who.pid).u32(who.tid);
  for (const [low, high] of LEAK_STACK) trace.u32(low).u32(high);
}
