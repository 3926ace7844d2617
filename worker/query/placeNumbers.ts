/** Numbers by place, where a place is a row and a column of a table that may be far too large to have. */
export interface PlaceNumbers {
  /** 0 where none was set */
  get(place: number): number;
  /** A number above 0, for a place that has none yet. */
  set(place: number, value: number): void;
}

/** For places below `places`, of which at most `most` get a number; a table of all of them where they are at most `dense`. */
export function placeNumbers(places: number, most: number, dense = DENSE_PLACES): PlaceNumbers {
  return places <= dense ? new DenseNumbers(places) : new HashedNumbers(Math.min(places, most));
}

/** Entries of a table by place, 4 bytes each. */
const DENSE_PLACES = 4_000_000;

/** A table of all places. */
class DenseNumbers implements PlaceNumbers {
  private readonly numbers: Int32Array;

  constructor(places: number) {
    this.numbers = new Int32Array(places);
  }

  get(place: number): number {
    return this.numbers[place];
  }

  set(place: number, value: number): void {
    this.numbers[place] = value;
  }
}

/** An open hash table, for places that are too many. Place and number stand side by side: one cache miss a look. */
class HashedNumbers implements PlaceNumbers {
  private readonly slots: Float64Array;
  private readonly mask: number;

  /** `most`: numbers that will be set */
  constructor(most: number) {
    let size = 1024;
    while (size < most * 2) size *= 2;
    this.slots = new Float64Array(size * 2);
    this.mask = size - 1;
  }

  get(place: number): number {
    return this.slots[2 * this.slotOf(place) + 1];
  }

  set(place: number, value: number): void {
    const slot = this.slotOf(place);
    this.slots[2 * slot] = place;
    this.slots[2 * slot + 1] = value;
  }

  private slotOf(place: number): number {
    const { slots, mask } = this;
    const high = Math.floor(place / 0x100000000);
    let slot = Math.imul(Math.imul(place | 0, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b), 0xc2b2ae35);
    slot = (slot ^ (slot >>> 15)) & mask;
    while (slots[2 * slot + 1] !== 0 && slots[2 * slot] !== place) slot = (slot + 1) & mask;
    return slot;
  }
}
