/**
 * The object, handle, reference and mapping events in order of time, with the process and thread that did them:
 * the input of all correlation. Row = EventIndex of the finished trace.
 */
import { intColumn, type IntColumn } from '../columns/narrow.ts';
import type { Steps } from '../columns/steps.ts';
import { inTimeOrder, type StreamPart } from '../columns/timeOrder.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { Decoder } from '../events/decoder.ts';
import type { RawDetails, RawObjectEvents } from '../events/raw.ts';
import { KIND_REF_CHANGE, type ProcessIndex } from './model.ts';
import { ThreadOwners, type Processes } from './processes.ts';

export interface OrderedEvents {
  length: number;
  ns: Float64Array;
  kind: Uint8Array;
  /** position among the object events of the file */
  row: Uint32Array;
  /** number of the pointer in Decoder.pointers, -1 for events of views */
  pointer: Int32Array;
  process: IntColumn;
  tid: Int32Array;
  /** handle value, signed count of reference changes, else 0 */
  value: Int32Array;
  /** by position in the file, of all kinds but reference changes: row in Decoder.details */
  detailOfRow: Int32Array;
}

/** Takes the columns of `decoder.objects` apart: only the parts of stacks are left there. */
export function* orderEvents(decoder: Decoder, processes: Processes): Steps<OrderedEvents> {
  const raw = decoder.objects;
  yield* noteRundowns(decoder, processes);
  const ordered = new Gathered(decoder, processes);
  yield* inTimeOrder(raw.ns, decoder.runs, ordered.take);
  raw.release();
  return ordered.events;
}

/** Rundown entries tell which processes are alive: known before the other events are given to processes. */
function* noteRundowns({ objects, actors, runs, rundownRows }: Decoder, processes: Processes): Steps<void> {
  const rows = rundownRows.trimmed();
  const ns = Float64Array.from(rows, (row) => objects.ns[row]);
  const parts: StreamPart[] = [];
  let at = 0;
  for (const { processor, endRow } of runs) {
    const firstRow = at;
    while (at < rows.length && rows[at] < endRow) at++;
    if (at > firstRow) parts.push({ processor, firstRow, endRow: at });
  }
  yield* inTimeOrder(ns, parts, (entries, count) => {
    for (const entry of entries.subarray(0, count)) {
      processes.noteAlive(actors.pid.data[objects.actor[rows[entry]]], ns[entry]);
    }
  });
}

/** The columns of the events, filled in order of time. */
class Gathered {
  readonly events: OrderedEvents;
  private length = 0;
  private readonly raw: RawObjectEvents;
  private readonly details: RawDetails;
  private readonly doers: Doers;

  constructor(decoder: Decoder, processes: Processes) {
    this.raw = decoder.objects;
    this.details = decoder.details;
    this.doers = new Doers(decoder, processes);
    const { length } = this.raw;
    this.events = {
      length,
      ns: new Float64Array(length),
      kind: new Uint8Array(length),
      row: new Uint32Array(length),
      pointer: new Int32Array(length),
      // A pid that no event of a process told of becomes one more.
      process: intColumn(length, processes.length + decoder.actors.length + decoder.threads.length),
      tid: new Int32Array(length),
      value: new Int32Array(length),
      detailOfRow: this.raw.value,
    };
  }

  /** The rows block[0 … count) of the file are the next events. */
  readonly take = (block: Uint32Array, count: number): void => {
    const { ns, kind, row, pointer } = this.events;
    const { ns: rawNs, kind: rawKind, pointer: rawPointer } = this.raw;
    const { length: first } = this;
    // Column by column: a loop with few of them in hand is the faster one.
    row.set(block.subarray(0, count), first);
    for (let at = 0; at < count; at++) ns[first + at] = rawNs[block[at]];
    for (let at = 0; at < count; at++) kind[first + at] = rawKind[block[at]];
    for (let at = 0; at < count; at++) pointer[first + at] = rawPointer[block[at]];
    this.takeValues(block, count);
    this.takeDoers(block, count);
    this.length += count;
  };

  private takeValues(block: Uint32Array, count: number): void {
    const { length: first, raw, details } = this;
    const { kind, value } = this.events;
    for (let at = 0; at < count; at++) {
      const own = raw.value[block[at]];
      value[first + at] = kind[first + at] === KIND_REF_CHANGE ? own : details.value[own];
    }
  }

  private takeDoers(block: Uint32Array, count: number): void {
    const { length: first, doers } = this;
    const { ns, process, tid } = this.events;
    const { actor } = this.raw;
    const { fixed, tids } = doers;
    for (let at = 0; at < count; at++) {
      const own = actor[block[at]];
      tid[first + at] = tids[own];
      process[first + at] = fixed[own] >= -1 ? fixed[own] : doers.processAt(own, ns[first + at]);
    }
  }
}

/** Actors as process instance and thread. */
class Doers {
  /** per actor, -1 unknown */
  readonly tids: Int32Array;
  /** per actor: its process where that is the same at all times, -1 where it has none, else NOT_YET or CHANGES */
  readonly fixed: Int32Array;
  private readonly decoder: Decoder;
  private readonly processes: Processes;
  private readonly threads: ThreadOwners;

  constructor(decoder: Decoder, processes: Processes) {
    this.decoder = decoder;
    this.processes = processes;
    this.threads = new ThreadOwners(decoder.threads);
    // UNKNOWN_ID becomes -1.
    this.tids = Int32Array.from(decoder.actors.tid.trimmed(), (tid) => tid | 0);
    this.fixed = new Int32Array(decoder.actors.length).fill(NOT_YET);
  }

  /** The process of an actor at a time; to be asked where `fixed` does not tell. */
  processAt(actor: number, ns: number): ProcessIndex {
    const { actors } = this.decoder;
    const tid = this.tids[actor];
    let pid = actors.pid.data[actor];
    const isOfThread = pid === UNKNOWN_ID && tid !== -1 && actors.isGuess.data[actor] === 1;
    if (isOfThread) pid = this.threads.pidOf(tid >>> 0, ns);
    const process = this.processes.at(pid, ns);
    if (this.fixed[actor] === NOT_YET) {
      this.fixed[actor] = !isOfThread && this.processes.isOnlyOne(pid) ? process : CHANGES;
    }
    return process;
  }
}

const NOT_YET = -2;
const CHANGES = -3;
