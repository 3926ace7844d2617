/**
 * A small Windows is simulated: processes with handle tables, objects that die with their last handle and whose pointers are given out
 * again, duplicates, inheritance, exits. What it logs is written as a trace; the objects that come out must be those that were.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceBuilder } from '../testing/traceBuilder.ts';
import { objectsOf } from './testing.ts';

interface TrueHandle {
  owner: number;
  value: number;
  start: string;
  end: string;
  openNs: number | null;
  closeNs: number | null;
}

interface TrueObject {
  pointer: bigint;
  type: number;
  birthNs: number | null;
  deathNs: number | null;
  handles: TrueHandle[];
  openCount: number;
  /** an event of the trace names it */
  seen: boolean;
}

interface Options {
  objectEvents: boolean;
  startRundown: boolean;
  headerStyle: 'system' | 'compact' | 'full';
  compress: boolean;
}

class Windows {
  readonly trace: TraceBuilder;
  readonly objects: TrueObject[] = [];
  private readonly options: Options;
  private readonly freePointers: bigint[] = [];
  private nextPointer = 0xffff810000000000n;
  private readonly tables = new Map<
    number,
    Map<number, { object: TrueObject; handle: TrueHandle; inheritable: boolean }>
  >();
  private nextPid = 100;
  private now = 10_000;
  private readonly random: () => number;
  private recording = false;
  recordingStart = 0;

  constructor(options: Options, random: () => number) {
    this.options = options;
    this.random = random;
    this.trace = new TraceBuilder({ headerStyle: options.headerStyle, compress: options.compress, bufferSize: 4096 });
  }

  run(steps: number): void {
    for (let i = 0; i < 3; i++) this.tables.set(this.pid(), new Map());
    for (let i = 0; i < 15; i++) this.step();
    this.recording = true;
    this.recordingStart = this.now;
    for (const pid of this.tables.keys())
      this.trace.processDCStart({ ns: 5_000, pid, parentPid: 1, name: `p${pid}.exe` });
    if (this.options.startRundown) this.rundown('handleDCStart');
    for (let i = 0; i < steps; i++) this.step();
    this.rundown('handleDCEnd');
  }

  private pid(): number {
    this.nextPid += 4;
    return this.nextPid;
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)];
  }

  private step(): void {
    const dice = this.random();
    const pid = this.pick([...this.tables.keys()]);
    if (dice < 0.4) this.create(pid);
    else if (dice < 0.75) this.close(pid);
    else if (dice < 0.9) this.duplicate(pid);
    else if (dice < 0.96) this.startProcess(pid);
    else if (this.tables.size > 2) this.exit(pid);
  }

  private at(pid: number): { ns: number; pid: number; tid: number; cpu: number } {
    this.now += 1_000;
    return { ns: this.now, pid, tid: pid + 1, cpu: Math.floor(this.random() * 4) };
  }

  private freeValue(pid: number): number {
    const table = this.tables.get(pid)!;
    let value = 4;
    while (table.has(value)) value += 4;
    return value;
  }

  private open(object: TrueObject, pid: number, value: number, start: string, ns: number): void {
    const isSeen = this.recording;
    const handle = {
      owner: pid,
      value,
      start: isSeen ? start : 'existing',
      end: 'open',
      openNs: isSeen ? ns : null,
      closeNs: null,
    };
    object.handles.push(handle);
    object.openCount++;
    object.seen ||= isSeen;
    this.tables.get(pid)!.set(value, { object, handle, inheritable: this.random() < 0.5 });
  }

  private create(pid: number): void {
    const reused = this.random() < 0.8 ? this.freePointers.pop() : undefined;
    const pointer = reused ?? (this.nextPointer += 0x40n);
    const at = this.at(pid);
    const birthNs = this.recording ? at.ns : null;
    const object: TrueObject = { pointer, type: 16, birthNs, deathNs: null, handles: [], openCount: 0, seen: false };
    this.objects.push(object);
    if (this.recording && this.options.objectEvents) this.trace.objectCreate({ ...at, object: pointer, type: 16 });
    const opened = this.options.objectEvents ? { ...at, ns: (this.now += 100) } : at;
    const value = this.freeValue(pid);
    this.open(object, pid, value, 'created', opened.ns);
    if (this.recording) this.trace.handleCreate({ ...opened, object: pointer, handle: value, type: 16 });
  }

  private close(pid: number): void {
    const entries = [...this.tables.get(pid)!.entries()];
    if (entries.length > 0) this.closeValue(pid, this.pick(entries)[0], 'closed');
  }

  private closeValue(pid: number, value: number, end: string): void {
    const { object, handle } = this.tables.get(pid)!.get(value)!;
    this.tables.get(pid)!.delete(value);
    const at = this.at(pid);
    handle.end = end;
    handle.closeNs = at.ns;
    object.openCount--;
    if (this.recording) {
      object.seen = true;
      this.trace.handleClose({ ...at, object: object.pointer, handle: value, type: 16 });
    }
    if (object.openCount > 0) return;
    object.deathNs = at.ns;
    if (this.recording && this.options.objectEvents) {
      object.deathNs = this.now += 100;
      this.trace.objectDelete({ ...at, ns: object.deathNs, object: object.pointer, type: 16 });
    }
    this.freePointers.push(object.pointer);
  }

  private duplicate(pid: number): void {
    const entries = [...this.tables.get(pid)!.entries()];
    if (entries.length === 0) return;
    const [sourceHandle, { object }] = this.pick(entries);
    const targetPid = this.pick([...this.tables.keys()]);
    const at = this.at(pid);
    const targetHandle = this.freeValue(targetPid);
    this.open(object, targetPid, targetHandle, 'duplicated', at.ns);
    if (this.recording) {
      this.trace.handleDuplicate({
        ...at,
        object: object.pointer,
        sourceHandle,
        targetHandle,
        targetPid,
        sourcePid: pid,
        type: 16,
      });
    }
  }

  private startProcess(parentPid: number): void {
    const child = this.pid();
    this.tables.set(child, new Map());
    for (const [value, { object, inheritable }] of [...this.tables.get(parentPid)!]) {
      if (!inheritable) continue;
      const at = this.at(parentPid);
      this.open(object, child, value, 'inherited', at.ns);
      if (this.recording) this.trace.handleInherit({ ...at, object: object.pointer, handle: value, type: 16 });
    }
    const at = this.at(parentPid);
    if (this.recording)
      this.trace.processStart({ ...at, pid: child, parentPid, name: `p${child}.exe`, byPid: parentPid, byTid: at.tid });
  }

  private exit(pid: number): void {
    const at = this.at(pid);
    if (this.recording)
      this.trace.processEnd({ ...at, pid, parentPid: 1, name: `p${pid}.exe`, byPid: pid, byTid: at.tid });
    for (const value of [...this.tables.get(pid)!.keys()])
      this.closeValue(pid, value, this.recording ? 'processExit' : 'closed');
    this.tables.delete(pid);
  }

  private rundown(method: 'handleDCStart' | 'handleDCEnd'): void {
    for (const [pid, table] of this.tables) {
      for (const [handle, { object }] of table) {
        const { ns, cpu } = this.at(pid);
        object.seen = true;
        this.trace[method]({ ns, cpu, object: object.pointer, pid, handle, type: 16 });
      }
    }
  }
}

/** Both sides as comparable texts, in an order of their own: ids are not the point here. */
function describeTruth(windows: Windows): string[] {
  return windows.objects
    .filter((object) => object.seen)
    .map((object) => {
      // A handle that was closed before the recording began is in no event.
      const seen = object.handles.filter(
        (handle) => handle.closeNs === null || handle.closeNs > windows.recordingStart,
      );
      return text(object.pointer, object.birthNs, object.deathNs, seen.map(handleText));
    })
    .sort();
}

function handleText(h: {
  owner: number | null;
  value: number;
  start: string;
  end: string;
  openNs: number | null;
  closeNs: number | null;
}): string {
  return `${h.owner} 0x${h.value.toString(16).toUpperCase()} ${h.start} ${h.end} ${h.openNs} ${h.closeNs}`;
}

function text(pointer: bigint, birth: number | null, death: number | null, handles: string[]): string {
  return `0x${pointer.toString(16).toUpperCase()} ${birth}-${death}: ${handles.sort().join(', ')}`;
}

/** A small random generator: the same seed, the same Windows. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
}

describe('a simulated Windows', () => {
  it.each([
    ['with handle events only', false],
    ['with object events', true],
  ])('%s comes out as it was', async (_, objectEvents) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.record({
          startRundown: fc.boolean(),
          headerStyle: fc.constantFrom('system' as const, 'compact' as const, 'full' as const),
          compress: fc.boolean(),
        }),
        fc.integer({ min: 20, max: 250 }),
        async (seed, options, steps) => {
          const windows = new Windows({ ...options, objectEvents }, generator(seed));
          windows.run(steps);
          const found = await objectsOf(windows.trace);
          const texts = found.map((object) =>
            text(
              BigInt(object.pointer),
              object.birthNs,
              object.deathNs,
              object.handles.map((h) => handleText({ ...h, owner: h.ownerPid, value: Number(h.handle) })),
            ),
          );
          expect(texts.sort()).toEqual(describeTruth(windows));
          expect(found.map((object) => object.id)).toEqual(found.map((_, index) => index + 1));
        },
      ),
      { numRuns: 60 },
    );
  });
});
