/**
 * The handles that pairing finds, as rows of eight words: opening or closing one touches one line of the processor's cache, not one a
 * column. The finished table has columns (handleTable.ts).
 */
import { END_OPEN, START_EXISTING } from './model.ts';

/**
 * Places between events, to tell which of two things at one time came first: event e is at 2e, what happened
 * just before it at 2e - 1.
 */
export const BEFORE_TRACE = -2;
export const AFTER_TRACE = 0x7fffffff;

const ROW = 8;
const POINTER = 0;
const OWNER = 1;
const VALUE = 2;
const FIRST_EVENT = 3;
const LAST_EVENT = 4;
const END_PLACE = 5;
const STATE = 6;
const SOURCE = 7;

// The state: start, end and marks.
const START_BITS = 3;
const END_SHIFT = 2;
const END_BITS = 7 << END_SHIFT;
/** a HandleDCEnd entry lists it */
const LISTED = 32;
/** no event opens it, yet it is not older than the trace */
const OPENED_UNSEEN = 64;
/** it ended with its owner, at a time of no object event */
const ENDED_WITH_OWNER = 128;

/** Handles in order of their first event. */
export class HandleRows {
  length = 0;
  private words: Int32Array;

  /** `capacity`: how many are expected. */
  constructor(capacity: number) {
    this.words = new Int32Array((capacity + 64) * ROW);
  }

  /** Adds an open handle. */
  add(pointer: number, owner: number, value: number, start: number, event: number): number {
    if ((this.length + 1) * ROW > this.words.length) this.grow();
    const { words } = this;
    const handle = this.length++;
    const at = handle * ROW;
    words[at + POINTER] = pointer;
    words[at + OWNER] = owner;
    words[at + VALUE] = value;
    words[at + FIRST_EVENT] = event;
    words[at + LAST_EVENT] = event;
    words[at + END_PLACE] = AFTER_TRACE;
    words[at + STATE] = start | (END_OPEN << END_SHIFT);
    return handle;
  }

  /** number of the object's pointer */
  pointer(handle: number): number {
    return this.words[handle * ROW + POINTER];
  }

  /** -1 unknown */
  owner(handle: number): number {
    return this.words[handle * ROW + OWNER];
  }

  setOwner(handle: number, owner: number): void {
    this.words[handle * ROW + OWNER] = owner;
  }

  /** handle value, as the signed number of its 32 bits */
  value(handle: number): number {
    return this.words[handle * ROW + VALUE];
  }

  /** first event that tells of it: the open, or for existing handles the close, duplicate or rundown entry */
  firstEvent(handle: number): number {
    return this.words[handle * ROW + FIRST_EVENT];
  }

  /** last event that shows it open */
  lastEvent(handle: number): number {
    return this.words[handle * ROW + LAST_EVENT];
  }

  setLastEvent(handle: number, event: number): void {
    this.words[handle * ROW + LAST_EVENT] = event;
  }

  /** START_… */
  start(handle: number): number {
    return this.words[handle * ROW + STATE] & START_BITS;
  }

  /** END_… */
  end(handle: number): number {
    return (this.words[handle * ROW + STATE] & END_BITS) >> END_SHIFT;
  }

  isOpen(handle: number): boolean {
    return (this.words[handle * ROW + STATE] & END_BITS) === END_OPEN << END_SHIFT;
  }

  endPlace(handle: number): number {
    return this.words[handle * ROW + END_PLACE];
  }

  openPlace(handle: number): number {
    const at = handle * ROW;
    const state = this.words[at + STATE];
    const place = this.words[at + FIRST_EVENT] * 2;
    if ((state & START_BITS) !== START_EXISTING) return place;
    return (state & OPENED_UNSEEN) === 0 ? BEFORE_TRACE : place - 1;
  }

  /** Ends it at a place, or (`withOwner`) at the end of its owner, which has that place. */
  finish(handle: number, end: number, place: number, withOwner = false): void {
    const at = handle * ROW;
    const kept = this.words[at + STATE] & ~(END_BITS | ENDED_WITH_OWNER);
    this.words[at + STATE] = kept | (end << END_SHIFT) | (withOwner ? ENDED_WITH_OWNER : 0);
    this.words[at + END_PLACE] = place;
  }

  endedWithOwner(handle: number): boolean {
    return (this.words[handle * ROW + STATE] & ENDED_WITH_OWNER) !== 0;
  }

  isListed(handle: number): boolean {
    return (this.words[handle * ROW + STATE] & LISTED) !== 0;
  }

  setListed(handle: number): void {
    this.words[handle * ROW + STATE] |= LISTED;
  }

  setOpenedUnseen(handle: number): void {
    this.words[handle * ROW + STATE] |= OPENED_UNSEEN;
  }

  /** row of HandleSources, -1: it is no duplicate */
  source(handle: number): number {
    return this.words[handle * ROW + SOURCE] - 1;
  }

  setSource(handle: number, source: number): void {
    this.words[handle * ROW + SOURCE] = source + 1;
  }

  private grow(): void {
    const larger = new Int32Array(Math.ceil((this.words.length * 1.5) / ROW) * ROW);
    larger.set(this.words);
    this.words = larger;
  }
}
