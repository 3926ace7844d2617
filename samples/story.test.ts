import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { guidAt, latin1At, utf16At, viewOf, walkBuffers } from '../worker/testing/plainWalker.ts';
import { frameName, readBack, type ReadEvent, type ReadHandle, type ReadObject, type ReadTrace } from './readBack.ts';
import { STACK_FRAMES, stackOf } from './story/stacks.ts';
import { tellHandleLeak } from './story/story.ts';
import { FUNCTIONS, MODULES } from './story/symbols.ts';

const EVENT_LEAK = 924160;
const CMD = 1026876;
const TUNNEL = 10232;
const EXPLORER = 60060;
const DEVENV = 2619964;
const TRAY = 13260;
const DEFENDER = 6288;
const SVCHOST = 2212;
const SYSTEM = 4;

const file = new URL('handle-leak.etl', import.meta.url);
let bytes: Uint8Array;
let trace: ReadTrace;

beforeAll(() => {
  bytes = new Uint8Array(readFileSync(file));
  trace = readBack(bytes);
});

function eventsOf(pid: number, kind: ReadEvent['kind'], type?: string): ReadEvent[] {
  return trace.objects.flatMap((o) =>
    o.events.filter((e) => e.pid === pid && e.kind === kind && (type === undefined || o.type === type)),
  );
}

function handlesOf(pid: number, wanted: Partial<ReadHandle>): { object: ReadObject; handle: ReadHandle }[] {
  return trace.objects.flatMap((object) =>
    object.handles
      .filter(
        (h) =>
          h.ownerPid === pid && Object.entries(wanted).every(([key, value]) => h[key as keyof ReadHandle] === value),
      )
      .map((handle) => ({ object, handle })),
  );
}

/** Handles by type. */
function byType(found: { object: ReadObject }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { object } of found) counts[object.type] = (counts[object.type] ?? 0) + 1;
  return counts;
}

/** Time of day as ETWAnalyzer prints it, cut to the microsecond. */
function local(ns: number): string {
  const start = Date.UTC(2024, 4, 10, 12, 46, 34);
  const time = new Date(start + Math.floor(ns / 1e9) * 1000).toISOString().slice(11, 19);
  return `${time}.${String(Math.floor((ns % 1e9) / 1000)).padStart(6, '0')}`;
}

function seconds(from: number | null, to: number | null): string {
  return (((to ?? NaN) - (from ?? NaN)) / 1e9).toFixed(6);
}

function signalEvent(n: number): ReadObject {
  const found = trace.objects.filter((o) => o.names.has(`\\Sessions\\1\\BaseNamedObjects\\SignalEvent_${n}`));
  expect(found.length).toBe(1);
  return found[0];
}

/** "kind handle pid/tid time" of every handle event. */
function lines(object: ReadObject): string[] {
  return object.events
    .filter((e) => e.kind !== 'objectCreate' && e.kind !== 'objectDelete')
    .map((e) => `${e.kind} 0x${e.handle.toString(16).toUpperCase()} ${e.pid}/${e.tid} ${local(e.ns)}`);
}

describe('handle-leak.etl', () => {
  it('is what the script writes', () => {
    expect(Buffer.compare(tellHandleLeak().toBytes(), bytes), 'run npm run sample').toBe(0);
  });

  it('is a small file of plain and compressed buffers from four processors, without a loss', () => {
    const buffers = walkBuffers(bytes);
    expect(bytes.length).toBeLessThan(3_000_000);
    expect(new Set(buffers.map((b) => b.cpu)).size).toBe(4);
    expect(new Set(buffers.slice(1).map((b) => b.compressed))).toEqual(new Set([true, false]));
    for (const buffer of buffers) expect(buffer.flags & 6).toBe(0);
    expect(trace.events.length).toBe(49_258);
    const times = trace.events.map((e) => trace.nsOf(e));
    expect(Math.max(...times)).toBe(10_000_000_000);
    expect(Math.min(...times)).toBe(0);
  });

  it('has these events', () => {
    expect(trace.counts).toMatchObject({
      '0301': 1,
      '0302': 1,
      '0303': 15,
      '0304': 15,
      '0425': 1,
      '0426': 1,
      '1120': 4036,
      '1121': 3670,
      '1122': 28,
      '1125': 43,
      '1127': 1063,
      '1130': 4028,
      '1131': 3634,
      '1132': 5,
      '1133': 3,
      'b3e675d7-2554-4f18-830b-2762732560de/0': 40,
      'b3e675d7-2554-4f18-830b-2762732560de/36': 40,
      'b3e675d7-2554-4f18-830b-2762732560de/64': 40,
    });
    expect(trace.counts['1823']).toBeGreaterThan(50);
    expect(trace.counts['1824']).toBe(40);
    expect(trace.objects.length).toBe(4695);
    expect(trace.counts).not.toHaveProperty('1126');
  });

  it.each([
    ['EventLeak.exe', EVENT_LEAK, 508, 515, 0],
    ['cmd.exe', CMD, 2, 2, 7],
    ['ZSATunnel.exe', TUNNEL, 484, 165, 0],
    ['ZSATrayManager.exe', TRAY, 5, 7, 5],
    ['explorer.exe', EXPLORER, 429, 345, 8],
    ['devenv.exe', DEVENV, 2606, 2624, 6],
    ['MsMpEng.exe', DEFENDER, 2, 2, 0],
    ['svchost.exe', SVCHOST, 0, 4, 2],
    ['System', SYSTEM, 0, 6, 0],
  ])('%s (%i) creates %i, closes %i and duplicates %i handles', (name, pid, creates, closes, duplicates) => {
    expect(trace.processes.get(pid)?.name).toBe(name);
    expect([eventsOf(pid, 'create').length, eventsOf(pid, 'close').length, eventsOf(pid, 'duplicate').length]).toEqual([
      creates,
      closes,
      duplicates,
    ]);
  });

  it('leaks in two processes, and nowhere else', () => {
    const leaks = [...trace.processes.keys()].map((pid) => {
      const open = handlesOf(pid, { end: 'open' }).filter(({ handle }) => handle.start !== 'existing');
      return [pid, byType(open)] as const;
    });
    expect(leaks.filter(([, types]) => Object.keys(types).length > 0)).toEqual(
      expect.arrayContaining([
        [TUNNEL, { Thread: 324 }],
        [EXPLORER, { EtwRegistration: 52, Event: 36 }],
      ]),
    );
    expect(leaks.filter(([, types]) => Object.keys(types).length > 0).length).toBe(2);
  });

  it('has no handle that was lost: what is open at the end is in the rundown', () => {
    const open = trace.objects.flatMap((o) => o.handles.filter((h) => h.end === 'open'));
    expect(open.length).toBe(trace.rundown);
    expect(open.filter((h) => h.start === 'existing').length).toBe(651);
    const closedOld = trace.objects.flatMap((o) => o.handles.filter((h) => h.start === 'existing' && h.end !== 'open'));
    expect(closedOld.length).toBe(18);
  });

  it('takes the name of every frame from the table of symbols', () => {
    for (const [name, frames] of Object.entries(STACK_FRAMES)) {
      expect(stackOf(name as keyof typeof STACK_FRAMES).map(frameName)).toEqual(frames);
    }
    for (const module of MODULES) {
      const mine = FUNCTIONS.filter((f) => f.module === module.name).sort((a, b) => a.rva - b.rva);
      for (const [i, f] of mine.entries()) expect(f.rva + f.size).toBeLessThanOrEqual(mine[i + 1]?.rva ?? module.size);
    }
  });
});

describe('modules', () => {
  it('every frame lies in an image of the kernel or of the process that was loaded by then', () => {
    const loaded = new Map<string, number>();
    for (const event of trace.events) {
      if (event.key !== '1403' && event.key !== '030a') continue;
      const view = viewOf(event.payload);
      const name = utf16At(event.payload, 56).split('\\').at(-1) ?? '';
      loaded.set(`${view.getUint32(16, true)} ${name}`, trace.nsOf(event));
    }
    for (const object of trace.objects) {
      for (const event of object.events) {
        for (const frame of event.stack) {
          const module = frame.split('!')[0];
          const since = loaded.get(`0 ${module}`) ?? loaded.get(`${event.pid} ${module}`) ?? Infinity;
          if (since > event.ns) throw new Error(`${frame} of process ${event.pid} is in no loaded module`);
        }
      }
    }
    expect(loaded.size).toBe(40);
  });

  it('the names of the images are those of the table, with version and PDB', () => {
    const infos = trace.events.filter((e) => e.key.startsWith('b3e675d7') && e.key.endsWith('/0'));
    const names = new Set(infos.map((e) => utf16At(e.payload, 24)));
    for (const module of MODULES) expect(names).toContain(module.name);
    const ids = trace.events.filter((e) => e.key.startsWith('b3e675d7') && e.key.endsWith('/36'));
    const kernel = ids.find((e) => viewOf(e.payload).getUint32(8, true) === 0);
    expect(kernel && guidAt(kernel.payload, 12)).toBe(MODULES[0].guid);
    expect(kernel && latin1At(kernel.payload, 32)).toBe('ntkrnlmp.pdb');
    const volumes = trace.events.filter((e) => e.key.startsWith('9b79ee91')).map((e) => utf16At(e.payload, 0));
    expect(volumes).toContain('\\Device\\HarddiskVolume3\\');
  });
});

describe('EventLeak.exe', () => {
  const raced = [0, 13, 21, 27, 28, 29, 36, 56];

  it('creates 100 events with 108 handles and closes them all', () => {
    const objects = Array.from({ length: 100 }, (_, n) => signalEvent(n));
    expect(new Set(objects).size).toBe(100);
    expect(objects.every((o) => o.birthNs !== null && o.deathNs !== null)).toBe(true);
    expect(eventsOf(EVENT_LEAK, 'create', 'Event').length).toBe(108);
    expect(eventsOf(EVENT_LEAK, 'close', 'Event').length).toBe(108);
    const handles = objects.flatMap((o) => o.handles);
    expect(handles.every((h) => h.value % 4 === 0)).toBe(true);
    expect(handles.filter((h) => h.end === 'processExit').length).toBe(8);
    expect(handles.filter((h) => h.end === 'closed').length).toBe(100);
    const order = objects.map((o) => o.birthNs);
    expect(order).toEqual([...order].sort((a, b) => Number(a) - Number(b)));
  });

  it('shows what the pictures show', () => {
    expect(lines(signalEvent(0))).toEqual([
      'create 0xC0 924160/1349480 12:46:37.775935',
      'create 0xC4 924160/352576 12:46:37.775946',
      'close 0xC4 924160/1416312 12:46:37.776118',
      'close 0xC0 924160/1416312 12:46:37.792874',
    ]);
    expect(lines(signalEvent(1))).toEqual([
      'create 0xA8 924160/1122960 12:46:37.776216',
      'close 0xA8 924160/1416312 12:46:37.776578',
    ]);
    expect(lines(signalEvent(99))).toEqual([
      'create 0x13C 924160/2941128 12:46:37.792097',
      'close 0x13C 924160/1416312 12:46:37.792169',
    ]);
    const lifetimes = [0, 1, 2, 99].map((n) => seconds(signalEvent(n).birthNs, signalEvent(n).deathNs));
    expect(lifetimes).toEqual(['0.016939', '0.000362', '0.000218', '0.000072']);
    expect(signalEvent(0).pointer).toBe(0xffff810008be66f0n);
    expect(signalEvent(99).pointer).toBe(0xffff810cda5648b0n);
  });

  it('leaks eight until its exit, after races of 2 to 11 µs', () => {
    const doubled = Array.from({ length: 100 }, (_, n) => n).filter((n) => signalEvent(n).handles.length === 2);
    expect(doubled).toEqual(raced);
    const lifetimes = raced.map((n) => seconds(signalEvent(n).birthNs, signalEvent(n).deathNs));
    expect(lifetimes).toEqual([
      '0.016939',
      '0.013739',
      '0.012146',
      '0.011196',
      '0.011033',
      '0.010883',
      '0.009811',
      '0.006941',
    ]);
    for (const n of raced) {
      const [first, second, close, sweep] = signalEvent(n).events.filter(
        (e) => e.kind === 'create' || e.kind === 'close',
      );
      expect(first.tid).not.toBe(second.tid);
      expect(second.ns - first.ns).toBeGreaterThanOrEqual(1900);
      expect(second.ns - first.ns).toBeLessThanOrEqual(11_000);
      expect(close.ns - second.ns).toBeGreaterThanOrEqual(80_000);
      expect(close.ns - second.ns).toBeLessThanOrEqual(180_000);
      expect([close.tid, close.handle, sweep.handle]).toEqual([1416312, second.handle, first.handle]);
      expect(local(sweep.ns).slice(0, 13)).toBe('12:46:37.7928');
      expect(sweep.stack).toEqual(STACK_FRAMES.exitSweep);
    }
  });

  it('gives one address to SignalEvent_1 to 5 and then to 13', () => {
    const users = trace.objects.filter((o) => o.pointer === 0xffff810008be6290n);
    expect(users.map((o) => [...o.names][0].split('_')[1])).toEqual(['1', '2', '3', '4', '5', '13']);
    for (let i = 1; i < users.length; i++) expect(users[i].birthNs).toBeGreaterThan(users[i - 1].deathNs ?? Infinity);
  });

  it('creates and closes with the stacks of the seed', () => {
    const [create] = signalEvent(0).events.filter((e) => e.kind === 'create');
    expect(create.stack).toEqual([
      'ntoskrnl.exe!ObpCreateHandle',
      'ntoskrnl.exe!ObInsertObjectEx',
      'ntoskrnl.exe!NtCreateEvent',
      'ntoskrnl.exe!KiSystemServiceCopyEnd',
      'ntdll.dll!NtCreateEvent',
      'KernelBase.dll!CreateEventW',
      'EventLeak.exe!EventManager::CreateEventW',
      'EventLeak.exe!EventManager::GetOrCreateEvent',
      'EventLeak.exe!EventConsumer::GetAndSignal',
      "EventLeak.exe!`main'::`4'::<lambda_1>::operator()",
      "EventLeak.exe!std::invoke<`main'::`4'::<lambda_1> >",
      "EventLeak.exe!std::thread::_Invoke<std::tuple<`main'::`4'::<lambda_1> >,0>",
      'ucrtbased.dll!thread_start<unsigned int (__cdecl*)(void *),1>',
      'kernel32.dll!BaseThreadInitThunk',
      'ntdll.dll!RtlUserThreadStart',
    ]);
    const creates = eventsOf(EVENT_LEAK, 'create', 'Event');
    expect(new Set(creates.map((e) => e.stack.join())).size).toBe(1);
    const closes = eventsOf(EVENT_LEAK, 'close', 'Event').map((e) => e.stack.at(-1));
    expect(closes.filter((frame) => frame === 'ntdll.dll!RtlUserThreadStart').length).toBe(100);
    expect(closes.filter((frame) => frame === 'ntoskrnl.exe!KiSystemServiceCopyEnd').length).toBe(8);
  });

  it('runs four new threads for each event', () => {
    const starts = trace.events.filter((e) => e.key === '0501' && e.pid === EVENT_LEAK && e.tid === 1416312);
    expect(starts.length).toBe(400);
    expect(eventsOf(EVENT_LEAK, 'create', 'Thread').length).toBe(400);
    expect(eventsOf(EVENT_LEAK, 'close', 'Thread').length).toBe(400);
  });

  it('inherits seven handles from cmd.exe and keeps them until its exit', () => {
    const inherited = handlesOf(EVENT_LEAK, { start: 'inherited', end: 'processExit' });
    const caches = '\\BaseNamedObjects\\C:*ProgramData*Microsoft*Windows*Caches*';
    expect(inherited.map(({ object, handle }) => [object.pointer, handle.value, [...object.names][0]])).toEqual([
      [0xffff810d03c59420n, 0x124, '\\Device\\ConDrv'],
      [0xffff810d03c77d40n, 0x128, '\\Device\\ConDrv'],
      [0xffff810d03c77d40n, 0x1e8, '\\Device\\ConDrv'],
      [0xffffa8898d006910n, 0x2d4, `${caches}cversions.2.ro`],
      [0xffffa8898d006910n, 0x2dc, `${caches}cversions.2.ro`],
      [0xffffa8898d00d4b0n, 0x2d8, `${caches}{6AF0698E-D558-4F6E-9B3C-3716689AF493}.2.ver0x000000000000000c.db`],
      [0xffffa8898d00e370n, 0x2e0, `${caches}{DDF571F2-BE98-426D-8288-1A9A39C3FDA2}.2.ver0x0000000000000002.db`],
    ]);
    const [first] = inherited;
    expect(lines(first.object)).toEqual([
      'duplicate 0x124 1026876/1988012 12:46:37.764854',
      'close 0x124 924160/1416312 12:46:37.792882',
    ]);
    const spans = new Map<bigint, string>();
    for (const { object } of inherited) {
      const times = inherited.filter((i) => i.object === object).map(({ handle }) => handle);
      spans.set(object.pointer, seconds(times[0].openNs, times.at(-1)?.closeNs ?? null));
      expect(object.birthNs).toBeNull();
    }
    expect([...spans.values()].slice(0, 3)).toEqual(['0.028028', '0.028028', '0.028027']);
    expect(handlesOf(CMD, { start: 'existing', end: 'open' }).length).toBe(14);
  });

  it('is started by cmd.exe and gone before the sweep', () => {
    const process = trace.processes.get(EVENT_LEAK);
    expect(process?.commandLine).toBe('EventLeak.exe');
    expect(local(process?.startNs ?? 0)).toBe('12:46:37.765301');
    expect(local(process?.endNs ?? 0)).toBe('12:46:37.792868');
  });
});

describe('the others', () => {
  it('devenv.exe leaks nothing', () => {
    expect(handlesOf(DEVENV, { start: 'created', end: 'closed' }).length).toBe(2606);
    expect(handlesOf(DEVENV, { start: 'duplicated', end: 'closed' }).length).toBe(8);
    expect(handlesOf(DEVENV, { start: 'existing', end: 'closed' }).length).toBe(10);
    expect(handlesOf(DEVENV, { end: 'open' }).every(({ handle }) => handle.start === 'existing')).toBe(true);
  });

  it('handles cross into other processes and into System', () => {
    const intoSystem = handlesOf(SYSTEM, { start: 'duplicated', end: 'closed' });
    expect(intoSystem.length).toBe(6);
    expect(intoSystem[0].handle.value).toBe(0x80001ddc);
    const source = intoSystem[0].object.handles.find((h) => h.ownerPid === DEVENV);
    expect(source?.value).toBe(0x5648);
    expect(handlesOf(TUNNEL, { start: 'duplicated', end: 'closed' }).length).toBe(5);
    expect(handlesOf(SVCHOST, { start: 'duplicated', end: 'closed' }).length).toBe(2);
    expect(handlesOf(EXPLORER, { end: 'closedByOther' }).length).toBe(2);
  });

  it('MsMpEng.exe maps 16 MB for 86 µs', () => {
    const [map, unmap] = trace.mappings;
    expect(trace.mappings.length).toBe(2);
    expect([map.kind, map.pid, map.tid, map.pointer, local(map.ns)]).toEqual([
      'map',
      DEFENDER,
      10532,
      0x1b544000000n,
      '12:46:39.671648',
    ]);
    expect([unmap.kind, seconds(map.ns, unmap.ns)]).toEqual(['unmap', '0.000086']);
    expect(trace.fileNames.get(0xffff82082c3ffb70n)).toContain('mpavbase.vdm');
  });

  it('explorer.exe opens a volume, every reference recorded', () => {
    const found = trace.objects.filter((o) => o.events.some((e) => e.kind === 'reference'));
    expect(found.length).toBe(1);
    const [volume] = found;
    expect([volume.pointer, [...volume.names], volume.type]).toEqual([
      0xffff81002a8033c0n,
      ['\\Device\\HarddiskVolume5'],
      'File',
    ]);
    expect(seconds(volume.birthNs, volume.deathNs)).toBe('0.000024');
    expect(volume.events.map((e) => `${e.kind} ${local(e.ns).slice(9)} ${e.pid}/${e.tid}`)).toEqual([
      'objectCreate 918270 60060/66436',
      'reference 918273 60060/66436',
      'reference 918275 60060/66436',
      'dereference 918277 60060/66436',
      'reference 918277 60060/66436',
      'create 918279 60060/66436',
      'dereference 918283 60060/66436',
      'reference 918283 60060/66436',
      'reference 918292 60060/66436',
      'dereference 918293 60060/66436',
      'close 918294 60060/66436',
      'objectDelete 918294 60060/66436',
    ]);
    expect(volume.handles).toMatchObject([{ ownerPid: SYSTEM, value: 0x8000fd28, start: 'created', end: 'closed' }]);
  });
});
