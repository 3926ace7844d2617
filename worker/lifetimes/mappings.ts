/** Mapping instances: one view of a file in one process, from MapFile to UnmapFile. */
import { growingF64, growingI32, growingU8 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { inSteps, type Steps } from '../columns/steps.ts';
import type { RawMapping } from '../events/raw.ts';
import type { DetailedEvents, ExtraFields } from './detailed.ts';
import { isMappingKind, KIND_MAP, KIND_MAP_DC_END, KIND_MAP_DC_START, KIND_UNMAP, type MappingTable } from './model.ts';
import type { FileNames } from './fileNames.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

/** Mappings in order of their first event. */
export class PairedMappings {
  readonly process = growingI32();
  /** the detailed event that describes the view: the map or rundown entry, else the unmap */
  readonly describedBy = growingI32();
  /** -1: mapped before the trace */
  readonly mapEvent = growingI32();
  readonly unmapEvent = growingI32();
  /** NaN: still mapped at the end */
  readonly endNs = growingF64();
  readonly bornBefore = growingU8();
  /** mapped in the trace, never unmapped, its process lives on */
  readonly leak = growingU8();

  get length(): number {
    return this.process.length;
  }
}

export interface MappingFacts {
  mappings: PairedMappings;
  /** of the mapping events, in order of time */
  mappingOf: Int32Array;
}

export function* pairMappings(
  events: OrderedEvents,
  detailed: DetailedEvents,
  details: ExtraFields<RawMapping>,
  processes: Processes,
): Steps<MappingFacts> {
  const pairing = new MappingPairing(events, detailed, details, processes);
  const hasMappings = detailed.has(KIND_MAP, KIND_UNMAP, KIND_MAP_DC_START, KIND_MAP_DC_END);
  if (hasMappings) yield* inSteps(detailed.length, (from, to) => pairing.pair(from, to));
  const { mappings, mappingOf } = pairing;
  yield* inSteps(mappings.length, (from, to) => endWithProcesses(mappings, from, to, processes));
  return { mappings, mappingOf: mappingOf.trimmed() };
}

class MappingPairing {
  readonly mappings = new PairedMappings();
  readonly mappingOf = growingI32();
  private readonly events: OrderedEvents;
  private readonly detailed: DetailedEvents;
  private readonly details: ExtraFields<RawMapping>;
  private readonly processes: Processes;
  private readonly bases = new PairMap();
  /** (process, base) → its mapping while it is open; ever set: the base was in use during the trace */
  private readonly open = new PairMap();

  constructor(events: OrderedEvents, detailed: DetailedEvents, details: ExtraFields<RawMapping>, processes: Processes) {
    this.events = events;
    this.detailed = detailed;
    this.details = details;
    this.processes = processes;
  }

  /** Takes the detailed events [from, to); to be called in order. */
  pair(from: number, to: number): void {
    const { events, detailed, mappings, open } = this;
    for (let at = from; at < to; at++) {
      const event = detailed.event[at];
      const kind = events.kind[event];
      if (!isMappingKind(kind)) continue;
      const { pid, baseLow, baseHigh } = this.details.of(at);
      const process = this.processes.at(pid, events.ns[event]);
      const base = internPair(this.bases, baseLow, baseHigh);
      let mapping = open.get(process, base);
      if (kind === KIND_MAP) {
        // The base is mapped anew: the view that was there was unmapped unseen.
        if (mapping >= 0) mappings.endNs.data[mapping] = events.ns[event];
        mapping = this.add(at, event, process, base);
      } else if (mapping < 0) {
        mapping = this.add(at, -1, process, base);
      }
      if (kind === KIND_UNMAP) {
        mappings.unmapEvent.data[mapping] = event;
        mappings.endNs.data[mapping] = events.ns[event];
        open.set(process, base, -1);
      }
      this.mappingOf.push(mapping);
    }
  }

  /** `at`: the detailed event that shows it; `mapEvent`: -1 where that did not map it. */
  private add(at: number, mapEvent: number, process: number, base: number): number {
    const { mappings, open } = this;
    const mapping = mappings.length;
    mappings.process.push(process);
    mappings.describedBy.push(at);
    mappings.mapEvent.push(mapEvent);
    mappings.unmapEvent.push(-1);
    mappings.endNs.push(NaN);
    mappings.bornBefore.push(mapEvent < 0 && !open.has(process, base) ? 1 : 0);
    mappings.leak.push(0);
    open.set(process, base, mapping);
    return mapping;
  }
}

function endWithProcesses(mappings: PairedMappings, from: number, to: number, processes: Processes): void {
  for (let mapping = from; mapping < to; mapping++) {
    if (!Number.isNaN(mappings.endNs.data[mapping])) continue;
    // Its address space went with the process.
    mappings.endNs.data[mapping] = processes.endNs(mappings.process.data[mapping]);
    const isOpen = Number.isNaN(mappings.endNs.data[mapping]);
    mappings.leak.data[mapping] = isOpen && mappings.mapEvent.data[mapping] >= 0 ? 1 : 0;
  }
}

export function* mappingTable(
  events: OrderedEvents,
  detailed: DetailedEvents,
  { mappings }: MappingFacts,
  details: ExtraFields<RawMapping>,
  fileNames: FileNames,
): Steps<MappingTable> {
  const { length } = mappings;
  const table: MappingTable = {
    length,
    process: mappings.process.trimmed().slice(),
    baseLow: new Uint32Array(length),
    baseHigh: new Uint32Array(length),
    sizeLow: new Uint32Array(length),
    sizeHigh: new Uint32Array(length),
    offsetLow: new Uint32Array(length),
    offsetHigh: new Uint32Array(length),
    keyLow: new Uint32Array(length),
    keyHigh: new Uint32Array(length),
    file: new Int32Array(length),
  };
  yield* inSteps(length, (from, to) => {
    for (let mapping = from; mapping < to; mapping++) {
      const at = mappings.describedBy.data[mapping];
      const raw = details.of(at);
      table.baseLow[mapping] = raw.baseLow;
      table.baseHigh[mapping] = raw.baseHigh;
      table.sizeLow[mapping] = raw.sizeLow;
      table.sizeHigh[mapping] = raw.sizeHigh;
      table.offsetLow[mapping] = raw.offsetLow;
      table.offsetHigh[mapping] = raw.offsetHigh;
      table.keyLow[mapping] = raw.keyLow;
      table.keyHigh[mapping] = raw.keyHigh;
      table.file[mapping] = fileNames.at(raw.keyLow, raw.keyHigh, events.ns[detailed.event[at]]);
    }
  });
  return table;
}

/** The number of a pair in order of first appearance. */
export function internPair(map: PairMap, low: number, high: number): number {
  const known = map.get(low, high);
  if (known >= 0) return known;
  const index = map.size;
  map.set(low, high, index);
  return index;
}
