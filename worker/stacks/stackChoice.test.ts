import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finished } from '../columns/steps.ts';
import { FreePlaces } from './freePlaces.ts';
import { NOT_LOOKED_INTO, StackChoice } from './match.ts';
import { Candidates } from './waiting.ts';

interface Stack {
  eventNs: number;
  processor: number;
  tid: number;
  sequence: number;
  isKernel: boolean;
}

const NAMELESS = -1;
const time = fc.constantFrom(100, 200, 300);
const processor = fc.nat(2);
const tid = fc.constantFrom(NAMELESS, 8, 8, 12, 12, 16);
/** Events and stacks together in one file: which it is, where. */
const record = fc.record({ ns: time, processor, tid, isEvent: fc.boolean(), isKernel: fc.boolean() });

function take(choice: StackChoice, { eventNs, processor, tid, sequence, isKernel }: Stack): number {
  const candidate = choice.take(eventNs, processor, tid, sequence, isKernel);
  if (candidate !== NOT_LOOKED_INTO) return candidate;
  finished(choice.lookInto(eventNs));
  return choice.take(eventNs, processor, tid, sequence, isKernel);
}

function candidatesOf(events: readonly Stack[]): Candidates {
  const candidates = new Candidates();
  for (const [row, { eventNs, sequence, processor, tid }] of events.entries()) {
    candidates.add(eventNs, sequence, processor, tid, row, -1);
  }
  return candidates;
}

describe('of many events of one time', () => {
  it('a stack gets the one that it gets by a look at all of them', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 120 }), fc.boolean(), (records, hasNameless) => {
        const rows = records.map(({ ns, isEvent, ...rest }, sequence) => ({ eventNs: ns, sequence, isEvent, ...rest }));
        const events = rows.filter((row) => row.isEvent && (hasNameless || row.tid !== NAMELESS));
        const looksAtAll = new StackChoice(candidatesOf(events), Infinity);
        const looksThingsUp = new StackChoice(candidatesOf(events), 0);
        const stacks = rows.filter((row) => !row.isEvent);
        expect(stacks.map((stack) => take(looksThingsUp, stack))).toEqual(
          stacks.map((stack) => take(looksAtAll, stack)),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('the work grows with the number of events and of stacks, not with both', () => {
    const count = 100_000;
    const rows = Array.from({ length: count }, (_, index) => ({
      eventNs: 100,
      processor: index % 4,
      tid: 8 + (index % 3),
      sequence: 2 * index,
      isKernel: true,
    }));
    const choice = new StackChoice(candidatesOf(rows));
    // The file has all events first, so that every stack is asked for behind all of them.
    const taken = new Set<number>();
    for (const row of rows) taken.add(take(choice, { ...row, sequence: 2 * count + row.sequence }));
    expect(taken.size).toBe(count);
    expect(Math.min(...taken)).toBe(0);
  });
});

describe('free places', () => {
  it('are those that were not taken away', () => {
    const place = fc.nat(2100);
    fc.assert(
      fc.property(fc.nat(2100), fc.array(fc.tuple(place, fc.nat(70)), { maxLength: 60 }), (length, taken) => {
        const places = new FreePlaces(length);
        const left = new Set(Array.from({ length }, (_, index) => index));
        for (const [from, count] of taken) {
          for (let each = from; each < Math.min(from + count, length); each++) {
            places.remove(each);
            left.delete(each);
          }
          const numbers = [...left];
          const behind = numbers.find((each) => each >= from) ?? -1;
          const before = numbers.findLast((each) => each < from) ?? -1;
          if (from > length) continue;
          expect([places.before(from), places.from(from)]).toEqual([before, behind]);
        }
      }),
    );
  });
});
