import { type TraceBuilder } from '../../worker/testing/traceBuilder.ts';
import { Random } from './random.ts';
import { type StackName, stackOf } from './stacks.ts';
import { OBJECT_TYPES, type ObjectType } from './types.ts';

/** The clock ticks at 10 MHz: all times of the story are multiples of 100 ns. */
export const TICK_NS = 100;
export const PROCESSORS = 4;
/** The last moment at which a program does something; then comes the rundown. */
export const BUSY_UNTIL_NS = 9_500_000_000;

const US = 1000;

export interface Proc {
  pid: number;
  parentPid: number;
  name: string;
  commandLine: string;
  session: number;
  /** sub-authorities of S-1-5-… */
  sid: readonly number[];
  /** those alive when the trace starts (or when the process does), main thread first */
  threads: readonly number[];
  /** by name, see symbols.ts */
  modules: readonly string[];
  startedInTrace: boolean;
  table: HandleTable;
}

export interface KernelObject {
  pointer: bigint;
  type: ObjectType;
  /** '' = none */
  name: string;
  /** handles open right now */
  open: number;
  pool: ObjectPool | null;
}

export interface OpenHandle {
  owner: Proc;
  value: number;
  object: KernelObject;
}

/** Who does something, when. */
export interface Act {
  ns: number;
  tid: number;
  /** default: the owner of the handle */
  by?: Proc;
  stack: StackName;
  /** the time must be just this one */
  exact?: boolean;
  /** default: by thread */
  cpu?: number;
}

export interface OpenAct extends Act {
  type?: ObjectType;
  name?: string;
  /** where a new object's address comes from, or the address itself */
  pool?: ObjectPool;
  pointer?: bigint;
  /** another handle of an object that exists */
  object?: KernelObject;
  /** default: the owner's next free value */
  handle?: number;
  /** ns between CreateObject and CreateHandle, default one tick */
  afterObjectNs?: number;
}

/** A process's handle values: given back ones are used again, the latest first. */
export class HandleTable {
  private readonly used = new Set<number>();
  private readonly free: { value: number; ns: number }[] = [];
  private next: number;
  private below: number;

  /** @param first values under it belong to handles older than the trace */
  constructor(first: number) {
    this.next = first;
    this.below = first - 4;
  }

  take(ns: number): number {
    for (let i = this.free.length - 1; i >= 0 && i >= this.free.length - 12; i--) {
      const { value, ns: freedNs } = this.free[i];
      if (freedNs < ns - US && !this.used.has(value)) {
        this.free.splice(i, 1);
        this.used.add(value);
        return value;
      }
    }
    while (this.used.has(this.next)) this.next += 4;
    this.used.add(this.next);
    return this.next;
  }

  /** A value of a handle older than the trace. */
  takeOld(): number {
    while (this.used.has(this.below) || this.below % 0x400 === 0) this.below -= 4;
    if ((this.below & 0x7fffffff) < 4) throw new Error('no old handle value is left');
    this.used.add(this.below);
    return this.below;
  }

  claim(value: number): void {
    if (this.used.has(value)) throw new Error(`handle 0x${value.toString(16)} is taken`);
    this.used.add(value);
  }

  release(value: number, ns: number): void {
    this.used.delete(value);
    this.free.push({ value, ns });
  }

  has(value: number): boolean {
    return this.used.has(value);
  }
}

/** Pool addresses: freed ones serve again, but never two objects at a time. */
export class ObjectPool {
  private readonly free: { pointer: bigint; ns: number }[] = [];
  private readonly first: bigint;
  private readonly step: bigint;
  private given = 0n;

  constructor(first: bigint, step: bigint) {
    this.first = first;
    this.step = step;
  }

  take(ns: number): bigint {
    for (let i = this.free.length - 1; i >= 0 && i >= this.free.length - 8; i--) {
      if (this.free[i].ns < ns - US) return this.free.splice(i, 1)[0].pointer;
    }
    return this.first + this.step * this.given++;
  }

  /** An address that is never given again. */
  takeOld(): bigint {
    return this.first + this.step * this.given++;
  }

  release(pointer: bigint, ns: number): void {
    this.free.push({ pointer, ns });
  }
}

/** The machine as the story changes it: every change is an event of the trace, and what is still open at the end is known for the rundown. */
export class World {
  readonly t: TraceBuilder;
  readonly random = new Random(20240510);
  readonly handles = new Set<OpenHandle>();
  /** threads started in the trace and not ended */
  readonly threads = new Map<number, Proc>();
  private readonly claimed = new Set<number>();
  private readonly tids = new Set<number>();

  constructor(t: TraceBuilder, processes: readonly Proc[]) {
    this.t = t;
    for (const process of processes) for (const tid of process.threads) this.tids.add(tid);
  }

  /** A time at or just after `ns` at which nothing else happens: a stack is found by its event's time stamp alone. */
  at(ns: number, exact = false): number {
    let tick = Math.ceil(ns / TICK_NS);
    if (exact && (tick * TICK_NS !== ns || this.claimed.has(tick))) throw new Error(`${ns} ns is not free`);
    while (this.claimed.has(tick)) tick++;
    this.claimed.add(tick);
    return tick * TICK_NS;
  }

  /** A thread id that nobody has. */
  newTid(wanted?: number): number {
    let tid = wanted ?? this.random.int(3000, 740_000) * 4;
    while (this.tids.has(tid)) tid = this.random.int(3000, 740_000) * 4;
    this.tids.add(tid);
    return tid;
  }

  /** Opens a handle; a new object is created one tick before it. */
  open(owner: Proc, act: OpenAct): OpenHandle {
    const by = act.by ?? owner;
    const who = { pid: by.pid, tid: act.tid, cpu: act.cpu ?? cpuOf(act.tid) };
    const value = act.handle ?? owner.table.take(act.ns);
    if (act.handle !== undefined) owner.table.claim(value);
    let { object } = act;
    let ns: number;
    if (object === undefined) {
      const type = act.type ?? 'Event';
      const pointer = act.pointer ?? act.pool?.take(act.ns);
      if (pointer === undefined) throw new Error('a new object needs an address or a pool');
      object = { pointer, type, name: act.name ?? '', open: 0, pool: act.pool ?? null };
      const createNs = this.at(act.ns, act.exact);
      this.t.objectCreate({
        ns: createNs,
        ...who,
        object: pointer,
        type: OBJECT_TYPES[type],
        ...this.stack(createNs, act.stack, who.cpu),
      });
      ns = this.at(createNs + (act.afterObjectNs ?? TICK_NS), act.exact);
    } else {
      ns = this.at(act.ns, act.exact);
    }
    this.t.handleCreate({
      ns,
      ...who,
      object: object.pointer,
      handle: value,
      type: OBJECT_TYPES[object.type],
      ...this.stack(ns, act.stack, who.cpu),
    });
    return this.opened(owner, value, object);
  }

  /** Closes a handle; the object goes one tick after its last one. */
  close(handle: OpenHandle, act: Act & { beforeDeleteNs?: number }): void {
    const { owner, value, object } = handle;
    const who = { pid: (act.by ?? owner).pid, tid: act.tid, cpu: act.cpu ?? cpuOf(act.tid) };
    const type = OBJECT_TYPES[object.type];
    if (!this.handles.delete(handle)) throw new Error(`handle 0x${value.toString(16)} is not open`);
    const ns = this.at(act.ns, act.exact);
    this.t.handleClose({
      ns,
      ...who,
      object: object.pointer,
      handle: value,
      type,
      name: object.name,
      ...this.stack(ns, act.stack, who.cpu),
    });
    owner.table.release(value, ns);
    object.open--;
    if (object.open > 0) return;
    const deleteNs = this.at(ns + (act.beforeDeleteNs ?? TICK_NS), act.exact);
    this.t.objectDelete({
      ns: deleteNs,
      ...who,
      object: object.pointer,
      type,
      ...this.stack(deleteNs, act.stack, who.cpu),
    });
    object.pool?.release(object.pointer, deleteNs);
  }

  /** Copies a handle into another process. */
  duplicate(source: OpenHandle, target: Proc, act: Act & { handle?: number }): OpenHandle {
    const by = act.by ?? source.owner;
    const cpu = act.cpu ?? cpuOf(act.tid);
    const value = act.handle ?? target.table.take(act.ns);
    if (act.handle !== undefined) target.table.claim(value);
    const ns = this.at(act.ns, act.exact);
    this.t.handleDuplicate({
      ns,
      cpu,
      pid: by.pid,
      tid: act.tid,
      object: source.object.pointer,
      sourceHandle: source.value,
      targetHandle: value,
      sourcePid: source.owner.pid,
      targetPid: target.pid,
      type: OBJECT_TYPES[source.object.type],
      ...this.stack(ns, act.stack, cpu),
    });
    return this.opened(target, value, source.object);
  }

  /** The kernel copies an inheritable handle into a child about to start. */
  inherit(source: OpenHandle, child: Proc, act: Act): OpenHandle {
    const cpu = act.cpu ?? cpuOf(act.tid);
    const ns = this.at(act.ns, act.exact);
    child.table.claim(source.value);
    this.t.handleInherit({
      ns,
      cpu,
      pid: source.owner.pid,
      tid: act.tid,
      object: source.object.pointer,
      handle: source.value,
      type: OBJECT_TYPES[source.object.type],
      ...this.stack(ns, act.stack, cpu),
    });
    return this.opened(child, source.value, source.object);
  }

  /** A handle that was open before the trace: no event tells of it until it is closed or the rundown lists it. */
  existing(
    owner: Proc,
    fields: {
      type: ObjectType;
      name?: string;
      pool?: ObjectPool;
      pointer?: bigint;
      handle?: number;
      object?: KernelObject;
    },
  ): OpenHandle {
    const value = fields.handle ?? owner.table.takeOld();
    if (fields.handle !== undefined) owner.table.claim(value);
    const pointer = fields.pointer ?? fields.object?.pointer ?? fields.pool?.takeOld();
    if (pointer === undefined) throw new Error('an object needs an address or a pool');
    const object = fields.object ?? { pointer, type: fields.type, name: fields.name ?? '', open: 0, pool: null };
    return this.opened(owner, value, object);
  }

  startThread(owner: Proc, act: { ns: number; tid: number; byTid: number; by?: Proc }): void {
    this.threads.set(act.tid, owner);
    this.t.threadStart({
      ns: this.at(act.ns),
      cpu: cpuOf(act.byTid),
      pid: owner.pid,
      tid: act.tid,
      byPid: (act.by ?? owner).pid,
      byTid: act.byTid,
    });
  }

  endThread(ns: number, tid: number): void {
    const owner = this.threads.get(tid);
    if (owner === undefined) throw new Error(`thread ${tid} does not run`);
    this.threads.delete(tid);
    this.t.threadEnd({ ns: this.at(ns), cpu: cpuOf(tid), pid: owner.pid, tid });
  }

  /** Options of an event for its stack: the kernel part soon, the user part later and now and then from another processor. */
  stack(
    ns: number,
    name: StackName,
    cpu: number,
  ): { stack: readonly bigint[]; stackNs: number; userStackNs: number; userStackCpu: number } {
    const stackNs = ns + this.random.int(3, 9) * TICK_NS;
    return {
      stack: stackOf(name),
      stackNs,
      userStackNs: stackNs + this.random.int(5, 180) * TICK_NS,
      userStackCpu: this.random.chance(0.1) ? (cpu + 1) % PROCESSORS : cpu,
    };
  }

  private opened(owner: Proc, value: number, object: KernelObject): OpenHandle {
    const handle: OpenHandle = { owner, value, object };
    this.handles.add(handle);
    object.open++;
    return handle;
  }
}

/** Threads stay on their processor. */
export function cpuOf(tid: number): number {
  return (tid >> 2) % PROCESSORS;
}
