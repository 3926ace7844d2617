/** Events of the generated traces that say what the others mean: processes, modules, types, stacks by key. */
import type { RawTrace } from './rawTrace.ts';

/** What a process event says happened, by its hook. */
export const PROCESS_START = 0x0301;
export const PROCESS_END = 0x0302;
export const PROCESS_DC_START = 0x0303;

/** `by`: the thread in the event's header. */
export function processEvent(
  trace: RawTrace,
  hook: number,
  { pid, parentPid, name }: { pid: number; parentPid: number; name: string },
  by: { pid: number; tid: number } = { pid: 4, tid: 8 },
): void {
  trace.system(hook, 4, by.pid, by.tid, 8 + 16 + 8 + 4 + 4 + name.length + 1 + 6);
  trace
    .kernelPointer(0x5000_0000 + pid * 0x100)
    .u32(pid)
    .u32(parentPid)
    .u32(1)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(0);
  trace.ansi(name).u16(0).u16(0).u16(0);
}

export const IMAGE_LOAD = 0x030a;
export const IMAGE_DC_START = 0x1403;

/** A module of 2 MiB at an address of two halves; pid 0: of the kernel. */
export function imageEvent(
  trace: RawTrace,
  hook: number,
  { pid, low, high, file }: { pid: number; low: number; high: number; file: string },
): void {
  trace.system(hook, 2, 4, 8, 56 + 2 * (file.length + 1));
  trace.u32(low).u32(high).u32(0x20_0000).u32(0).u32(pid).u32(0).u32(0x6000_0000).u32(0).u32(low).u32(high);
  for (let word = 0; word < 4; word++) trace.u32(0);
  trace.text(file);
}

export function typeNameEvent(trace: RawTrace, type: number, name: string): void {
  trace.perfInfo(0x1125, 2, 4 + 2 * (name.length + 1));
  trace.u16(type).u16(0).text(name);
}

/** Kernel and user part of a stack. */
export const STACK_KEY_HOOKS = [0x1825, 0x1826] as const;
export type StackKeyHook = (typeof STACK_KEY_HOOKS)[number];

/** Says that the event before has a stack that {@link stackKeyMeaning} tells at the end. */
export function stackKeyEvents(trace: RawTrace, { pid, tid }: { pid: number; tid: number }, stack: number): void {
  const ticks = trace.ticks;
  trace.ticks += 1;
  for (const hook of STACK_KEY_HOOKS) {
    trace.perfInfo(hook, 2, 24);
    trace.time(ticks).u32(pid).u32(tid).u32(keyOf(hook, stack)).u32(KEY_HIGH);
  }
}

/** Begins what a part of a stack is: `frames` addresses are to be written after it, leaf first. */
export function stackKeyMeaning(trace: RawTrace, hook: StackKeyHook, stack: number, frames: number): void {
  trace.perfInfo(0x1824, 2, 8 + frames * 8);
  trace.u32(keyOf(hook, stack)).u32(KEY_HIGH);
}

const KEY_HIGH = 0xffffb68c;

function keyOf(hook: StackKeyHook, stack: number): number {
  return 0x4d00_0000 + stack * 0x280 + (hook === 0x1825 ? 0 : 0x140);
}
