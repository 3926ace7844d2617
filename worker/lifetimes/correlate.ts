/** From decoded columns to the correlated trace. Long steps give way to the event loop, so that a cancel arrives. */
import { basename } from 'node:path';
import { TraceError } from '../../shared/errors.ts';
import type { Progress, TraceInfo } from '../../shared/records.ts';
import type { Steps } from '../columns/steps.ts';
import type { ReadTrace } from '../etl/readTrace.ts';
import type { Decoder } from '../events/decoder.ts';
import { matchStacks } from '../stacks/match.ts';
import { ModuleMap } from '../stacks/modules.ts';
import { resolveStacks } from '../stacks/resolve.ts';
import { detailedEvents, ExtraFields, type DetailedEvents } from './detailed.ts';
import { fileNamesOf } from './fileNames.ts';
import { HandlePairing } from './handles.ts';
import { findInstances } from './instances.ts';
import { loadedModules } from './loadedModules.ts';
import { lostStretches } from './lostStretches.ts';
import { pairMappings } from './mappings.ts';
import { KIND_HANDLE_DC_END, KIND_HANDLE_DC_START, type EventTable, type ProcessTable, type Trace } from './model.ts';
import { buildTables } from './objects.ts';
import { orderEvents } from './ordered.ts';
import { Processes } from './processes.ts';
import { healthEntries, trustRecord } from './trust.ts';

export interface CorrelateOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export async function correlate(read: ReadTrace, options: CorrelateOptions = {}): Promise<Trace> {
  const { decoder, header } = read;
  const pause = async (phase: Progress['phase']): Promise<void> => {
    options.onProgress?.({ phase, bytesDone: 0, bytesTotal: 0, events: decoder.events });
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (options.signal?.aborted) throw new TraceError('cancelled', 'Opening was cancelled.', read.path);
  };

  /** Goes through with some work, with a look at the event loop between its steps. */
  const through = async <T>(phase: Progress['phase'], steps: Steps<T>): Promise<T> => {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await pause(phase);
    }
  };

  await pause('sort');
  const processes = new Processes(decoder.processes);
  const matched = await through('sort', matchStacks(decoder, header.pointerSize));
  releaseKeys(decoder);
  const ordered = await through('sort', orderEvents(decoder, processes));
  const total = ordered.length;
  await pause('correlate');

  const detailed = await through('correlate', detailedEvents(ordered, decoder.details.length));
  const duplicates = new ExtraFields(decoder.duplicates, decoder.details, detailed);
  const pairing = new HandlePairing(ordered, detailed, duplicates, processes, decoder.pointers.length);
  const handles = await through('correlate', pairing.all());
  const instances = await through('correlate', findInstances(ordered, detailed, decoder.pointers.length, handles));
  const mappingDetails = new ExtraFields(decoder.mappings, decoder.details, detailed);
  const mappings = await through('correlate', pairMappings(ordered, detailed, mappingDetails, processes));
  const fileNames = await through('correlate', fileNamesOf(decoder.fileNames, decoder.strings, decoder.volumes));
  const modules = new ModuleMap(decoder.images, decoder.strings.texts, processes, decoder.imageIds);
  const resolved = await through(
    'correlate',
    resolveStacks(ordered, matched, decoder.parts, modules, processes.length),
  );
  releaseParts(decoder);
  const facts = { events: ordered, detailed, processes, handles, instances, mappings, mappingDetails };
  const tables = await through('correlate', buildTables(facts, decoder, fileNames));

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
  const trust = trustRecord(read, matched, resolved, detailed, total, {
    unknownOwner: tables.handlesWithUnknownOwner,
    lost: tables.handlesLost,
    opensUnseen: handles.opensUnseen,
  });
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
  return {
    info,
    trust,
    endNs,
    rundowns: rundowns(events, detailed),
    lostStretches: lostStretches(read.losses, decoder.runs, endNs),
    processes: table,
    events,
    objects: tables.objects,
    handles: tables.handles,
    mappings: tables.mappings,
    stacks: resolved.table,
    strings: decoder.strings.texts,
    typeNames: tables.typeNames,
    otherNames: tables.otherNames,
    loadedModules: modulesOnDemand(decoder, processes, table),
  };
}

/** Gives back what only led to the parts of stacks, and what only told pointers and keys apart. */
function releaseKeys({ keyReferences, stackKeys, keys, pointers }: Decoder): void {
  keyReferences.ns = stackKeys.ns = new Float64Array(0);
  keyReferences.key = stackKeys.keyLow = stackKeys.keyHigh = stackKeys.part = new Uint32Array(0);
  keys.release();
  pointers.release();
}

/** Gives back what the stacks of the events were made of. */
function releaseParts({ objects }: Decoder): void {
  objects.kernelPart = objects.userPart = new Int32Array(0);
}

/** In a function of its own: what a closure beside it uses would be kept with the trace, the whole decoder among it. */
function modulesOnDemand(decoder: Decoder, processes: Processes, table: ProcessTable): Trace['loadedModules'] {
  const { images, imageIds, volumes, strings } = decoder;
  const { texts } = strings;
  return () => loadedModules({ images, imageIds, volumes, strings: texts, processes, table });
}

/** Stretches of handle rundown entries: the one at the start and the one at the end. */
function rundowns({ ns }: EventTable, { first, last }: DetailedEvents): Trace['rundowns'] {
  return [KIND_HANDLE_DC_START, KIND_HANDLE_DC_END]
    .filter((kind) => first[kind] >= 0)
    .map((kind) => ({ fromNs: ns[first[kind]], toNs: ns[last[kind]] }));
}
