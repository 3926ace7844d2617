/** The traces of the benches (bench/README.md says what they stand for). Each is written once and kept in the folder for temporary files. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CPUS, Machine } from './machine.ts';
import { writeObjects } from './objects.ts';
import { RawTrace } from './rawTrace.ts';

/** To be raised when what is written changes. */
const VERSION = 3;
const PREFIX = 'leaklanes-bench-trace-';
const REFERENCED_OBJECTS = 26_000;
const GIGABYTE = 1e9;

export type TraceKind = 'handles' | 'refs' | 'mixed' | 'huge' | 'huge8' | 'objects';

/** Path of a trace; written first where it is not there yet. `size`: of `mixed` about so many events, of `objects` so many objects. */
export function benchTrace(kind: TraceKind, size?: number): string {
  const path = join(tmpdir(), `${PREFIX}${VERSION}-${kind}${size === undefined ? '' : `-${size}`}.etl`);
  if (existsSync(path)) return path;
  removeOldVersions();
  const half = `${path}.${process.pid}`;
  const trace = new RawTrace(half, CPUS);
  WRITERS[kind](trace, size);
  trace.end();
  renameSync(half, path);
  return path;
}

function removeOldVersions(): void {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}${VERSION}-`))
      rmSync(join(tmpdir(), name), { force: true });
  }
}

const WRITERS: Record<TraceKind, (trace: RawTrace, size?: number) => void> = {
  handles: (trace) => writeHandles(new Machine(trace)),
  refs: (trace) => writeReferences(trace, new Machine(trace)),
  mixed: (trace, events = 8_000_000) => writeMixed(trace, new Machine(trace), () => trace.events < events),
  huge: (trace) => writeMixed(trace, new Machine(trace), () => trace.bytes < GIGABYTE),
  huge8: (trace) => writeMixed(trace, new Machine(trace), () => trace.bytes < 8 * GIGABYTE),
  objects: (trace, objects = 1_000_000) => writeObjects(trace, objects),
};

/** 350,000 handles are created, nearly all are closed; each event has a stack by key. */
function writeHandles(machine: Machine): void {
  for (let created = 0; created < 350_000;) {
    machine.step();
    const opens = machine.openHandles < 2000 || machine.next(2) === 0;
    const who = opens ? machine.create(true) : machine.close(true);
    if (opens) created++;
    if (who !== null) machine.stackKeys(who);
  }
  while (machine.openHandles > 500) {
    machine.step();
    const who = machine.close(true);
    if (who !== null) machine.stackKeys(who);
  }
  machine.rundown();
}

/** 26,000 objects, of which 15 million references are taken and given back. */
function writeReferences(trace: RawTrace, machine: Machine): void {
  const objects: number[] = [];
  const balance: number[] = [];
  for (let object = 0; object < REFERENCED_OBJECTS; object++) {
    machine.step();
    const { pid, tid } = machine.thread();
    objects.push(machine.newObject());
    balance.push(1);
    trace.system(0x1130, 2, pid, tid, 16);
    trace
      .kernelPointer(objects[object])
      .u16(16 + (object % 10))
      .u16(0)
      .u32(0);
  }
  // A few objects get most of it.
  for (let change = 0; change < 15_000_000; change++) {
    machine.step();
    const { pid, tid } = machine.thread();
    const object = machine.next(1 + machine.next(REFERENCED_OBJECTS));
    const takes = balance[object] === 1 || machine.next(2) === 0;
    balance[object] += takes ? 1 : -1;
    trace.system(takes ? 0x1132 : 0x1133, 2, pid, tid, 16);
    trace.kernelPointer(objects[object]).u32(0x746c6644).u32(1);
  }
  machine.rundown();
}

/** One event of ten is a handle's; the others are what a recording of everything has: switches, samples, providers, stacks. */
function writeMixed(trace: RawTrace, machine: Machine, goesOn: () => boolean): void {
  while (goesOn()) {
    // Rounds of 20 events.
    for (let handle = 0; handle < 2; handle++) {
      machine.step();
      const opens = handle === 0 || machine.openHandles < 2000;
      const who = opens ? machine.create(handle === 0) : machine.close(false);
      if (who !== null) machine.stackAddresses(who, 6);
    }
    for (let index = 0; index < 6; index++) {
      machine.step();
      machine.contextSwitch();
    }
    for (let index = 0; index < 3; index++) {
      machine.step();
      const { pid, tid } = machine.thread();
      trace.perfInfo(0x0f2e, 2, 16);
      trace.u32(0x1000).u32(0xfffff800).u32(tid).u32(1);
      machine.stackAddresses({ pid, tid }, 10);
    }
    for (let index = 0; index < 4; index++) {
      machine.step();
      const { pid, tid } = machine.thread();
      trace.provider(0x1000 + machine.next(20), machine.next(10), pid, tid, 40);
      for (let word = 0; word < 10; word++) trace.u32(word);
    }
  }
  machine.rundown();
}

export function isTraceKind(name: string): name is TraceKind {
  return Object.hasOwn(WRITERS, name);
}
