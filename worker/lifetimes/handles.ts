/**
 * Handle instances: which event opens which handle, which event ends it, and whose it is (object-lifetimes.md, "Who
 * owns a handle"). One pass in order of time; the identity of the objects is decided afterwards from the intervals found here.
 */
import { growingI32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { inSteps, PIECE, SLICE, type Steps } from '../columns/steps.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { RawDuplicate } from '../events/raw.ts';
import type { DetailedEvents, ExtraFields } from './detailed.ts';
import { HandleRows } from './handleRows.ts';
import { HandleUses } from './handleUses.ts';
import { isPseudoHandle, ownerOf } from './handleValues.ts';
import {
  END_CLOSED,
  END_CLOSED_BY_OTHER,
  END_LOST,
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
import { OpenHandles } from './openHandles.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

/** Where duplicated and inherited handles come from; {@link HandleRows.source} names the row. */
export class HandleSources {
  /** -1 unknown */
  readonly process = growingI32();
  readonly value = growingI32();
}

export interface HandleFacts {
  handles: HandleRows;
  sources: HandleSources;
  /** per detailed event: the handle that it opens, closes or lists; -1 none */
  handleOf: Int32Array;
  /** how many handles no event of the trace opens */
  existingCount: number;
  /** opens that were lost: the handle's value had been seen for its owner before, so it cannot be older than the trace */
  opensUnseen: number;
}

/** {@link HandlePairing.onlyOther} cannot tell yet. */
const NEEDS_USES = -2;

export class HandlePairing {
  private readonly handles: HandleRows;
  private readonly sources = new HandleSources();
  private readonly handleOf: Int32Array;
  private existingCount = 0;
  private opensUnseen = 0;

  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly duplicates: ExtraFields<RawDuplicate>;
  private readonly processes: Processes;
  /** (owner, value) → the latest handle that had both; it may have ended */
  private readonly latest = new PairMap(4096);
  private readonly open: OpenHandles;
  private readonly firstDcEnd: number;
  /** the last handle that another process closed, and the thread that did */
  private foreignClose = { handle: -1, tid: -1 };
  /** made when first needed: few traces have closes by another process */
  private uses: HandleUses | null = null;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    duplicates: ExtraFields<RawDuplicate>,
    processes: Processes,
    pointerCount: number,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.duplicates = duplicates;
    this.processes = processes;
    const { count, first } = detailed;
    this.handles = new HandleRows(
      count[KIND_HANDLE_CREATE] + count[KIND_HANDLE_DUPLICATE] + count[KIND_HANDLE_DC_START],
    );
    this.open = new OpenHandles(this.handles, pointerCount);
    this.handleOf = new Int32Array(detailed.length);
    this.firstDcEnd = first[KIND_HANDLE_DC_END];
  }

  /** Pairs all events, then ends what was closed unseen; to be gone through once. */
  *all(): Steps<HandleFacts> {
    const { handles, sources, handleOf, detailed } = this;
    let done = 0;
    for (let from = 0; from < detailed.length; from += SLICE) {
      const to = Math.min(from + SLICE, detailed.length);
      while (done < to) {
        const end = Math.min(done + PIECE, to);
        done = this.pair(done, end);
        if (done < end) yield* this.findUses();
      }
      yield;
    }
    const places = new Map<number, number>();
    yield* inSteps(handles.length, (from, to) => this.endLeftOpen(from, to, places));
    return { handles, sources, handleOf, existingCount: this.existingCount, opensUnseen: this.opensUnseen };
  }

  /** Handles the detailed events [from, to), in order, and returns the first that it could not: that needs `uses`. */
  private pair(from: number, to: number): number {
    const { handleOf } = this;
    const { event: eventOf } = this.detailed;
    const { kind: kinds } = this.events;
    for (let at = from; at < to; at++) {
      const event = eventOf[at];
      switch (kinds[event]) {
        case KIND_HANDLE_CREATE:
          handleOf[at] = this.create(event);
          break;
        case KIND_HANDLE_CLOSE: {
          const handle = this.close(event);
          if (handle === NEEDS_USES) return at;
          handleOf[at] = handle;
          break;
        }
        case KIND_HANDLE_DUPLICATE:
          handleOf[at] = this.duplicate(at, event);
          break;
        case KIND_HANDLE_DC_START:
        case KIND_HANDLE_DC_END:
          handleOf[at] = this.listed(event);
          break;
        default:
          handleOf[at] = -1;
      }
    }
    return to;
  }

  private *findUses(): Steps<void> {
    const uses = new HandleUses(this.events, this.detailed, this.duplicates, this.processes);
    yield* uses.collect();
    this.uses = uses;
  }

  /** `places`: of the ends of processes, filled as they are needed. */
  private endLeftOpen(from: number, to: number, places: Map<number, number>): void {
    const { handles, processes, firstDcEnd } = this;
    for (let handle = from; handle < to; handle++) {
      if (!handles.isOpen(handle)) continue;
      const owner = handles.owner(handle);
      if (owner < 0) continue;
      const ownerEnd = processes.endNs(owner);
      if (!Number.isNaN(ownerEnd)) {
        let place = places.get(owner);
        if (place === undefined) places.set(owner, (place = this.placeOf(ownerEnd, processes.endRow(owner))));
        // Not before it was last seen open: a process may still use handles when its end is logged.
        handles.finish(handle, END_LOST, Math.max(place, handles.lastEvent(handle) * 2 + 1), true);
      } else if (firstDcEnd >= 0 && handles.openPlace(handle) < firstDcEnd * 2 && !handles.isListed(handle)) {
        // Nor before it was last seen open.
        const last = handles.lastEvent(handle);
        handles.finish(handle, END_LOST, last < firstDcEnd ? firstDcEnd * 2 - 1 : last * 2);
      }
    }
  }

  private create(event: number): number {
    const { events } = this;
    const value = events.value[event];
    const owner = ownerOf(this.processes, value, events.process[event], events.ns[event]);
    return this.add(event, owner, value, START_CREATED);
  }

  private duplicate(at: number, event: number): number {
    const { sourceHandle, targetPid, sourcePid: payloadPid } = this.duplicates.of(at);
    const { handles, sources, events, processes } = this;
    const ns = events.ns[event];
    const own = events.process[event];
    const sourcePid = payloadPid !== UNKNOWN_ID ? payloadPid : own < 0 ? UNKNOWN_ID : processes.pid(own);
    const target = events.value[event];
    const source = sourceHandle | 0;
    const sourceProcess = ownerOf(processes, source, processes.at(sourcePid, ns), ns);
    const known = this.find(event, sourceProcess, source);
    if (known >= 0) handles.setLastEvent(known, event);
    const isOpen = known >= 0 || this.wasMoved(event, sourceProcess, source);
    if (!isOpen && !isPseudoHandle(source) && sourceProcess >= 0) this.existing(event, sourceProcess, source);

    // A real duplicate inside one process never gets the value that its source still has.
    const inherited = sourcePid === targetPid && source === target;
    const tid = events.tid[event] < 0 ? UNKNOWN_ID : events.tid[event];
    const owner = inherited
      ? processes.inheritingChild(targetPid, tid, ns, events.row[event])
      : ownerOf(processes, target, processes.at(targetPid, ns), ns);
    const handle = this.add(event, owner, target, inherited ? START_INHERITED : START_DUPLICATED);
    handles.setSource(handle, sources.value.length);
    sources.process.push(sourceProcess);
    sources.value.push(source);
    return handle;
  }

  /** The handle that a close ends, -1 where none can be named. */
  private close(event: number): number {
    const { events, handles, processes } = this;
    const value = events.value[event];
    const ns = events.ns[event];
    const owner = ownerOf(processes, value, events.process[event], ns);
    let handle = this.find(event, owner, value);
    let end = END_CLOSED;
    if (handle < 0) {
      handle = this.onlyOther(event, value);
      if (handle === NEEDS_USES) return NEEDS_USES;
      if (handle >= 0 && owner >= 0 && handles.owner(handle) >= 0) {
        end = END_CLOSED_BY_OTHER;
        this.foreignClose = { handle, tid: events.tid[event] };
      }
    }
    if (handle < 0) {
      // By whom is unknown and several processes hold it: no handle can be named, the object can.
      if (owner < 0 && this.open.first(events.pointer[event], value) >= 0) return -1;
      handle = this.existing(event, owner, value);
    }
    if (processes.endNs(handles.owner(handle)) <= ns) end = END_PROCESS_EXIT;
    this.open.remove(handle);
    handles.finish(handle, end, event * 2);
    return handle;
  }

  /** A rundown entry: the handle is open at this moment. Returns it. */
  private listed(event: number): number {
    const { handles, events } = this;
    const value = events.value[event];
    const owner = ownerOf(this.processes, value, events.process[event], events.ns[event]);
    let handle = this.find(event, owner, value);
    if (handle < 0) handle = this.adopted(event, owner, value);
    if (handle < 0) handle = this.existing(event, owner, value);
    if (events.kind[event] === KIND_HANDLE_DC_END) handles.setListed(handle);
    handles.setLastEvent(handle, event);
    return handle;
  }

  /** An inherited handle whose child was unknown until the rundown named it. */
  private adopted(event: number, owner: number, value: number): number {
    const { handles, open, latest } = this;
    let handle = open.first(this.events.pointer[event], value);
    for (; handle >= 0; handle = open.next(handle)) {
      if (handles.owner(handle) >= 0 || handles.start(handle) !== START_INHERITED) continue;
      handles.setOwner(handle, owner);
      if (owner >= 0) latest.set(owner, value, handle);
      return handle;
    }
    return -1;
  }

  /**
   * Adds a handle that no event of the trace opens. It is older than the trace, unless its value was in use by its owner for
   * another handle since: then its open was lost, and it proves nothing about what was before.
   */
  private existing(event: number, owner: number, value: number): number {
    const isOlder = owner < 0 || this.latest.get(owner, value) < 0;
    const handle = this.add(event, owner, value, START_EXISTING);
    if (!isOlder) {
      this.opensUnseen++;
      this.handles.setOpenedUnseen(handle);
    }
    return handle;
  }

  /** Adds a handle; one that has the value still was closed unseen. */
  private add(event: number, owner: number, value: number, start: number): number {
    const { handles } = this;
    const handle = handles.add(this.events.pointer[event], owner, value, start, event);
    this.open.add(handle);
    if (start === START_EXISTING) this.existingCount++;
    if (owner < 0) return handle;
    const old = this.latest.exchange(owner, value, handle);
    if (old >= 0 && handles.isOpen(old)) this.endReused(event, old);
    return handle;
  }

  /** The value is given out again, so the handle that had it was closed unseen. */
  private endReused(event: number, old: number): void {
    this.open.remove(old);
    this.handles.finish(old, END_LOST, this.placeOfReuse(event, old));
  }

  private placeOfReuse(event: number, old: number): number {
    const { handles, firstDcEnd } = this;
    // The rundown tells what was already so when it began.
    const isOfRundown = this.events.kind[event] === KIND_HANDLE_DC_END && handles.openPlace(old) < firstDcEnd * 2;
    if (isOfRundown) return firstDcEnd * 2 - 1;
    // A duplicate that takes over the value of its source: the source was open up to then, so both are of one object.
    const isSource = handles.lastEvent(old) === event;
    return isSource ? event * 2 : event * 2 - 1;
  }

  /** The open handle of (owner, value) on the event's pointer, -1 none. */
  private find(event: number, owner: number, value: number): number {
    if (owner < 0) return -1;
    const { handles, latest } = this;
    const handle = latest.get(owner, value);
    if (handle < 0 || !handles.isOpen(handle)) return -1;
    return handles.pointer(handle) === this.events.pointer[event] ? handle : -1;
  }

  /**
   * The open handle with this value on the event's pointer, where exactly one process holds one that this close can have
   * ended; -1 else. A handle that its owner goes on to use was not ended here: NEEDS_USES before that is known.
   */
  private onlyOther(event: number, value: number): number {
    const { open, uses, handles } = this;
    let only = -1;
    let handle = open.first(this.events.pointer[event], value);
    for (; handle >= 0; handle = open.next(handle)) {
      const owner = handles.owner(handle);
      if (owner >= 0) {
        if (uses === null) return NEEDS_USES;
        if (uses.isUsedNext(owner, value, event)) continue;
      }
      if (only >= 0) return -1;
      only = handle;
    }
    return only;
  }

  /** Whether a duplicate's source was just closed by the same thread: DUPLICATE_CLOSE_SOURCE, with the close logged first. */
  private wasMoved(event: number, owner: number, value: number): boolean {
    const { handle, tid } = this.foreignClose;
    const { handles, events } = this;
    return (
      handle >= 0 &&
      tid === events.tid[event] &&
      handles.owner(handle) === owner &&
      handles.value(handle) === value &&
      handles.pointer(handle) === events.pointer[event]
    );
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
