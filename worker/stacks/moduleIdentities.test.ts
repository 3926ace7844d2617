import { describe, expect, it } from 'vitest';
import type { RawImageEvent, RawImageId } from '../events/raw.ts';
import { ModuleIdentities } from './moduleIdentities.ts';

const PLACE = { pid: 100, baseLow: 0x1000, baseHigh: 0x7ff6 };
const NOTHING = { timeStamp: 0, imageSize: 0, originalName: '', pdbName: '', pdbGuid: '', pdbAge: 0, version: null };

function info(ns: number, timeStamp: number, imageSize = 0x1000): RawImageId {
  return { ...NOTHING, ...PLACE, kind: 'info', ns, timeStamp, imageSize, originalName: 'x.dll' };
}

function pdb(ns: number, guid: string): RawImageId {
  return { ...NOTHING, ...PLACE, kind: 'pdb', ns, pdbName: 'x.pdb', pdbGuid: guid, pdbAge: 1 };
}

function image(ns: number, timeStamp = 0): RawImageEvent {
  return { ...PLACE, kind: 'load', ns, sequence: 0, size: 0x1000, timeStamp, file: -1 };
}

const guidAt = (identities: ModuleIdentities, ns: number, timeStamp = 0): string | undefined =>
  identities.at(image(ns, timeStamp), '\\x.dll').pdb?.guid;

describe('ModuleIdentities', () => {
  it('records with the time of their image event: two builds at one place that nothing else tells apart', () => {
    const identities = new ModuleIdentities([info(10, 7), pdb(10, 'a'), info(30, 8), pdb(30, 'b')]);
    expect([10, 30, 50].map((ns) => guidAt(identities, ns))).toEqual(['a', 'b', undefined]);
    expect(identities.at(image(30), '')).toMatchObject({ timeStamp: 8 });
  });

  it('a time stamp that contradicts the time decides', () => {
    const identities = new ModuleIdentities([info(10, 7), pdb(10, 'a'), info(30, 8), pdb(30, 'b')]);
    expect(guidAt(identities, 10, 8)).toBe('b');
    expect(guidAt(identities, 10, 9)).toBeUndefined();
  });

  it('a PDB record before its Info is joined with it, one of another time is not', () => {
    expect(guidAt(new ModuleIdentities([pdb(10, 'a'), info(10, 7)]), 10)).toBe('a');
    const identities = new ModuleIdentities([pdb(10, 'a'), info(30, 8), pdb(30, 'b')]);
    expect([10, 30].map((ns) => guidAt(identities, ns))).toEqual(['a', 'b']);
  });

  it('a second PDB record does not replace the first: its own Info was lost', () => {
    const identities = new ModuleIdentities([info(10, 7), pdb(10, 'a'), pdb(30, 'b')]);
    expect([10, 30].map((ns) => guidAt(identities, ns))).toEqual(['a', 'b']);
  });

  it('records repeated by a merge are one', () => {
    const records = [info(10, 7), pdb(10, 'a'), info(90, 7), pdb(90, 'a')];
    expect([10, 50, 90].map((ns) => guidAt(new ModuleIdentities(records), ns))).toEqual(['a', 'a', 'a']);
  });

  it('of 10,000 builds at one place the last ones count', () => {
    const records = Array.from({ length: 10_000 }, (_, i) => [info(i, i + 1), pdb(i, `${i}`)]).flat();
    const identities = new ModuleIdentities(records);
    expect(guidAt(identities, 9_999, 10_000)).toBe('9999');
    expect(guidAt(identities, 1, 2)).toBeUndefined();
  });
});
