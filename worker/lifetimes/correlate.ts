/** From decoded columns to the correlated trace. Long steps give way to the event loop, so that a cancel arrives. */
import { basename } from 'node:path';
import { TraceError } from '../../shared/errors.ts';
import type { Progress, TraceInfo } from '../../shared/records.ts';
import { PairMap } from '../columns/pairMap.ts';
import type { ReadTrace } from '../etl/readTrace.ts';
import { matchStacks } from '../stacks/match.ts';
import { ModuleMap } from '../stacks/modules.ts';
import { resolveStacks } from '../stacks/resolve.ts';
import { FileNames } from './fileNames.ts';
import { HandlePairing } from './handles.ts';
import { findInstances } from './instances.ts';
import { loadedModules } from './loadedModules.ts';
import { lostStretches } from './lostStretches.ts';
import { internPair, pairMappings } from './mappings.ts';
import { isMappingKind, KIND_HANDLE_DC_END, KIND_HANDLE_DC_START, type EventTable, type Trace } from './model.ts';
import { buildTables } from './objects.ts';
import { orderEvents, type OrderedEvents } from './ordered.ts';
import { Processes } from './processes.ts';
import { healthEntries, trustRecord } from './trust.ts';

export interface CorrelateOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** Events handled between two looks at the event loop: some tens of milliseconds. */
const SLICE = 200_000;

export async function correlate(read: ReadTrace, options: CorrelateOptions = {}): Promise<Trace> {
  const { decoder, header } = read;
  const pause = async (phase: Progress['phase'], done: number, total: number): Promise<void> => {
    options.onProgress?.({ phase, bytesDone: done, bytesTotal: total, events: decoder.events });
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options.signal?.aborted) throw new TraceError('cancelled', 'Opening was cancelled.', read.path);
  };

  await pause('sort', 0, 0);
  const processes = new Processes(decoder.processes);
  const matched = matchStacks(decoder, header.pointerSize);
  await pause('sort', 0, 0);
  const ordered = orderEvents(decoder, matched, processes);
  const total = ordered.length;
  await pause('correlate', 0, total);

  const { pointerOfEvent, pointerCount } = numberPointers(ordered);
  const pairing = new HandlePairing(ordered, pointerOfEvent, decoder.duplicates, processes);
  for (let from = 0; from < total; from += SLICE) {
    pairing.pair(from, Math.min(from + SLICE, total));
    await pause('correlate', from, total);
  }
  const handles = pairing.finish();
  const instances = findInstances(ordered, pointerOfEvent, pointerCount, handles);
  await pause('correlate', total, total);
  const mappings = pairMappings(ordered, decoder.mappings, processes);
  const tables = buildTables(
    { events: ordered, handles, instances, mappings },
    decoder,
    new FileNames(decoder.fileNames, decoder.strings, decoder.volumes),
  );
  await pause('correlate', total, total);
  const modules = new ModuleMap(decoder.images, decoder.strings.texts, processes, decoder.imageIds);
  const resolved = resolveStacks(ordered, decoder.parts, modules);
  await pause('correlate', total, total);

  const events: EventTable = {
    length: total,
    ns: ordered.ns,
    kind: ordered.kind,
    process: ordered.process,
    tid: ordered.tid,
    stack: resolved.stackOfEvent,
    object: tables.objectOfEvent,
    handle: tables.handleOfEvent,
    value: ordered.value,
  };
  const trust = trustRecord(read, matched, resolved, events, tables.handles, handles.opensUnseen);
  const endNs = Number.isFinite(decoder.lastNs) ? decoder.lastNs : 0;
  const info: TraceInfo = {
    file: basename(read.path),
    bytes: read.bytes,
    buffers: read.buffers,
    compressedBuffers: read.compressedBuffers,
    events: decoder.events,
    header: {
      pointerSize: header.pointerSize,
      osBuild: header.osBuild,
      processors: header.processors,
      perfFreq: header.perfFreq,
      clockType: header.clockType,
      startTimeFiletime: header.startTimeFiletime,
      endTimeFiletime: header.endTimeFiletime,
      bootTimeFiletime: header.bootTimeFiletime,
      eventsLost: header.eventsLost,
      buffersLost: header.buffersLost,
      timeZoneBiasMinutes: header.timeZoneBiasMinutes,
      sessionName: header.sessionName,
      logFileName: header.logFileName,
    },
    firstEventNs: Number.isFinite(decoder.firstNs) ? decoder.firstNs : 0,
    lastEventNs: endNs,
    counts: decoder.counts(),
    processes: processes.records(),
    imageEvents: decoder.imageEvents,
    stacks: {
      stackEvents: matched.stackEvents,
      matchedToAnEvent: matched.matchedToAnEvent,
      unresolvedKeys: matched.unresolvedKeys,
      frames: matched.frames,
    },
    health: healthEntries(read, trust, matched.surplus),
  };
  const table = processes.table();
  const { images, imageIds, volumes, strings } = decoder;
  return {
    info,
    trust,
    endNs,
    rundowns: rundowns(events),
    lostStretches: lostStretches(read.losses, decoder.runs, decoder.allNs.trimmed(), endNs),
    processes: table,
    events,
    objects: tables.objects,
    handles: tables.handles,
    mappings: tables.mappings,
    stacks: resolved.table,
    strings: decoder.strings.texts,
    typeNames: tables.typeNames,
    otherNames: tables.otherNames,
    loadedModules: () => loadedModules({ images, imageIds, volumes, strings: strings.texts, processes, table }),
  };
}

/** Numbers the object pointers in order of first appearance; -1 for mapping events, whose pointer is a view. */
function numberPointers(events: OrderedEvents): { pointerOfEvent: Int32Array; pointerCount: number } {
  const pointers = new PairMap(4096);
  const pointerOfEvent = new Int32Array(events.length);
  for (let event = 0; event < events.length; event++) {
    pointerOfEvent[event] = isMappingKind(events.kind[event])
      ? -1
      : internPair(pointers, events.pointerLow[event], events.pointerHigh[event]);
  }
  return { pointerOfEvent, pointerCount: pointers.size };
}

/** Stretches of handle rundown entries: the one at the start and the one at the end. */
function rundowns(events: EventTable): Trace['rundowns'] {
  const found: Trace['rundowns'] = [];
  for (const wanted of [KIND_HANDLE_DC_START, KIND_HANDLE_DC_END]) {
    let fromNs = Infinity;
    let toNs = -Infinity;
    for (let event = 0; event < events.length; event++) {
      if (events.kind[event] !== wanted) continue;
      fromNs = Math.min(fromNs, events.ns[event]);
      toNs = Math.max(toNs, events.ns[event]);
    }
    if (fromNs <= toNs) found.push({ fromNs, toNs });
  }
  return found;
}
