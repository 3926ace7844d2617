/**
 * Handle instances: which event opens which handle, which event ends it, and whose it is (object-lifetimes.md, "Who
 * owns a handle"). One pass in order of time; the identity of the objects is decided afterwards from the intervals found here.
 */
import { growingF64, growingI32, growingU32, growingU8 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { RawDetails, RawDuplicate } from '../events/raw.ts';
import {
  END_CLOSED,
  END_CLOSED_BY_OTHER,
  END_LOST,
  END_OPEN,
  END_PROCESS_EXIT,
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
  START_CREATED,
  START_DUPLICATED,
  START_EXISTING,
  START_INHERITED,
} from './model.ts';
import type { OrderedEvents } from './ordered.ts';
import { SYSTEM_PID, type Processes } from './processes.ts';

/**
 * Places between events, to tell which of two things at one time came first: event e is at 2e, what happened
 * just before it at 2e - 1.
 */
export const BEFORE_TRACE = -2;
export const AFTER_TRACE = 0x7fffffff;

/** Handles in order of their first event. */
export class PairedHandles {
  readonly pointer = growingU32();
  readonly owner = growingI32();
  readonly value = growingU32();
  readonly start = growingU8();
  readonly end = growingU8();
  readonly openNs = growingF64();
  readonly closeNs = growingF64();
  readonly openEvent = growingI32();
  readonly closeEvent = growingI32();
  /** first event that tells of it: the open, or for existing handles the close, duplicate or rundown entry */
  readonly firstEvent = growingI32();
  /** last event that shows it open */
  readonly lastEvent = growingI32();
  readonly openPlace = growingI32();
  readonly endPlace = growingI32();
  readonly sourceProcess = growingI32();
  readonly sourceValue = growingU32();
  /** 1: a HandleDCEnd entry lists it */
  readonly listed = growingU8();

  get length(): number {
    return this.pointer.length;
  }
}

export interface HandleFacts {
  handles: PairedHandles;
  /** per event: the handle that it opens, closes or lists; -1 none */
  handleOfEvent: Int32Array;
  /** opens that were lost: the handle's value had been seen for its owner before, so it cannot be older than the trace */
  opensUnseen: number;
}

/** Windows gives pseudo handles (-1 this process, -2 this thread, …) that are in no handle table. */
function isPseudoHandle(value: number): boolean {
  return value >>> 0 >= 0xfffffff0;
}

function isKernelHandle(value: number): boolean {
  return value >>> 31 === 1;
}

/** A handle value with bit 31 set belongs to System, whoever asked. */
function ownerOf(processes: Processes, value: number, process: number, ns: number): number {
  return isKernelHandle(value) && !isPseudoHandle(value) ? processes.at(SYSTEM_PID, ns) : process;
}

/** The extra fields of duplicates. */
export class Duplicates {
  private readonly rows: readonly RawDuplicate[];
  private readonly details: RawDetails;

  constructor(rows: readonly RawDuplicate[], details: RawDetails) {
    this.rows = rows;
    this.details = details;
  }

  of(events: OrderedEvents, event: number): RawDuplicate {
    return this.rows[this.details.extra[events.detailOfRow[events.row[event]]]];
  }
}

/** For each handle value of a process the events that open it and those that use it (close, duplicate from, list), in order. */
class HandleUses {
  private readonly keys = new PairMap(4096);
  /** per key: event * 2, + 1 where it opens */
  private readonly lists: number[][] = [];
  private readonly events: OrderedEvents;

  constructor(events: OrderedEvents, duplicates: Duplicates, processes: Processes) {
    this.events = events;
    for (let event = 0; event < events.length; event++) {
      const process = events.process[event];
      const ns = events.ns[event];
      const value = events.value[event] >>> 0;
      switch (events.kind[event]) {
        case KIND_HANDLE_CREATE:
          this.note(ownerOf(processes, value, process, ns), value, event * 2 + 1);
          break;
        case KIND_HANDLE_CLOSE:
        case KIND_HANDLE_DC_START:
        case KIND_HANDLE_DC_END:
          this.note(ownerOf(processes, value, process, ns), value, event * 2);
          break;
        case KIND_HANDLE_DUPLICATE: {
          const { sourceHandle, sourcePid, targetPid } = duplicates.of(events, event);
          const source = sourcePid === UNKNOWN_ID ? process : processes.at(sourcePid, ns);
          this.note(ownerOf(processes, sourceHandle, source, ns), sourceHandle >>> 0, event * 2);
          const isInherited = source === processes.at(targetPid, ns) && sourceHandle >>> 0 === value;
          if (!isInherited) this.note(ownerOf(processes, value, processes.at(targetPid, ns), ns), value, event * 2 + 1);
        }
      }
    }
  }

  /** Whether the next thing that is known of the value after an event is a use, not an open. */
  isUsedNext(owner: number, value: number, event: number): boolean {
    const key = this.keys.get(owner, value);
    if (key < 0) return false;
    const list = this.lists[key];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle] < event * 2 + 2) low = middle + 1;
      else high = middle;
    }
    if (low === list.length || list[low] % 2 === 1) return false;
    // Moved away by this very thread: the duplicate may be logged after the close of its source.
    const next = list[low] >> 1;
    const isMove = this.events.kind[next] === KIND_HANDLE_DUPLICATE && this.events.tid[next] === this.events.tid[event];
    return !isMove;
  }

  private note(owner: number, value: number, entry: number): void {
    if (owner < 0) return;
    let key = this.keys.get(owner, value);
    if (key < 0) {
      key = this.lists.push([]) - 1;
      this.keys.set(owner, value, key);
    }
    this.lists[key].push(entry);
  }
}

export class HandlePairing {
  readonly handles = new PairedHandles();
  readonly handleOfEvent: Int32Array;
  opensUnseen = 0;

  private readonly events: OrderedEvents;
  private readonly duplicates: Duplicates;
  private readonly processes: Processes;
  /** (owner, value) → its open handle; a pair that was ever set tells that the value was in use during the trace */
  private readonly openByOwner = new PairMap(4096);
  /** (pointer, value) → first of its open handles, linked by nextOpen */
  private readonly openByPointer = new PairMap(4096);
  private readonly nextOpen = growingI32();
  private firstDcEnd = -1;
  /** the last handle that another process closed, and the thread that did */
  private foreignClose = { handle: -1, tid: -1 };
  /** made when first needed: few traces have closes by another process */
  private uses: HandleUses | null = null;

  constructor(events: OrderedEvents, duplicates: Duplicates, processes: Processes) {
    this.events = events;
    this.duplicates = duplicates;
    this.processes = processes;
    this.handleOfEvent = new Int32Array(events.length).fill(-1);
  }

  /** Handles the events [from, to); to be called in order. */
  pair(from: number, to: number): void {
    for (let event = from; event < to; event++) {
      switch (this.events.kind[event]) {
        case KIND_HANDLE_CREATE:
          this.create(event);
          break;
        case KIND_HANDLE_CLOSE:
          this.close(event);
          break;
        case KIND_HANDLE_DUPLICATE:
          this.duplicate(event);
          break;
        case KIND_HANDLE_DC_START:
          this.handleOfEvent[event] = this.listed(event);
          break;
        case KIND_HANDLE_DC_END:
          if (this.firstDcEnd < 0) this.firstDcEnd = event;
          this.handleOfEvent[event] = this.listed(event);
          break;
      }
    }
  }

  /** Ends what was closed unseen; to be called once, after the last event. */
  finish(): HandleFacts {
    const { handles, processes, firstDcEnd } = this;
    for (let handle = 0; handle < handles.length; handle++) {
      if (handles.end.data[handle] !== END_OPEN) continue;
      const owner = handles.owner.data[handle];
      if (owner < 0) continue;
      const ownerEnd = processes.endNs(owner);
      if (!Number.isNaN(ownerEnd)) {
        // Not before it was last seen open: a process may still use handles when its end is logged.
        const last = handles.lastEvent.data[handle];
        const place = Math.max(this.placeOf(ownerEnd, processes.endRow(owner)), last * 2 + 1);
        this.endUnseen(handle, Math.max(ownerEnd, this.events.ns[last]), place);
      } else if (firstDcEnd >= 0 && handles.openPlace.data[handle] < firstDcEnd * 2 && !handles.listed.data[handle]) {
        this.endUnseen(handle, this.events.ns[firstDcEnd], firstDcEnd * 2 - 1);
      }
    }
    return { handles, handleOfEvent: this.handleOfEvent, opensUnseen: this.opensUnseen };
  }

  private create(event: number): void {
    const value = this.events.value[event] >>> 0;
    const owner = this.ownerOf(value, this.events.process[event], event);
    this.handleOfEvent[event] = this.open(event, owner, value, START_CREATED);
  }

  private duplicate(event: number): void {
    const { sourceHandle, targetPid, sourcePid: payloadPid } = this.duplicates.of(this.events, event);
    const { handles, events, processes } = this;
    const ns = events.ns[event];
    const own = events.process[event];
    const sourcePid = payloadPid !== UNKNOWN_ID ? payloadPid : own < 0 ? UNKNOWN_ID : processes.pid(own);
    const target = events.value[event] >>> 0;
    const source = sourceHandle >>> 0;
    const sourceProcess = this.ownerOf(source, processes.at(sourcePid, ns), event);
    const known = this.find(event, sourceProcess, source);
    if (known >= 0) handles.lastEvent.data[known] = event;
    const isOpen = known >= 0 || this.wasMoved(event, sourceProcess, source);
    if (!isOpen && !isPseudoHandle(source) && sourceProcess >= 0) this.existing(event, sourceProcess, source);

    // A real duplicate inside one process never gets the value that its source still has.
    const inherited = sourcePid === targetPid && source === target;
    const tid = events.tid[event] < 0 ? UNKNOWN_ID : events.tid[event];
    const owner = inherited
      ? processes.inheritingChild(targetPid, tid, ns, events.row[event])
      : this.ownerOf(target, processes.at(targetPid, ns), event);
    const handle = this.open(event, owner, target, inherited ? START_INHERITED : START_DUPLICATED);
    handles.sourceProcess.data[handle] = sourceProcess;
    handles.sourceValue.data[handle] = source;
    this.handleOfEvent[event] = handle;
  }

  private close(event: number): void {
    const value = this.events.value[event] >>> 0;
    const process = this.events.process[event];
    const owner = this.ownerOf(value, process, event);
    let handle = this.find(event, owner, value);
    let end = END_CLOSED;
    if (handle < 0) {
      handle = this.onlyOther(event, value);
      if (handle >= 0 && owner >= 0 && this.handles.owner.data[handle] >= 0) {
        end = END_CLOSED_BY_OTHER;
        this.foreignClose = { handle, tid: this.events.tid[event] };
      }
    }
    if (handle < 0) {
      // By whom is unknown and several processes hold it: no handle can be named, the object can.
      if (owner < 0 && this.openByPointer.get(this.events.pointer[event], value) >= 0) return;
      handle = this.existing(event, owner, value);
    }
    const { handles } = this;
    const ownerEnd = this.processes.endNs(handles.owner.data[handle]);
    if (ownerEnd <= this.events.ns[event]) end = END_PROCESS_EXIT;
    handles.end.data[handle] = end;
    handles.closeNs.data[handle] = this.events.ns[event];
    handles.closeEvent.data[handle] = event;
    handles.endPlace.data[handle] = event * 2;
    this.unlink(handle);
    this.handleOfEvent[event] = handle;
  }

  /** A rundown entry: the handle is open at this moment. Returns it. */
  private listed(event: number): number {
    const { handles, events } = this;
    const value = events.value[event] >>> 0;
    const owner = this.ownerOf(value, events.process[event], event);
    const isEnd = events.kind[event] === KIND_HANDLE_DC_END;
    let handle = this.find(event, owner, value);
    if (handle < 0) handle = this.adopted(event, owner, value);
    if (handle < 0) handle = this.existing(event, owner, value);
    if (isEnd) handles.listed.data[handle] = 1;
    handles.lastEvent.data[handle] = event;
    return handle;
  }

  /** An inherited handle whose child was unknown until the rundown named it. */
  private adopted(event: number, owner: number, value: number): number {
    const { handles } = this;
    let handle = this.openByPointer.get(this.events.pointer[event], value);
    for (; handle >= 0; handle = this.nextOpen.data[handle]) {
      if (handles.owner.data[handle] >= 0 || handles.start.data[handle] !== START_INHERITED) continue;
      handles.owner.data[handle] = owner;
      this.openByOwner.set(owner, value, handle);
      return handle;
    }
    return -1;
  }

  /** Adds a handle that opens with an event. */
  private open(event: number, owner: number, value: number, start: number): number {
    this.endReused(event, owner, value);
    const handle = this.add(event, owner, value, start);
    this.handles.openNs.data[handle] = this.events.ns[event];
    this.handles.openEvent.data[handle] = event;
    this.handles.openPlace.data[handle] = event * 2;
    return handle;
  }

  /**
   * Adds a handle that no event of the trace opens. It is older than the trace, unless its value was in use by its owner for
   * another handle since: then its open was lost, and it proves nothing about what was before.
   */
  private existing(event: number, owner: number, value: number): number {
    const isOlder = owner < 0 || !this.openByOwner.has(owner, value);
    this.endReused(event, owner, value);
    const handle = this.add(event, owner, value, START_EXISTING);
    if (!isOlder) {
      this.opensUnseen++;
      this.handles.openPlace.data[handle] = event * 2 - 1;
    }
    return handle;
  }

  private add(event: number, owner: number, value: number, start: number): number {
    const { handles } = this;
    const handle = handles.length;
    handles.pointer.push(this.events.pointer[event]);
    handles.owner.push(owner);
    handles.value.push(value);
    handles.start.push(start);
    handles.end.push(END_OPEN);
    handles.openNs.push(NaN);
    handles.closeNs.push(NaN);
    handles.openEvent.push(-1);
    handles.closeEvent.push(-1);
    handles.firstEvent.push(event);
    handles.lastEvent.push(event);
    handles.openPlace.push(BEFORE_TRACE);
    handles.endPlace.push(AFTER_TRACE);
    handles.sourceProcess.push(-1);
    handles.sourceValue.push(0);
    handles.listed.push(0);
    if (owner >= 0) this.openByOwner.set(owner, value, handle);
    const pointer = this.events.pointer[event];
    this.nextOpen.push(this.openByPointer.get(pointer, value));
    this.openByPointer.set(pointer, value, handle);
    return handle;
  }

  /** The value is given out again, so the handle that had it was closed unseen. */
  private endReused(event: number, owner: number, value: number): void {
    if (owner < 0) return;
    const old = this.openByOwner.get(owner, value);
    if (old < 0) return;
    // The rundown tells what was already so when it began.
    const at =
      this.events.kind[event] === KIND_HANDLE_DC_END && this.handles.openPlace.data[old] < this.firstDcEnd * 2
        ? this.firstDcEnd
        : event;
    this.endUnseen(old, this.events.ns[at], at * 2 - 1);
    this.unlink(old);
  }

  private endUnseen(handle: number, ns: number, place: number): void {
    this.handles.end.data[handle] = END_LOST;
    this.handles.closeNs.data[handle] = ns;
    this.handles.endPlace.data[handle] = place;
  }

  /** Takes a handle out of the open ones. */
  private unlink(handle: number): void {
    const { handles, nextOpen, openByPointer } = this;
    const owner = handles.owner.data[handle];
    const value = handles.value.data[handle];
    const pointer = handles.pointer.data[handle];
    if (owner >= 0 && this.openByOwner.get(owner, value) === handle) this.openByOwner.set(owner, value, -1);
    let at = openByPointer.get(pointer, value);
    if (at === handle) {
      openByPointer.set(pointer, value, nextOpen.data[handle]);
      return;
    }
    while (at >= 0 && nextOpen.data[at] !== handle) at = nextOpen.data[at];
    if (at >= 0) nextOpen.data[at] = nextOpen.data[handle];
  }

  /** The open handle of (owner, value) on the event's pointer, -1 none. */
  private find(event: number, owner: number, value: number): number {
    if (owner < 0) return -1;
    const handle = this.openByOwner.get(owner, value);
    return handle >= 0 && this.handles.pointer.data[handle] === this.events.pointer[event] ? handle : -1;
  }

  /**
   * The open handle with this value on the event's pointer, where exactly one process holds one that this close can have
   * ended; -1 else. A handle that its owner goes on to use was not ended here.
   */
  private onlyOther(event: number, value: number): number {
    let only = -1;
    let handle = this.openByPointer.get(this.events.pointer[event], value);
    for (; handle >= 0; handle = this.nextOpen.data[handle]) {
      if (this.isUsedAfter(event, handle)) continue;
      if (only >= 0) return -1;
      only = handle;
    }
    return only;
  }

  /** Whether a duplicate's source was just closed by the same thread: DUPLICATE_CLOSE_SOURCE, with the close logged first. */
  private wasMoved(event: number, owner: number, value: number): boolean {
    const { handle, tid } = this.foreignClose;
    const { handles } = this;
    return (
      handle >= 0 &&
      tid === this.events.tid[event] &&
      handles.owner.data[handle] === owner &&
      handles.value.data[handle] === value &&
      handles.pointer.data[handle] === this.events.pointer[event]
    );
  }

  private isUsedAfter(event: number, handle: number): boolean {
    const owner = this.handles.owner.data[handle];
    if (owner < 0) return false;
    this.uses ??= new HandleUses(this.events, this.duplicates, this.processes);
    return this.uses.isUsedNext(owner, this.handles.value.data[handle], event);
  }

  private ownerOf(value: number, process: number, event: number): number {
    return ownerOf(this.processes, value, process, this.events.ns[event]);
  }

  /** Place of something that happened at `ns`, is no object event itself and stands behind `rows` of them in the file. */
  private placeOf(ns: number, rows: number): number {
    const { events } = this;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (events.ns[middle] < ns || (events.ns[middle] === ns && events.row[middle] < rows)) low = middle + 1;
      else high = middle;
    }
    return low * 2 - 1;
  }
}
