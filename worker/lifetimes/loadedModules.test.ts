import { describe, expect, it } from 'vitest';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import { traceOf } from './testing.ts';

const BASE = 0x7ff600000000n;
const GUIDS = ['6048fdb6-2dcd-41c1-8835-594844ce7143', '11111111-2222-3333-4444-555555555555'];

function load(t: TraceBuilder, at: number, timeStamp: number): void {
  const file = '\\Device\\HarddiskVolume3\\Tools\\x.dll';
  t.image({ ns: us(at), kind: 'load', pid: 100, base: BASE, size: 0x1000, timeStamp, file });
}

function identity(t: TraceBuilder, at: number, timeStamp: number, guid: string): void {
  const place = { ns: us(at), pid: 100, base: BASE };
  t.imageId({ ...place, size: 0x1000, timeStamp, originalName: 'x.dll' });
  t.imageDbgId({ ...place, guid, age: 1, pdb: 'x.pdb' });
}

describe('loadedModules', () => {
  it('another build of the same path and size at the same place is another module', async () => {
    const t = new TraceBuilder();
    load(t, 5, 7);
    load(t, 50, 8);
    identity(t, 90, 7, GUIDS[0]);
    identity(t, 91, 8, GUIDS[1]);
    const trace = await traceOf(t.toBytes());
    expect(trace.loadedModules().map(({ timeStamp, pdb }) => [timeStamp, pdb?.guid])).toEqual([
      [7, GUIDS[0]],
      [8, GUIDS[1]],
    ]);
  });

  it('what a later event of the same module knows counts', async () => {
    const t = new TraceBuilder();
    load(t, 5, 0);
    load(t, 50, 7);
    t.imageFileVersion({ ns: us(90), size: 0x1000, timeStamp: 7, originalName: 'x.dll', fileVersion: '4.3' });
    const [module, ...others] = (await traceOf(t.toBytes())).loadedModules();
    expect([module.timeStamp, module.version?.fileVersion, others.length]).toEqual([7, '4.3', 0]);
  });
});
