/**
 * The object, handle, reference and mapping events in order of time, with the process and thread that did them:
 * the input of all correlation. Row = EventIndex of the finished trace.
 */
import { intColumn, type IntColumn } from '../columns/narrow.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import { inTimeOrder, type StreamPart } from '../columns/timeOrder.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { Decoder } from '../events/decoder.ts';
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

/** Takes the columns of `decoder.objects` apart: only the parts of stacks and the numbers of details are left there. */
export function* orderEvents(decoder: Decoder, processes: Processes): Steps<OrderedEvents> {
  yield* noteRundowns(decoder, processes);
  const raw = decoder.objects;
  const { length } = raw;
  const row = new Uint32Array(length);
  let ordered = 0;
  yield* inTimeOrder(raw.ns, decoder.runs, (rows, count) => {
    row.set(rows.subarray(0, count), ordered);
    ordered += count;
  });

  // Column by column: what one of them leaves is the memory of another. Fresh memory costs more than to fill it.
  const ns = new Float64Array(length);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) ns[event] = raw.ns[row[event]];
  });
  const kind = new Uint8Array(length);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) kind[event] = raw.kind[row[event]];
  });
  const { buffer } = raw.ns;
  const value = new Int32Array(buffer, 0, length);
  yield* inSteps(length, (from, to) => gatherValues(value, kind, row, decoder, from, to));
  const tid = new Int32Array(buffer, value.byteLength, length);
  // A pid that no event of a process told of becomes one more.
  const process = intColumn(length, processes.length + decoder.actors.length + decoder.threads.length);
  const doers = new Doers(decoder, processes);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) {
      const actor = raw.actor[row[event]];
      tid[event] = doers.tids[actor];
      process[event] = doers.fixed[actor] >= -1 ? doers.fixed[actor] : doers.processAt(actor, ns[event]);
    }
  });
  const pointer = new Int32Array(raw.actor.buffer, 0, length);
  yield* inSteps(length, (from, to) => {
    for (let event = from; event < to; event++) pointer[event] = raw.pointer[row[event]];
  });
  raw.release();
  return { length, ns, kind, row, pointer, process, tid, value, detailOfRow: raw.value };
}

function gatherValues(
  value: Int32Array,
  kind: Uint8Array,
  row: Uint32Array,
  { objects, details }: Decoder,
  from: number,
  to: number,
): void {
  const { value: own } = objects;
  for (let event = from; event < to; event++) {
    value[event] = kind[event] === KIND_REF_CHANGE ? own[row[event]] : details.value[own[row[event]]];
  }
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
