/**
 * Process instances: a pid and its start. Pids are reused inside a trace; events after a process's end belong to it until that
 * pid starts again (object-lifetimes.md, Records).
 */
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { RawProcessEvent } from '../events/raw.ts';
import type { ProcessRecord } from '../../shared/records.ts';
import type { ProcessIndex, ProcessTable } from './model.ts';

export const SYSTEM_PID = 4;

interface Instance {
  pid: number;
  parentPid: number;
  sessionId: number;
  name: string;
  commandLine: string;
  uniqueKey: string;
  /** NaN: before the trace, or unseen */
  startNs: number;
  /** from when on the pid means this instance */
  fromNs: number;
  /** NaN: alive at the end */
  endNs: number;
  /** object events before its end in the file */
  endRow: number;
  /** an end event tells endNs; else its pid was given out again at that time */
  endSeen: boolean;
  known: boolean;
}

interface ProcessStart {
  ns: number;
  /** object events before it in the file */
  row: number;
  /** UNKNOWN_ID: the start event's header names no thread */
  creatorTid: number;
  process: ProcessIndex;
}

export class Processes {
  private readonly instances: Instance[] = [];
  /** pid → its instances in order of start */
  private readonly byPid = new Map<number, ProcessIndex[]>();
  /** parent pid → the process starts of its children in order of time */
  private readonly startsByParent = new Map<number, ProcessStart[]>();

  constructor(events: readonly RawProcessEvent[]) {
    const ordered = [...events].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
    for (const event of ordered) this.add(event);
  }

  get length(): number {
    return this.instances.length;
  }

  /** The instance that a pid meant at a time; a pid without any process event gets an instance that is not `known`. -1 for UNKNOWN_ID. */
  at(pid: number, ns: number): ProcessIndex {
    if (pid === UNKNOWN_ID) return -1;
    const list = this.byPid.get(pid);
    if (list === undefined) return this.create(pid, NaN, -Infinity, false);
    // What comes before the first start is the start's own prologue: handles are put into a process before its start is logged.
    let chosen = list[0];
    for (let index = 1; index < list.length; index++) {
      if (this.instances[list[index]].fromNs > ns) break;
      chosen = list[index];
    }
    return chosen;
  }

  pid(process: ProcessIndex): number {
    return this.instances[process].pid;
  }

  /** NaN: alive at the end of the trace. */
  endNs(process: ProcessIndex): number {
    return process < 0 ? NaN : this.instances[process].endNs;
  }

  /** Number of object events that stand before its end in the file. */
  endRow(process: ProcessIndex): number {
    return this.instances[process].endRow;
  }

  /** Whether a pid has meant one process all the time, or none (UNKNOWN_ID). */
  isOnlyOne(pid: number): boolean {
    return pid === UNKNOWN_ID || this.byPid.get(pid)?.length === 1;
  }

  /**
   * The child that inherits what `parentPid` duplicated at `ns` with the object event `row` of the file on thread `tid`: the next process started by that parent, by the
   * same thread where the start event names one. CreateProcess duplicates and starts on one thread, so a start by another
   * thread is another child. -1 where there is none.
   */
  inheritingChild(parentPid: number, tid: number, ns: number, row: number): ProcessIndex {
    const starts = this.startsByParent.get(parentPid) ?? [];
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = starts[middle];
      if (start.ns < ns || (start.ns === ns && start.row <= row)) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < starts.length; index++) {
      const { creatorTid, process } = starts[index];
      if (creatorTid === tid || creatorTid === UNKNOWN_ID || tid === UNKNOWN_ID) return process;
    }
    return -1;
  }

  /** One record an instance that a process event names, in order of first event. */
  records(): ProcessRecord[] {
    return this.instances
      .filter((instance) => instance.known)
      .map((instance) => ({
        pid: instance.pid,
        parentPid: instance.parentPid,
        sessionId: instance.sessionId,
        name: instance.name,
        commandLine: instance.commandLine,
        startNs: Number.isNaN(instance.startNs) ? null : instance.startNs,
        endNs: instance.endSeen ? instance.endNs : null,
      }));
  }

  table(): ProcessTable {
    const all = this.instances;
    return {
      length: all.length,
      pid: Uint32Array.from(all, (instance) => instance.pid),
      parentPid: Uint32Array.from(all, (instance) => instance.parentPid),
      sessionId: Uint32Array.from(all, (instance) => instance.sessionId),
      name: all.map((instance) => instance.name),
      commandLine: all.map((instance) => instance.commandLine),
      startNs: Float64Array.from(all, (instance) => instance.startNs),
      endNs: Float64Array.from(all, (instance) => instance.endNs),
      known: Uint8Array.from(all, (instance) => (instance.known ? 1 : 0)),
    };
  }

  private add(event: RawProcessEvent): void {
    const list = this.byPid.get(event.pid);
    const current = list === undefined ? undefined : this.instances[list[list.length - 1]];
    if (event.kind === 'start') {
      // Its end was not seen, but the pid is free again: it ended by now.
      if (current && Number.isNaN(current.endNs)) {
        current.endNs = event.ns;
        current.endRow = event.row;
      }
      const process = this.create(event.pid, event.ns, event.ns, true);
      this.fill(this.instances[process], event);
      this.noteStart(event, process);
      return;
    }
    // A process that has ended is still listed while somebody holds a handle to it: the same object, told by its address.
    const isSame =
      current !== undefined &&
      (Number.isNaN(current.endNs) ||
        event.uniqueKey === current.uniqueKey ||
        event.uniqueKey === '' ||
        event.kind === 'end');
    const instance = isSame ? current : this.instances[this.create(event.pid, NaN, behind(current), true)];
    this.fill(instance, event);
    if (event.kind === 'end' && Number.isNaN(instance.endNs)) {
      instance.endNs = event.ns;
      instance.endRow = event.row;
      instance.endSeen = true;
    }
  }

  /**
   * A rundown lists handles or views of a pid at this time, so it is alive: where its last instance had ended, the start of
   * another was lost. To be called before the events are given to processes.
   */
  noteAlive(pid: number, ns: number): void {
    const process = this.at(pid, ns);
    if (process < 0 || !(this.instances[process].endNs < ns)) return;
    const list = this.byPid.get(pid) ?? [];
    const isLast = list[list.length - 1] === process;
    if (isLast) this.create(pid, NaN, behind(this.instances[process]), true);
  }

  private fill(instance: Instance, event: RawProcessEvent): void {
    if (instance.name === '') instance.name = event.name;
    if (instance.commandLine === '') instance.commandLine = event.commandLine;
    if (instance.uniqueKey === '') instance.uniqueKey = event.uniqueKey;
    instance.parentPid ||= event.parentPid;
    instance.sessionId ||= event.sessionId;
  }

  private noteStart(event: RawProcessEvent, process: ProcessIndex): void {
    const starts = this.startsByParent.get(event.parentPid) ?? [];
    this.startsByParent.set(event.parentPid, starts);
    // Thread 0 is the idle thread, which creates no process: a header that names it names none.
    const creatorTid = event.headerTid === 0 ? UNKNOWN_ID : event.headerTid;
    starts.push({ ns: event.ns, row: event.row, creatorTid, process });
  }

  private create(pid: number, startNs: number, fromNs: number, known: boolean): ProcessIndex {
    const process = this.instances.length;
    this.instances.push({
      pid,
      parentPid: 0,
      sessionId: 0,
      name: pid === SYSTEM_PID ? 'System' : '',
      commandLine: '',
      uniqueKey: '',
      startNs,
      fromNs,
      endNs: NaN,
      endRow: 0,
      endSeen: false,
      known,
    });
    const list = this.byPid.get(pid);
    if (list) list.push(process);
    else this.byPid.set(pid, [process]);
    return process;
  }
}

/** The time from which on a pid means the next instance, where no start event tells it. */
function behind(instance: Instance | undefined): number {
  return instance === undefined ? -Infinity : instance.endNs + 1;
}

/** Which process a thread belongs to, from thread events; for events of which only the thread is known. */
export class ThreadOwners {
  private readonly byTid = new Map<number, { ns: number; pid: number }[]>();

  constructor(events: readonly { ns: number; tid: number; pid: number }[]) {
    for (const { ns, tid, pid } of events) {
      const list = this.byTid.get(tid);
      if (list) list.push({ ns, pid });
      else this.byTid.set(tid, [{ ns, pid }]);
    }
    for (const list of this.byTid.values()) list.sort((a, b) => a.ns - b.ns);
  }

  /** UNKNOWN_ID where no thread event names the thread. */
  pidOf(tid: number, ns: number): number {
    const list = this.byTid.get(tid);
    if (list === undefined) return UNKNOWN_ID;
    let pid = list[0].pid;
    for (const entry of list) {
      if (entry.ns > ns) break;
      pid = entry.pid;
    }
    return pid;
  }
}
