/** Payloads recorded on Windows 10 and 11 (etl-format.md, section 4) decode to the values stated there. */
import { describe, expect, it } from 'vitest';
import { objectsOf, traceOf } from '../lifetimes/testing.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (byte) => parseInt(byte, 16));
}

/** A trace with one recorded event by process 20648 (0x50A8), thread 7. */
function recorded(hook: number, hex: string, version = 2): TraceBuilder {
  const t = new TraceBuilder({});
  return t.raw({ ns: us(10), hook, pid: 20648, tid: 7, version, payload: bytes(hex) });
}

describe('recorded payloads', () => {
  it('CreateHandle', async () => {
    const [object] = await objectsOf(recorded(0x1120, '60 cd e8 ae 83 c2 ff ff  78 3a 00 00  10 00 00 00'));
    expect(object).toMatchObject({ pointer: '0xFFFFC283AEE8CD60', type: 'Type 16', name: null, createPid: 20648 });
    expect(object.handles).toMatchObject([{ handle: '0x3A78', start: 'created', end: 'open', ownerPid: 20648 }]);
  });

  it('CloseHandle', async () => {
    const [object] = await objectsOf(recorded(0x1121, '60 02 f9 ae 83 c2 ff ff  44 49 00 00  10 00 00 00'));
    expect(object).toMatchObject({ pointer: '0xFFFFC283AEF90260', type: 'Type 16', bornBeforeTrace: true });
    expect(object.handles).toMatchObject([{ handle: '0x4944', start: 'existing', end: 'closed' }]);
  });

  it('DuplicateHandle', async () => {
    const payload = '60 3e ea ae 83 c2 ff ff  48 56 00 00  dc 1d 00 80  04 00 00 00  10 00  a8 50 00 00';
    const [object] = await objectsOf(recorded(0x1122, payload));
    expect(object).toMatchObject({ pointer: '0xFFFFC283AEEA3E60', type: 'Type 16' });
    expect(object.handles).toMatchObject([
      { handle: '0x5648', ownerPid: 20648, start: 'existing' },
      { handle: '0x80001DDC', ownerPid: 4, start: 'duplicated', sourcePid: 20648, sourceHandle: '0x5648' },
    ]);
  });

  it('TypeDCEnd', async () => {
    const t = recorded(0x1125, '08 00 00 00  54 00 68 00 72 00 65 00 61 00 64 00 00 00');
    t.handleCreate({ ns: us(5), pid: 1, tid: 1, object: 64n, handle: 4, type: 8 });
    expect((await objectsOf(t))[0].type).toBe('Thread');
  });

  it('HandleDCEnd, whose owner stands in the payload', async () => {
    const name = [...'\\KernelObjects\\HighMemoryCondition\0']
      .map((c) => `${c.charCodeAt(0).toString(16)} 00`)
      .join(' ');
    const [object] = await objectsOf(
      recorded(0x1127, `a0 09 2e 86 0c 81 ff ff  04 00 00 00  44 00 00 80  13 00  ${name}`),
    );
    expect(object).toMatchObject({
      pointer: '0xFFFF810C862E09A0',
      type: 'Type 19',
      name: '\\KernelObjects\\HighMemoryCondition',
    });
    expect(object.handles).toMatchObject([{ handle: '0x80000044', ownerPid: 4, start: 'existing', end: 'open' }]);
  });

  it('ReferenceObject', async () => {
    const [object] = await objectsOf(recorded(0x1132, 'b0 24 3d b3 89 a8 ff ff  44 66 6c 74  01 00 00 00'));
    expect(object).toMatchObject({ pointer: '0xFFFFA889B33D24B0', refChanges: 1, maxRefCount: 1 });
  });

  it('CreateObject', async () => {
    const [object] = await objectsOf(recorded(0x1130, '00 c8 13 a6 89 a8 ff ff  30 00 00 00 00 00 00 00'));
    expect(object).toMatchObject({ pointer: '0xFFFFA889A613C800', type: 'Type 48', birthNs: 10_000 });
  });

  it('MapFile version 3', async () => {
    const payload =
      '00 00 7e 3e b9 02 00 00  70 fb 3f 2c 08 82 ff ff  00 00 00 00 00 00 c1 00  00 10 00 00 00 00 00 00  00 00 00 00 00 00 00 00  80 19 00 00';
    const trace = await traceOf(recorded(0x0425, payload, 3).toBytes());
    const [object] = await objectsOf(trace);
    expect(object).toMatchObject({ kind: 'mapping', map: { base: '0x2B93E7E0000', size: '4096', offset: '0' } });
    expect([trace.mappings.keyHigh[0], trace.mappings.keyLow[0]]).toEqual([0xffff8208, 0x2c3ffb70]);
    expect(trace.processes.pid[trace.mappings.process[0]]).toBe(6528);
  });
});
