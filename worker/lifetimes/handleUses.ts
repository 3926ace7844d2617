/** Which events use a handle value after a given one: tells whether its handle was still open then. */
import { growingI32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { RawDuplicate } from '../events/raw.ts';
import type { DetailedEvents, ExtraFields } from './detailed.ts';
import { ownerOf } from './handleValues.ts';
import {
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_HANDLE_DUPLICATE,
} from './model.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

export class HandleUses {
  private readonly keys = new PairMap(4096);
  /** per key: the first entry that was not passed yet, and its last; -1 none */
  private readonly current = growingI32();
  private readonly last = growingI32();
  /** entries in order of time: event * 2, + 1 where it opens; and the next entry of the same key, -1 none */
  private readonly entry = growingI32();
  private readonly next = growingI32();
  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly duplicates: ExtraFields<RawDuplicate>;
  private readonly processes: Processes;

  constructor(
    events: OrderedEvents,
    detailed: DetailedEvents,
    duplicates: ExtraFields<RawDuplicate>,
    processes: Processes,
  ) {
    this.events = events;
    this.detailed = detailed;
    this.duplicates = duplicates;
    this.processes = processes;
  }

  /** Notes the uses of all events; to be done before anything is asked. */
  *collect(): Steps<void> {
    yield* inSteps(this.detailed.length, (from, to) => this.take(from, to));
  }

  /** Whether the next thing that is known of the value after an event is a use, not an open. To be asked in order of events. */
  isUsedNext(owner: number, value: number, event: number): boolean {
    const key = this.keys.get(owner, value);
    if (key < 0) return false;
    const { data: entries } = this.entry;
    let at = this.current.data[key];
    while (at >= 0 && entries[at] < event * 2 + 2) at = this.next.data[at];
    this.current.data[key] = at;
    if (at < 0 || entries[at] % 2 === 1) return false;
    // Moved away by this very thread: the duplicate may be logged after the close of its source.
    const next = entries[at] >> 1;
    const isMove = this.events.kind[next] === KIND_HANDLE_DUPLICATE && this.events.tid[next] === this.events.tid[event];
    return !isMove;
  }

  private take(from: number, to: number): void {
    const { events, detailed, processes } = this;
    for (let at = from; at < to; at++) {
      const event = detailed.event[at];
      const process = events.process[event];
      const ns = events.ns[event];
      const value = events.value[event];
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
          const { sourceHandle, sourcePid, targetPid } = this.duplicates.of(at);
          const source = sourcePid === UNKNOWN_ID ? process : processes.at(sourcePid, ns);
          const target = processes.at(targetPid, ns);
          this.note(ownerOf(processes, sourceHandle, source, ns), sourceHandle | 0, event * 2);
          const isInherited = source === target && (sourceHandle | 0) === value;
          if (!isInherited) this.note(ownerOf(processes, value, target, ns), value, event * 2 + 1);
        }
      }
    }
  }

  private note(owner: number, value: number, entry: number): void {
    if (owner < 0) return;
    const at = this.entry.length;
    this.entry.push(entry);
    this.next.push(-1);
    const key = this.keys.get(owner, value);
    if (key < 0) {
      this.keys.set(owner, value, this.current.length);
      this.current.push(at);
      this.last.push(at);
    } else {
      this.next.data[this.last.data[key]] = at;
      this.last.data[key] = at;
    }
  }
}
