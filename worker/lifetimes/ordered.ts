/**
 * The object, handle, reference and mapping events in order of time, with the process and thread that did them:
 * the input of all correlation. Row = EventIndex of the finished trace.
 */
import { SLICE, type Steps } from '../columns/steps.ts';
import { timeOrder } from '../columns/timeOrder.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { Decoder } from '../events/decoder.ts';
import { isRundownKind, KIND_REF_CHANGE } from './model.ts';
import { ThreadOwners, type Processes } from './processes.ts';

export interface OrderedEvents {
  length: number;
  ns: Float64Array;
  kind: Uint8Array;
  /** position among the object events of the file */
  row: Uint32Array;
  /** number of the pointer in Decoder.pointers, -1 for events of views */
  pointer: Int32Array;
  process: Int32Array;
  tid: Int32Array;
  /** handle value, signed count of reference changes, else 0 */
  value: Int32Array;
  /** by position in the file, of all kinds but reference changes: row in Decoder.details */
  detailOfRow: Int32Array;
}

/** Takes the columns of `decoder.objects` apart: only the parts of stacks are left there. */
export function* orderEvents(decoder: Decoder, processes: Processes): Steps<OrderedEvents> {
  const raw = decoder.objects;
  const { length } = raw;
  const row = yield* timeOrder(raw.ns, length, processorStreams(decoder));
  for (let from = 0; from < length; from += SLICE) {
    noteRundowns(decoder, processes, row.subarray(from, from + SLICE));
    yield;
  }
  const events: OrderedEvents = {
    length,
    ns: new Float64Array(length),
    kind: new Uint8Array(length),
    row,
    pointer: new Int32Array(length),
    process: new Int32Array(length),
    tid: new Int32Array(length),
    value: new Int32Array(length),
    detailOfRow: raw.value,
  };
  const doers = new Doers(decoder, processes);
  for (let from = 0; from < length; from += SLICE) {
    fill(events, decoder, doers, from, Math.min(from + SLICE, length));
    yield;
  }
  raw.release();
  return events;
}

function noteRundowns({ objects, actors }: Decoder, processes: Processes, rows: Uint32Array): void {
  for (const row of rows) {
    if (isRundownKind(objects.kind[row])) processes.noteAlive(actors.pid.data[objects.actor[row]], objects.ns[row]);
  }
}

function fill(events: OrderedEvents, { objects, details }: Decoder, doers: Doers, from: number, to: number): void {
  const { ns, kind, row: rows, pointer, process, tid, value } = events;
  const { ns: rawNs, kind: rawKind, pointer: rawPointer, actor: rawActor, value: rawValue } = objects;
  const { value: detailValue } = details;
  for (let event = from; event < to; event++) {
    const row = rows[event];
    ns[event] = rawNs[row];
    kind[event] = rawKind[row];
    pointer[event] = rawPointer[row];
    value[event] = rawKind[row] === KIND_REF_CHANGE ? rawValue[row] : detailValue[rawValue[row]];
    doers.at(rawActor[row], rawNs[row]);
    process[event] = doers.process;
    tid[event] = doers.tid;
  }
}

/** Actors as process instance and thread. */
class Doers {
  process = -1;
  tid = -1;
  private readonly decoder: Decoder;
  private readonly processes: Processes;
  private readonly threads: ThreadOwners;
  /** per actor: its process where that is the same at all times, -1 where it has none, else NOT_YET or CHANGES */
  private readonly fixed: Int32Array;

  constructor(decoder: Decoder, processes: Processes) {
    this.decoder = decoder;
    this.processes = processes;
    this.threads = new ThreadOwners(decoder.threads);
    this.fixed = new Int32Array(decoder.actors.length).fill(NOT_YET);
  }

  /** Looks an actor up for a time; the answer stands in `process` and `tid`. */
  at(actor: number, ns: number): void {
    const { actors } = this.decoder;
    // UNKNOWN_ID becomes -1.
    this.tid = actors.tid.data[actor] | 0;
    if (this.fixed[actor] >= -1) {
      this.process = this.fixed[actor];
      return;
    }
    let pid = actors.pid.data[actor];
    const isOfThread = pid === UNKNOWN_ID && this.tid !== -1 && actors.isGuess.data[actor] === 1;
    if (isOfThread) pid = this.threads.pidOf(this.tid >>> 0, ns);
    this.process = this.processes.at(pid, ns);
    if (this.fixed[actor] === CHANGES) return;
    this.fixed[actor] = !isOfThread && this.processes.isOnlyOne(pid) ? this.process : CHANGES;
  }
}

const NOT_YET = -2;
const CHANGES = -3;

/** The processor of every object event, from the buffers that they stood in. */
function processorStreams({ objects, runs }: Decoder): Uint16Array {
  const streams = new Uint16Array(objects.length);
  for (const { processor, firstRow, endRow } of runs) streams.fill(processor, firstRow, endRow);
  return streams;
}
