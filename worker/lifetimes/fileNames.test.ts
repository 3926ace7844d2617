import fc from 'fast-check';
import { expect, it } from 'vitest';
import { finished } from '../columns/steps.ts';
import type { RawFileName } from '../events/raw.ts';
import { FileNames } from './fileNames.ts';

const event: fc.Arbitrary<RawFileName> = fc.record({
  kind: fc.constantFrom('name', 'create', 'delete', 'rundown'),
  ns: fc.nat(20),
  keyLow: fc.nat(2),
  keyHigh: fc.nat(1),
  name: fc.nat(9),
});

/** The same by a look at all events of the key. */
function plainly(events: readonly RawFileName[], keyLow: number, keyHigh: number, ns: number): number {
  const ofKey = events.filter((each) => each.keyLow === keyLow && each.keyHigh === keyHigh);
  const inOrder = ofKey.sort((a, b) => a.ns - b.ns);
  const before = inOrder.findLast((each) => each.ns <= ns);
  if (before !== undefined && before.kind !== 'delete') return before.name;
  return (inOrder.find((each) => each.ns > ns) ?? before)?.name ?? -1;
}

it('a key has the name of the last event that gave it one, else of the next', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const names = new FileNames();
      for (const each of events) names.add(each, each.name);
      finished(names.settle());
      for (let keyLow = 0; keyLow < 4; keyLow++) {
        for (let ns = -1; ns < 22; ns++) {
          expect([keyLow, ns, names.at(keyLow, 1, ns)]).toEqual([keyLow, ns, plainly(events, keyLow, 1, ns)]);
        }
      }
    }),
  );
});
