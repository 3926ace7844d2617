/**
 * The object, handle, reference and mapping events in order of time, with the process and thread that did them:
 * the input of all correlation. Row = EventIndex of the finished trace.
 */
import { timeOrder } from '../columns/timeOrder.ts';
import { UNKNOWN_ID } from '../etl/eventWalk.ts';
import type { Decoder } from '../events/decoder.ts';
import type { MatchedStacks } from '../stacks/match.ts';
import { isRundownKind } from './model.ts';
import { ThreadOwners, type Processes } from './processes.ts';

export interface OrderedEvents {
  length: number;
  ns: Float64Array;
  kind: Uint8Array;
  /** position in the file */
  sequence: Uint32Array;
  pointerLow: Uint32Array;
  pointerHigh: Uint32Array;
  process: Int32Array;
  tid: Int32Array;
  value: Int32Array;
  type: Uint16Array;
  name: Int32Array;
  /** row in Decoder.duplicates or Decoder.mappings */
  detail: Int32Array;
  kernelPart: Int32Array;
  userPart: Int32Array;
}

export function orderEvents(decoder: Decoder, stacks: MatchedStacks, processes: Processes): OrderedEvents {
  const raw = decoder.objects;
  const { length } = raw;
  const order = timeOrder(raw.ns, length, processorStreams(decoder));
  const threads = new ThreadOwners(decoder.threads);
  for (const row of order) if (isRundownKind(raw.kind[row])) processes.noteAlive(raw.pid[row], raw.ns[row]);
  const events: OrderedEvents = {
    length,
    ns: new Float64Array(length),
    kind: new Uint8Array(length),
    sequence: new Uint32Array(length),
    pointerLow: new Uint32Array(length),
    pointerHigh: new Uint32Array(length),
    process: new Int32Array(length),
    tid: new Int32Array(length),
    value: new Int32Array(length),
    type: new Uint16Array(length),
    name: new Int32Array(length),
    detail: new Int32Array(length),
    kernelPart: new Int32Array(length),
    userPart: new Int32Array(length),
  };
  for (let event = 0; event < length; event++) {
    const row = order[event];
    const ns = raw.ns[row];
    const kind = raw.kind[row];
    let pid = raw.pid[row];
    let tid = raw.tid[row];
    // etl-format.md, section 2: the header, else the event's own payload (the decoder has done that), else its stack
    // event, else the thread that ran on that processor, else unknown.
    if (tid === UNKNOWN_ID && !isRundownKind(kind)) {
      const reference = stacks.reference[row];
      if (reference >= 0) {
        tid = decoder.stackReferences.tid[reference];
        if (pid === UNKNOWN_ID) pid = decoder.stackReferences.pid[reference];
      } else {
        tid = raw.switchedTid[row];
        if (pid === UNKNOWN_ID && tid !== UNKNOWN_ID) pid = threads.pidOf(tid, ns);
      }
    }
    events.ns[event] = ns;
    events.kind[event] = kind;
    events.sequence[event] = raw.sequence[row];
    events.pointerLow[event] = raw.pointerLow[row];
    events.pointerHigh[event] = raw.pointerHigh[row];
    events.process[event] = processes.at(pid, ns);
    events.tid[event] = tid === UNKNOWN_ID ? -1 : tid;
    events.value[event] = raw.value[row];
    events.type[event] = raw.type[row];
    events.name[event] = raw.name[row];
    events.detail[event] = raw.detail[row];
    events.kernelPart[event] = stacks.kernelPart[row];
    events.userPart[event] = stacks.userPart[row];
  }
  return events;
}

/** The processor of every object event, from the buffers that they stood in. */
function processorStreams(decoder: Decoder): Uint16Array {
  const { objects, runs } = decoder;
  const streams = new Uint16Array(objects.length);
  let run = 0;
  for (let row = 0; row < objects.length; row++) {
    while (objects.sequence[row] >= runs[run].endSequence) run++;
    streams[row] = runs[run].processor;
  }
  return streams;
}
