/** From the bytes of a trace to names: image events, image identities, stacks, closes by a process that is ending. */
import { describe, expect, it } from 'vitest';
import { traceOf } from '../lifetimes/testing.ts';
import type { Trace } from '../lifetimes/model.ts';
import { objectJson } from '../query/json.ts';
import { ms, TraceBuilder } from '../testing/traceBuilder.ts';
import { loadSymbols } from './loadSymbols.ts';
import { fakeTools, GUID } from './testing/fakeTools.ts';
import { TraceSymbols } from './traceSymbols.ts';

const KERNEL = 0xfffff800_00000000n;
const APP = 0x7ff6_00000000n;
const OBJECT = 0xffff8000_00001000n;

async function namedTrace(build: (trace: TraceBuilder) => void): Promise<Trace> {
  const builder = new TraceBuilder();
  builder.processStart({ ns: ms(1), pid: 100, parentPid: 4, name: 'app.exe' });
  for (const [base, pid, file, pdb] of [
    [KERNEL, 0, '\\SystemRoot\\system32\\ntoskrnl.exe', 'ntkrnlmp.pdb'],
    [APP, 100, 'C:\\app\\app.exe', 'app.pdb'],
  ] as const) {
    const [size, timeStamp] = [0x10000, 7];
    builder.image({ ns: ms(2), kind: 'load', pid, base, size, file, timeStamp });
    builder.imageId({ ns: ms(2), pid, base, size, timeStamp, originalName: file });
    builder.imageDbgId({ ns: ms(2), pid, base, guid: GUID, age: 1, pdb });
  }
  build(builder);
  const symbols = new TraceSymbols(await traceOf(builder.toBytes()));
  const tools = fakeTools({
    'ntkrnlmp.pdb': { functions: { 0x100: 'NtCreateEvent', 0x200: 'ObKillProcess', 0x300: 'NtClose' } },
    'app.pdb': { functions: { 0x40: 'app::make(int)' } },
  });
  await loadSymbols(symbols, '/nowhere/trace.etl', {}, tools);
  return symbols.trace;
}

describe('a forged trace', () => {
  it('has the system apart from the program, the PDB of each module, and names', async () => {
    const trace = await namedTrace((builder) => {
      const stack = [KERNEL + 0x110n, APP + 0x55n, 0x1234n];
      builder.handleCreate({ ns: ms(3), pid: 100, tid: 1, object: OBJECT, handle: 4, type: 16, stack });
    });
    expect(objectJson(trace, 0).createStack).toEqual([
      'ntoskrnl.exe!NtCreateEvent+0x10',
      'app.exe!app::make+0x15',
      '0x1234',
    ]);
    const { modules, modulePdbs, moduleSystem, moduleVersions } = trace.stacks;
    expect(
      modules.map((name, module) => [name, modulePdbs[module]?.name, moduleSystem[module], moduleVersions[module]]),
    ).toEqual([
      ['ntoskrnl.exe', 'ntkrnlmp.pdb', 1, null],
      ['app.exe', 'app.pdb', 0, null],
    ]);
    expect(trace.trust).toMatchObject({ frames: 3, framesWithoutModule: 1, framesWithoutSymbol: 1 });
  });

  it('turns closes into sweeps by their stack, though the process ends later', async () => {
    const trace = await namedTrace((builder) => {
      const event = { pid: 100, tid: 1, type: 16 };
      const open = [KERNEL + 0x110n];
      for (const [handle, sweeps] of [
        [4, true],
        [8, false],
      ] as const) {
        const object = OBJECT + BigInt(handle) * 0x100n;
        builder.handleCreate({ ...event, ns: ms(3 + handle), object, handle, stack: open });
        const stack = [KERNEL + (sweeps ? 0x210n : 0x310n)];
        builder.handleClose({ ...event, ns: ms(30 + handle), object, handle, stack });
      }
      builder.processEnd({ ns: ms(50), pid: 100 });
    });
    const ends = [0, 1]
      .map((object) => objectJson(trace, object))
      .map(({ leakAtExit, handles }) => [leakAtExit, handles[0].end]);
    expect(ends).toEqual([
      [true, 'processExit'],
      [false, 'closed'],
    ]);
  });
});
