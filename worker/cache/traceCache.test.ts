import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Trace } from '../lifetimes/model.ts';
import { openTrace } from '../openTrace.ts';
import { TraceBuilder } from '../testing/traceBuilder.ts';
import { identityOf, systemTraceCache, TraceCache } from './traceCache.ts';

let root: string;
let folder: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leaklanes-cache-'));
  folder = join(root, 'traces');
  path = join(root, 'a.etl');
  await writeFile(path, traceBytes(20));
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Everything that a trace has: processes, modules, stacks, names that differ, mappings, references, an inherited handle. */
function traceBytes(handles: number): Uint8Array {
  const trace = new TraceBuilder({ stackKeys: true })
    .processDCStart({ ns: 100, pid: 100, parentPid: 4, name: 'a.exe', commandLine: 'a.exe "\ud800 ü"' })
    .image({ ns: 200, kind: 'load', pid: 100, tid: 104, base: 0x7ff800000000n, size: 0x10000, file: '\\dir\\user.dll' })
    .typeName(16, 'Event');
  for (let index = 0; index < handles; index++) {
    const at = { ns: 1000 + index * 1000, pid: 100, tid: 104, object: 0xffff800000001000n + BigInt(index % 5) * 64n };
    const stack = [0xfffff80000001234n, 0x7ff800000100n + BigInt(index % 3)];
    trace.handleCreate({ ...at, handle: 4 + index * 4, type: 16, stack });
    trace.reference({ ...at, ns: at.ns + 100, count: index + 1 });
    if (index % 3 > 0)
      trace.handleClose({ ...at, ns: at.ns + 500, handle: 4 + index * 4, type: 16, name: `n${index}` });
  }
  return trace
    .mapFile({ ns: 900_000, pid: 100, tid: 104, base: 0x10000n, fileKey: 0xffff900000000000n, size: 0x1000n })
    .fileName({ ns: 950_000, opcode: 'rundown', key: 0xffff900000000000n, name: '\\Device\\x.dat' })
    .toBytes();
}

/** A trace without its functions, but with what they give. */
function contents({ stacks, loadedModules, ...trace }: Trace): unknown {
  const { frameText, frameModule, frameOffset, frameSymbol, ...columns } = stacks;
  const frames = Array.from({ length: stacks.frameCount }, (_, frame) => [
    frameText.call(stacks, frame),
    frameModule.call(stacks, frame),
    frameOffset.call(stacks, frame),
    frameSymbol.call(stacks, frame),
  ]);
  return { ...trace, stacks: columns, frames, modules: loadedModules() };
}

async function stored(cache: TraceCache): Promise<{ trace: Trace; file: string }> {
  const trace = await openTrace(path, { cache });
  await cache.settled();
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.trace'));
  return { trace, file: join(folder, file) };
}

async function loaded(cache: TraceCache): Promise<Trace | null> {
  const identity = await identityOf(path);
  return identity === null ? null : cache.load(identity);
}

describe('the cache of opened traces', () => {
  it('gives back every column as it was', async () => {
    const cache = new TraceCache({ folder, minOpenMs: 0 });
    const { trace } = await stored(cache);
    expect(trace.otherNames.size).toBeGreaterThan(0);
    expect(trace.mappings.length).toBe(1);
    expect(trace.stacks.frameCount).toBeGreaterThan(3);
    const again = await openTrace(path, { cache });
    expect(again).not.toBe(trace);
    expect(contents(again)).toEqual(contents(trace));
    expect(contents((await loaded(cache))!)).toEqual(contents(trace));
  });

  it('keeps only traces that took long to open, and none beside the trace', async () => {
    const cache = new TraceCache({ folder, minOpenMs: Infinity });
    await openTrace(path, { cache });
    await cache.settled();
    expect(await readdir(root)).toEqual(['a.etl']);
  });

  it('does not take a file for another one, nor for what it was before', async () => {
    const cache = new TraceCache({ folder, minOpenMs: 0 });
    await stored(cache);
    const { mtime } = await stat(path);
    const identity = (await identityOf(path))!;
    expect(await cache.load({ ...identity, name: 'other.etl' })).toBeNull();
    // The same size and time, other bytes.
    const bytes = traceBytes(20);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(path, bytes);
    await utimes(path, mtime, mtime);
    expect(await loaded(cache)).toBeNull();
    // Another size.
    await writeFile(path, traceBytes(25));
    const { trace } = await stored(cache);
    expect(trace.events.length).toBeGreaterThan(45);
    expect(contents(await openTrace(path, { cache }))).toEqual(contents(trace));
  });

  it('ignores and replaces a file that is damaged anywhere, cut, or of another version', async () => {
    const cache = new TraceCache({ folder, minOpenMs: 0 });
    const { trace, file } = await stored(cache);
    const whole = await readFile(file);
    const places = [
      0,
      4,
      8,
      12,
      16,
      24,
      100,
      ...Array.from({ length: 40 }, (_, n) => Math.floor((whole.length / 40) * n)),
    ];
    for (const place of places) {
      const damaged = Buffer.from(whole);
      damaged[place] ^= 0x10;
      await writeFile(file, damaged);
      expect([place, await loaded(cache)]).toEqual([place, null]);
    }
    for (const length of [0, 10, 24, 200, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      expect([length, await loaded(cache)]).toEqual([length, null]);
    }
    expect(await readdir(folder)).toEqual([]);
    expect(contents((await stored(cache)).trace)).toEqual(contents(trace));
    expect(await loaded(cache)).not.toBeNull();
  });

  it('stays within its size: what was not used for the longest time goes', async () => {
    const first = new TraceCache({ folder, minOpenMs: 0 });
    const { file } = await stored(first);
    const { size } = await stat(file);
    const cache = new TraceCache({ folder, minOpenMs: 0, maxBytes: size * 2.5 });
    const names = ['b.etl', 'c.etl'].map((name) => join(root, name));
    await utimes(file, new Date(1000), new Date(1000));
    for (const name of names) {
      await writeFile(name, traceBytes(20));
      await openTrace(name, { cache });
      await cache.settled();
    }
    expect(await readdir(folder)).toHaveLength(2);
    expect(await loaded(cache)).toBeNull();
    // One that is too large for the folder is not kept at all.
    const small = new TraceCache({ folder: join(root, 'small'), minOpenMs: 0, maxBytes: size });
    await openTrace(path, { cache: small });
    await small.settled();
    expect(await readdir(root)).not.toContain('small');
  });

  it('may be used by several programs at once', async () => {
    const caches = Array.from({ length: 4 }, () => new TraceCache({ folder, minOpenMs: 0 }));
    const traces = await Promise.all(caches.map((cache) => openTrace(path, { cache })));
    await Promise.all(caches.map((cache) => cache.settled()));
    expect(await readdir(folder)).toHaveLength(1);
    expect(contents((await loaded(caches[0]))!)).toEqual(contents(traces[0]));
  });

  it('is no obstacle where its folder cannot be used', async () => {
    await writeFile(folder, 'a file');
    const cache = new TraceCache({ folder, minOpenMs: 0 });
    expect((await openTrace(path, { cache })).events.length).toBeGreaterThan(0);
    await cache.settled();
    await expect(openTrace(join(root, 'none.etl'), { cache })).rejects.toMatchObject({ code: 'notFound' });
  });

  it('obeys a cancel', async () => {
    const cache = new TraceCache({ folder, minOpenMs: 0 });
    await stored(cache);
    await expect(openTrace(path, { cache, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await loaded(cache)).not.toBeNull();
  });

  it('is off where the user says so', () => {
    expect(systemTraceCache({ LEAKLANES_NO_CACHE: '1' })).toBeNull();
    expect(systemTraceCache({ LEAKLANES_CACHE: root })).not.toBeNull();
  });
});
