/** Frames → modules on forged traces: what was loaded where and when, and which build it was. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../etl/readTrace.ts';
import type { RawImageId } from '../events/raw.ts';
import { Processes } from '../lifetimes/processes.ts';
import { traceOf, withTempFile } from '../lifetimes/testing.ts';
import { RECORDINGS, recordingsMissing } from '../testing/recordings.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import { fileNameOf } from './moduleIdentities.ts';
import { ModuleMap } from './modules.ts';

const BASE = 0x7ff600000000n;
const KERNEL = 0xfffff80200000000n;
const GUIDS = {
  a: '6048fdb6-2dcd-41c1-8835-594844ce7143',
  b: '11111111-2222-3333-4444-555555555555',
} as const;

interface Placed {
  pid?: number;
  base?: bigint;
  size?: number;
  timeStamp?: number;
  file?: string;
}

interface Named extends Placed {
  pdb: string;
  guid: keyof typeof GUIDS;
}

class Story {
  readonly t = new TraceBuilder({ headerStyle: 'system' });

  image(at: number, kind: 'load' | 'unload' | 'dcStart' | 'dcEnd', placed: Placed = {}): this {
    const { pid = 100, base = BASE, size = 0x10000, timeStamp = 0, file = '\\Tools\\x.dll' } = placed;
    this.t.image({ ns: us(at), kind, pid, base, size, timeStamp, file });
    return this;
  }

  /** Info and PDB records, by default at the end, as relogged files have them. */
  identity(
    { pid = 100, base = BASE, size = 0x10000, timeStamp = 7, file = 'x.dll', pdb, guid }: Named,
    at = 900,
  ): this {
    this.t.imageId({ ns: us(at), pid, base, size, timeStamp, originalName: file });
    this.t.imageDbgId({ ns: us(at), pid, base, guid: GUIDS[guid], age: 1, pdb });
    return this;
  }

  async modules(): Promise<{ map: ModuleMap; at: (ns: number, address: bigint, pid?: number) => string }> {
    return withTempFile(this.t.toBytes(), async (path) => {
      const { decoder } = await readTrace(path);
      const processes = new Processes(decoder.processes);
      const map = new ModuleMap(decoder.images, decoder.strings.texts, processes, decoder.imageIds);
      const at = (micro: number, address: bigint, pid = 100): string => {
        const process = processes.at(pid, us(micro));
        const module = map.find(process, Number(address & 0xffffffffn), Number(address >> 32n), us(micro));
        if (module < 0) return 'none';
        const pdb = map.pdbs[module];
        return `${map.names[module]}+${map.offset.toString(16)}${pdb ? ` ${pdb.name}` : ''}`;
      };
      return { map, at };
    });
  }
}

describe('a module at a time', () => {
  it('covers its addresses from load to unload, both included, and no other', async () => {
    const { at } = await new Story().image(10, 'load').image(20, 'unload').modules();
    expect([9, 10, 20, 21].map((ns) => at(ns, BASE))).toEqual(['none', 'x.dll+0', 'x.dll+0', 'none']);
    expect(at(15, BASE - 1n)).toBe('none');
    expect(at(15, BASE + 0xffffn)).toBe('x.dll+ffff');
    expect(at(15, BASE + 0x10000n)).toBe('none');
    expect(at(15, BASE, 200)).toBe('none');
  });

  it('gives its place to another: the time decides, in any order of asking', async () => {
    const { at, map } = await new Story()
      .image(10, 'load', { file: '\\Tools\\one.dll' })
      .image(20, 'unload', { file: '\\Tools\\one.dll' })
      .image(30, 'load', { file: '\\Tools\\two.dll', base: BASE + 0x8000n })
      .modules();
    const address = BASE + 0x8010n;
    expect([35, 15, 25, 15, 35].map((ns) => at(ns, address))).toEqual([
      'two.dll+10',
      'one.dll+8010',
      'none',
      'one.dll+8010',
      'two.dll+10',
    ]);
    expect(map.names).toEqual(['one.dll', 'two.dll']);
  });

  it('an event at the time of unload and load belongs to the new one', async () => {
    const { at } = await new Story()
      .image(10, 'load', { file: '\\one.dll' })
      .image(20, 'unload', { file: '\\one.dll' })
      .image(20, 'load', { file: '\\two.dll' })
      .modules();
    expect([19, 20].map((ns) => at(ns, BASE))).toEqual(['one.dll+0', 'two.dll+0']);
  });

  it('a rundown alone: there since before the trace, or since the last one left', async () => {
    const { at } = await new Story()
      .image(50, 'dcEnd', { file: '\\end.dll' })
      .image(1, 'dcStart', { file: '\\start.dll', base: BASE + 0x100000n })
      .image(20, 'unload', { file: '\\old.dll', base: BASE + 0x200000n })
      .image(50, 'dcEnd', { file: '\\new.dll', base: BASE + 0x200000n })
      .modules();
    expect(at(0, BASE)).toBe('end.dll+0');
    expect(at(60, BASE + 0x100000n)).toBe('start.dll+0');
    expect([5, 30].map((ns) => at(ns, BASE + 0x200000n))).toEqual(['old.dll+0', 'new.dll+0']);
  });

  it.each(['load', 'dcEnd'] as const)(
    'an unload that was lost: a %s at the place ends what was there',
    async (kind) => {
      const { at } = await new Story()
        .image(10, 'load', { file: '\\one.dll' })
        .image(12, 'load', { file: '\\next.dll', base: BASE + 0x10000n })
        .image(30, kind, { file: '\\wide.dll', base: BASE + 0x8000n, size: 0x10000 })
        .modules();
      expect([BASE, BASE + 0x8000n, BASE + 0x18000n].map((address) => at(20, address))).toEqual([
        'one.dll+0',
        'one.dll+8000',
        'next.dll+8000',
      ]);
      expect([BASE, BASE + 0x8000n, BASE + 0x17fffn, BASE + 0x18000n].map((address) => at(31, address))).toEqual([
        'none',
        'wide.dll+0',
        'wide.dll+ffff',
        'none',
      ]);
    },
  );

  it('another file of the same size in the rundown is another module: unload and load were lost', async () => {
    const { at } = await new Story()
      .image(10, 'load', { file: '\\one.dll' })
      .image(30, 'dcEnd', { file: '\\two.dll' })
      .modules();
    expect([20, 31].map((ns) => at(ns, BASE))).toEqual(['one.dll+0', 'two.dll+0']);
  });

  it('one file under two names of its folder is one module', async () => {
    const { map } = await new Story()
      .image(10, 'load', { file: '\\SystemRoot\\System32\\X.DLL' })
      .image(30, 'dcEnd', { file: '\\Device\\HarddiskVolume3\\Windows\\System32\\x.dll', timeStamp: 9 })
      .modules();
    expect(map.paths).toEqual(['\\SystemRoot\\System32\\X.DLL']);
  });
});

describe('a path', () => {
  it('names its volume where any of its events does', async () => {
    const { map } = await new Story()
      .image(10, 'load', { file: '\\Windows\\x.dll' })
      .image(30, 'dcEnd', { file: '\\Device\\HarddiskVolume2\\Windows\\x.dll' })
      .image(5, 'dcStart', { pid: 200, file: '\\Device\\HarddiskVolume2\\Windows\\x.dll' })
      .modules();
    expect(map.paths).toEqual(['\\Device\\HarddiskVolume2\\Windows\\x.dll']);
  });
});

describe('a module of a process', () => {
  it('a base is used by several processes, each with its own module', async () => {
    const { at } = await new Story()
      .image(10, 'load', { pid: 100, file: '\\one.dll' })
      .image(10, 'load', { pid: 200, file: '\\two.dll' })
      .modules();
    expect([at(15, BASE, 100), at(15, BASE, 200), at(15, BASE, 300)]).toEqual(['one.dll+0', 'two.dll+0', 'none']);
  });

  it('a pid that is given out again has none of the modules of the process before', async () => {
    const story = new Story();
    story.t.processStart({ ns: us(5), pid: 100, parentPid: 4, name: 'first.exe' });
    story.t.processEnd({ ns: us(20), pid: 100, parentPid: 4, name: 'first.exe' });
    story.t.processStart({ ns: us(30), pid: 100, parentPid: 4, name: 'second.exe', uniqueKey: 0xffffb68c50000000n });
    story
      .image(10, 'load', { file: '\\first.exe' })
      .image(40, 'load', { base: BASE + 0x100000n, file: '\\second.exe' });
    const { at } = await story.modules();
    expect([15, 35].map((ns) => at(ns, BASE))).toEqual(['first.exe+0', 'none']);
    expect(at(45, BASE + 0x100000n)).toBe('second.exe+0');
  });

  it('kernel images count for every process, its own come first', async () => {
    const { at } = await new Story()
      .image(1, 'dcStart', { pid: 0, base: KERNEL, file: '\\SystemRoot\\system32\\ntoskrnl.exe' })
      .image(50, 'load', { pid: 0, base: KERNEL + 0x100000n, file: '\\SystemRoot\\system32\\drivers\\x.sys' })
      .modules();
    expect([at(10, KERNEL + 5n, 100), at(10, KERNEL + 5n, 4)]).toEqual(['ntoskrnl.exe+5', 'ntoskrnl.exe+5']);
    expect([40, 60].map((ns) => at(ns, KERNEL + 0x100000n))).toEqual(['none', 'x.sys+0']);
  });

  it('a 32-bit process on a 64-bit machine has both ntdlls, told by address', async () => {
    const { at, map } = await new Story()
      .image(10, 'load', { base: 0x7ffd80c30000n, file: '\\Windows\\System32\\ntdll.dll' })
      .image(11, 'load', { base: 0x77a00000n, file: '\\Windows\\SysWOW64\\ntdll.dll' })
      .image(12, 'load', { base: 0x77990000n, file: '\\Windows\\System32\\wow64cpu.dll' })
      .image(13, 'load', { base: 0xfff00000n, file: '\\Tools\\high.dll' })
      .identity({ base: 0x7ffd80c30000n, file: 'ntdll.dll', pdb: 'ntdll.pdb', guid: 'a' })
      .identity({ base: 0x77a00000n, file: 'ntdll.dll', pdb: 'wntdll.pdb', guid: 'b' })
      .modules();
    expect([0x7ffd80c31234n, 0x77a01234n, 0x77991234n, 0xfff00010n].map((address) => at(15, address))).toEqual([
      'ntdll.dll+1234 ntdll.pdb',
      'ntdll.dll+1234 wntdll.pdb',
      'wow64cpu.dll+1234',
      'high.dll+10',
    ]);
    expect(map.paths.slice(0, 2)).toEqual(['\\Windows\\System32\\ntdll.dll', '\\Windows\\SysWOW64\\ntdll.dll']);
  });

  it('an image of no known process is found by events of no known process, and by no other', async () => {
    const story = new Story().image(10, 'load', { pid: 0xffffffff, file: '\\lost.dll' });
    const { at } = await story.modules();
    expect([at(15, BASE, 0xffffffff), at(15, BASE, 100)]).toEqual(['lost.dll+0', 'none']);
  });
});

describe('identity', () => {
  it('comes late and holds for the whole life', async () => {
    const { at, map } = await new Story()
      .image(10, 'load')
      .image(20, 'unload')
      .identity({ pdb: 'D:\\b\\x.pdb', guid: 'a' })
      .modules();
    expect(at(15, BASE)).toBe('x.dll+0 D:\\b\\x.pdb');
    expect(map.pdbs).toEqual([{ name: 'D:\\b\\x.pdb', guid: GUIDS.a, age: 1 }]);
    expect(map.versions).toEqual([null]);
  });

  it('comes before its image event, as in merged files, and repeated', async () => {
    const { at } = await new Story()
      .identity({ pdb: 'x.pdb', guid: 'a' }, 5)
      .image(10, 'load')
      .image(50, 'dcEnd')
      .identity({ pdb: 'x.pdb', guid: 'a' }, 49)
      .modules();
    expect(at(15, BASE)).toBe('x.dll+0 x.pdb');
  });

  it('same path and size, other build: two modules', async () => {
    const { at, map } = await new Story()
      .image(10, 'load', { timeStamp: 7 })
      .image(20, 'unload', { timeStamp: 7 })
      .image(30, 'load', { timeStamp: 8 })
      .identity({ timeStamp: 7, pdb: 'one.pdb', guid: 'a' })
      .identity({ timeStamp: 8, pdb: 'two.pdb', guid: 'b' })
      .modules();
    expect([15, 35].map((ns) => at(ns, BASE))).toEqual(['x.dll+0 one.pdb', 'x.dll+0 two.pdb']);
    expect(map.paths).toEqual(['\\Tools\\x.dll', '\\Tools\\x.dll']);
  });

  it('one build in several processes is one module, with its version', async () => {
    const story = new Story()
      .image(10, 'load', { pid: 100 })
      .image(10, 'load', { pid: 200, base: BASE + 0x100000n })
      .identity({ pid: 100, pdb: 'x.pdb', guid: 'a' })
      .identity({ pid: 200, base: BASE + 0x100000n, pdb: 'x.pdb', guid: 'a' });
    story.t.imageFileVersion({
      ns: us(950),
      size: 0x10000,
      timeStamp: 7,
      originalName: 'x.dll',
      fileVersion: '4.3.0.161',
    });
    const { map } = await story.modules();
    expect(map.names).toEqual(['x.dll']);
    expect(map.versions).toEqual(['4.3.0.161']);
  });

  it('a pid given out again, another build at the same base: names tell them apart', async () => {
    const story = new Story();
    story.t.processStart({ ns: us(5), pid: 100, parentPid: 4, name: 'first.exe' });
    story.t.processEnd({ ns: us(20), pid: 100, parentPid: 4, name: 'first.exe' });
    story.t.processStart({ ns: us(30), pid: 100, parentPid: 4, name: 'second.exe', uniqueKey: 0xffffb68c50000000n });
    story
      .image(10, 'load', { file: '\\first.exe' })
      .image(40, 'load', { file: '\\second.exe' })
      .identity({ file: 'first.exe', timeStamp: 7, pdb: 'first.pdb', guid: 'a' })
      .identity({ file: 'renamed', timeStamp: 8, pdb: 'C:\\b\\SECOND.pdb', guid: 'b' });
    const { at } = await story.modules();
    expect([15, 45].map((ns) => at(ns, BASE))).toEqual(['first.exe+0 first.pdb', 'second.exe+0 C:\\b\\SECOND.pdb']);
  });

  it('where nothing tells two builds at one place apart neither is named', async () => {
    const { at } = await new Story()
      .image(10, 'load')
      .identity({ timeStamp: 7, pdb: 'x.pdb', guid: 'a' })
      .identity({ timeStamp: 8, pdb: 'x.pdb', guid: 'b' })
      .modules();
    expect(at(15, BASE)).toBe('x.dll+0');
  });

  it('the size that stands in the file is that of its whole pages', async () => {
    const { at } = await new Story()
      .image(10, 'load', { size: 8192 })
      .identity({ size: 5248, pdb: 'x.pdb', guid: 'a' })
      .modules();
    expect(at(15, BASE)).toBe('x.dll+0 x.pdb');
  });

  it('of another size it is that of another image', async () => {
    const { at } = await new Story().image(10, 'load').identity({ size: 0x20000, pdb: 'x.pdb', guid: 'a' }).modules();
    expect(at(15, BASE)).toBe('x.dll+0');
  });

  it('a PDB record without its Info counts for what stands there', async () => {
    const story = new Story().image(10, 'load');
    story.t.imageDbgId({ ns: us(900), pid: 100, base: BASE, guid: GUIDS.a, age: 1, pdb: 'x.pdb' });
    expect((await story.modules()).at(15, BASE)).toBe('x.dll+0 x.pdb');
  });
});

describe('epochs', () => {
  it('change exactly where an answer can', async () => {
    const { map } = await new Story()
      .image(10, 'load', { pid: 100 })
      .image(20, 'unload', { pid: 100 })
      .image(15, 'load', { pid: 0, base: KERNEL })
      .modules();
    const epochs = [9, 10, 14, 15, 20, 20.001, 30].map((micro) => map.epoch(0, us(micro)));
    expect(epochs.map((epoch, i) => i > 0 && epoch !== epochs[i - 1])).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('a module that comes and goes between two events of one stack: each has its own frames', async () => {
    const { t } = new Story()
      .image(10, 'load', { file: '\\one.dll' })
      .image(20, 'unload', { file: '\\one.dll' })
      .image(30, 'load', { file: '\\two.dll' })
      .image(40, 'unload', { file: '\\two.dll' });
    const times = [5, 15, 20, 25, 35, 45];
    times.forEach((micro, i) =>
      t.handleCreate({
        ns: us(micro),
        pid: 100,
        tid: 104,
        object: 0xffff800000001000n,
        handle: 4 * i + 4,
        type: 16,
        stack: [BASE + 0x10n],
      }),
    );
    const trace = await traceOf(t.toBytes());
    const frames = times.map((micro) => {
      const event = trace.events.ns.indexOf(us(micro));
      return trace.stacks.frameText(trace.stacks.frames[trace.stacks.start[trace.events.stack[event]]]);
    });
    const bare = '0x7FF600000010';
    expect(frames).toEqual([bare, 'one.dll+0x10', 'one.dll+0x10', bare, 'two.dll+0x10', bare]);
  });
});

describe('a made-up file', () => {
  it('with 60,000 overlapping images at a few places costs seconds at most', () => {
    const kinds = ['load', 'dcEnd', 'unload', 'dcStart'] as const;
    const images = Array.from({ length: 60_000 }, (_, i) => ({
      kind: kinds[i % 4],
      ns: i,
      sequence: i,
      pid: 100,
      baseLow: Math.imul(i, 0x9e3779b1) >>> 0,
      baseHigh: 0x7ff0 + (i % 3),
      size: i % 7 === 0 ? 0xffffffff : 0x1000 * (i % 50),
      timeStamp: i,
      file: -1,
    }));
    const map = new ModuleMap(images, [], new Processes([]), []);
    for (let i = 0; i < 60_000; i++) {
      const module = map.find(0, Math.imul(i, 0x9e3779b1) >>> 0, 0x7ff0 + (i % 3), i);
      if (module >= 0) expect(map.offset).toBeLessThan(0xffffffff);
    }
  });
});

const missing = recordingsMissing();
if (missing) process.stdout.write(`${missing}\n`);

describe.skipIf(missing !== null)(`real recordings${missing ? ` (${missing})` : ''}`, () => {
  // As many as the file has PDB records: 3,534; 5,544, of which 90 are of apisetschema.dll (below); none in files that were not merged.
  it.each([
    ['net.4.5.2.x64.etl', 3534],
    ['net.4.5.x86.etl', 5454],
    ['diaghub.kernel.etl', 0],
    ['image_data_32_v2.etl', 0],
    ['ShutdownPerfDiagLogger.etl', 0],
  ])('%s: every image is where its event says, with its PDB: %i of them', async (name, withPdb) => {
    const { decoder } = await readTrace(join(RECORDINGS, name));
    const processes = new Processes(decoder.processes);
    const map = new ModuleMap(decoder.images, decoder.strings.texts, processes, decoder.imageIds);
    // In these files no pid and base mean two images, so that a plain look-up tells what must be found.
    const place = (at: { pid: number; baseLow: number; baseHigh: number }): string =>
      `${at.pid} ${at.baseHigh} ${at.baseLow}`;
    const ids = (kind: string): Map<string, RawImageId> =>
      new Map(decoder.imageIds.filter((id) => id.kind === kind).map((id) => [place(id), id]));
    const [infos, pdbs] = [ids('info'), ids('pdb')];
    let found = 0;
    for (const image of decoder.images) {
      const path = decoder.strings.texts[image.file];
      const process = image.pid === 0 ? -1 : processes.at(image.pid, image.ns);
      const module = map.find(process, image.baseLow, image.baseHigh, image.ns);
      expect([fileNameOf(map.paths[module]).toLowerCase(), map.offset]).toEqual([fileNameOf(path).toLowerCase(), 0]);
      // apisetschema.dll, which has no code, is mapped with one page of its 80.
      const isWhole = !path.endsWith('\\apisetschema.dll') || infos.get(place(image))?.imageSize === image.size;
      const guid = isWhole ? pdbs.get(place(image))?.pdbGuid : undefined;
      expect(map.pdbs[module]?.guid).toBe(guid);
      if (guid) found++;
    }
    expect(found).toBe(withPdb);
  });
});
