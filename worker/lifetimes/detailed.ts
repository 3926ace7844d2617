/**
 * The events that are no reference changes. A recording can have tens of millions of those and a few thousands of the others: what concerns
 * the others alone walks this list.
 */
import { inSteps, type Steps } from '../columns/steps.ts';
import type { RawDetails } from '../events/raw.ts';
import { KIND_REF_CHANGE } from './model.ts';
import type { OrderedEvents } from './ordered.ts';

const KINDS = 16;
/** Four reference changes, as one word of the column of kinds. */
const FOUR_REF_CHANGES = KIND_REF_CHANGE * 0x01010101;

export class DetailedEvents {
  length = 0;
  /** EventIndex, rising */
  readonly event: Uint32Array;
  /** per KIND_… (reference changes too): how many events have it */
  readonly count = new Uint32Array(KINDS);
  /** per KIND_…, but reference changes: its first and last event, -1 none */
  readonly first = new Int32Array(KINDS).fill(-1);
  readonly last = new Int32Array(KINDS).fill(-1);

  private readonly events: OrderedEvents;
  /** the column of kinds, four events a word */
  private readonly words: Uint32Array;

  /** `most`: rows of Decoder.details; every event but a reference change has one of its own. */
  constructor(events: OrderedEvents, most: number) {
    this.events = events;
    this.event = new Uint32Array(most);
    this.words = new Uint32Array(events.kind.buffer, events.kind.byteOffset, events.length >>> 2);
  }

  /** Takes what is among the events [from, to); to be called in order. */
  take(from: number, to: number): void {
    const { words, event: list, count, first, last } = this;
    const { kind: kinds } = this.events;
    let { length } = this;
    let event = from;
    while (event < to) {
      if ((event & 3) === 0 && event + 4 <= to && words[event >>> 2] === FOUR_REF_CHANGES) {
        event += 4;
        continue;
      }
      const kind = kinds[event];
      if (kind !== KIND_REF_CHANGE) {
        list[length++] = event;
        if (count[kind]++ === 0) first[kind] = event;
        last[kind] = event;
      }
      event++;
    }
    this.length = length;
    count[KIND_REF_CHANGE] = to - length;
  }

  /** Row in Decoder.details of the detailed event `at`. */
  detail(at: number): number {
    const { row, detailOfRow } = this.events;
    return detailOfRow[row[this.event[at]]];
  }

  /** Whether there are events of one of these kinds. */
  has(...kinds: number[]): boolean {
    return kinds.some((kind) => this.count[kind] > 0);
  }
}

export function* detailedEvents(events: OrderedEvents, most: number): Steps<DetailedEvents> {
  const detailed = new DetailedEvents(events, most);
  yield* inSteps(events.length, (from, to) => detailed.take(from, to));
  return detailed;
}

/** What duplicates, or mapping events, have beside the columns of all details. */
export class ExtraFields<T> {
  private readonly rows: readonly T[];
  private readonly details: RawDetails;
  private readonly detailed: DetailedEvents;

  /** `rows`: those that RawDetails.extra names, of one kind of events. */
  constructor(rows: readonly T[], details: RawDetails, detailed: DetailedEvents) {
    this.rows = rows;
    this.details = details;
    this.detailed = detailed;
  }

  /** Those of the detailed event `at`, which must be of that kind. */
  of(at: number): T {
    return this.rows[this.details.extra[this.detailed.detail(at)]];
  }
}
