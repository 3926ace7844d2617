/** Mapping instances: one view of a file in one process, from MapFile to UnmapFile. */
import { growingF64, growingI32, growingU8 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import type { RawDetails, RawMapping } from '../events/raw.ts';
import { isMappingKind, KIND_MAP, KIND_UNMAP } from './model.ts';
import type { OrderedEvents } from './ordered.ts';
import type { Processes } from './processes.ts';

/** The extra fields of mapping events. */
export class MappingDetails {
  private readonly rows: readonly RawMapping[];
  private readonly details: RawDetails;

  constructor(rows: readonly RawMapping[], details: RawDetails) {
    this.rows = rows;
    this.details = details;
  }

  of(events: OrderedEvents, event: number): RawMapping {
    return this.rows[this.details.extra[events.detailOfRow[events.row[event]]]];
  }
}

/** Mappings in order of their first event. */
export class PairedMappings {
  readonly process = growingI32();
  /** an event that describes the view: the map or rundown entry, else the unmap */
  readonly describedBy = growingI32();
  readonly firstEvent = growingI32();
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
  /** mapping events in order of time, and the mapping of each */
  events: number[];
  mappingOf: number[];
}

export function pairMappings(events: OrderedEvents, details: MappingDetails, processes: Processes): MappingFacts {
  const mappings = new PairedMappings();
  const facts: MappingFacts = { mappings, events: [], mappingOf: [] };
  const bases = new PairMap();
  /** (process, base) → its mapping while it is open; ever set: the base was in use during the trace */
  const open = new PairMap();

  const add = (event: number, process: number, base: number, isMap: boolean): number => {
    const mapping = mappings.length;
    mappings.process.push(process);
    mappings.describedBy.push(event);
    mappings.firstEvent.push(event);
    mappings.mapEvent.push(isMap ? event : -1);
    mappings.unmapEvent.push(-1);
    mappings.endNs.push(NaN);
    mappings.bornBefore.push(!isMap && !open.has(process, base) ? 1 : 0);
    mappings.leak.push(0);
    open.set(process, base, mapping);
    return mapping;
  };

  for (let event = 0; event < events.length; event++) {
    const kind = events.kind[event];
    if (!isMappingKind(kind)) continue;
    const { pid, baseLow, baseHigh } = details.of(events, event);
    const process = processes.at(pid, events.ns[event]);
    const base = internPair(bases, baseLow, baseHigh);
    let mapping = open.get(process, base);
    if (kind === KIND_MAP) {
      // The base is mapped anew: the view that was there was unmapped unseen.
      if (mapping >= 0) mappings.endNs.data[mapping] = events.ns[event];
      mapping = add(event, process, base, true);
    } else if (mapping < 0) {
      mapping = add(event, process, base, false);
    }
    if (kind === KIND_UNMAP) {
      mappings.unmapEvent.data[mapping] = event;
      mappings.endNs.data[mapping] = events.ns[event];
      open.set(process, base, -1);
    }
    facts.events.push(event);
    facts.mappingOf.push(mapping);
  }

  for (let mapping = 0; mapping < mappings.length; mapping++) {
    if (!Number.isNaN(mappings.endNs.data[mapping])) continue;
    // Its address space went with the process.
    mappings.endNs.data[mapping] = processes.endNs(mappings.process.data[mapping]);
    const isOpen = Number.isNaN(mappings.endNs.data[mapping]);
    mappings.leak.data[mapping] = isOpen && mappings.mapEvent.data[mapping] >= 0 ? 1 : 0;
  }
  return facts;
}

/** The number of a pair in order of first appearance. */
export function internPair(map: PairMap, low: number, high: number): number {
  const known = map.get(low, high);
  if (known >= 0) return known;
  const index = map.size;
  map.set(low, high, index);
  return index;
}
