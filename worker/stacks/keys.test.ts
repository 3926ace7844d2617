import { describe, expect, it } from 'vitest';
import { PairTable } from '../columns/pairs.ts';
import { finished } from '../columns/steps.ts';
import { RawStackKeys } from '../events/raw.ts';
import { keyDefinitions } from './keys.ts';

describe('keyDefinitions', () => {
  it('finds the first definition at or after a time, also where the file has them out of order', () => {
    const keys = new PairTable();
    const [used, unused, never] = [keys.intern(0x10, 0xffffb68c), keys.intern(0x20, 0xffffb68c), keys.intern(0x30, 1)];
    const raw = new RawStackKeys();
    raw.add(300, 0x10, 0xffffb68c, 3);
    raw.add(50, 0x20, 0xffffb68c, 9);
    raw.add(100, 0x10, 0xffffb68c, 1);
    raw.add(200, 0x10, 0xffffb68c, 2);
    raw.add(200, 0x10, 0xffffb68c, 4);
    raw.add(1, 0x40, 1, 8);
    const definitions = finished(keyDefinitions(raw, keys));
    expect([0, 100, 101, 200, 201, 300, 301].map((ns) => definitions.partAt(used, ns))).toEqual([1, 1, 2, 2, 3, 3, -1]);
    expect([50, 51].map((ns) => definitions.partAt(unused, ns))).toEqual([9, -1]);
    expect(definitions.partAt(never, 0)).toBe(-1);
    expect(definitions.partAt(keys.intern(0x40, 1), 0)).toBe(8);
  });
});
