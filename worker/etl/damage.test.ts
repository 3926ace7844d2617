/** Bad input: each costs what is damaged and no more, and is told with its place. */
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceError } from '../../shared/errors.ts';
import { TraceCache } from '../cache/traceCache.ts';
import { withTempFile } from '../lifetimes/testing.ts';
import { openTrace } from '../openTrace.ts';
import { bufferOffsets, overwriteAt, setBufferField, setEventSize, truncateAt } from '../testing/corrupt.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import type { TraceOptions } from '../testing/traceEvents.ts';
import { FLAG_COMPRESSED } from './bufferHeader.ts';
import { readTrace, type ReadTrace } from './readTrace.ts';

/** A trace of 300 handle creates in buffers of 1 KiB: about a dozen buffers, 300 events and the log-file header. */
function bytes(options: TraceOptions = {}): Uint8Array {
  const t = new TraceBuilder({ headerStyle: 'system', bufferSize: 1024, ...options });
  for (let i = 0; i < 300; i++) {
    t.handleCreate({
      ns: us(10 + i),
      pid: 100,
      tid: 101,
      object: BigInt(0x1000 + i * 64),
      handle: 4 + 4 * i,
      type: 16,
    });
  }
  return t.toBytes();
}

const read = (data: Uint8Array): Promise<ReadTrace> =>
  withTempFile(data, (path) => readTrace(path, { chunkSize: 512 }));

async function failure(data: Uint8Array): Promise<TraceError> {
  try {
    await withTempFile(data, (path) => openTrace(path));
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

const whole = bytes();
const buffers = bufferOffsets(whole);
const perBuffer = await Promise.all(
  buffers.map(async (start) => (start === 0 ? 1 : (await read(truncateAt(whole, start))).decoder.events)),
);
/** events in buffer n of the whole file */
const eventsIn = (n: number): number => (perBuffer[n + 1] ?? 301) - perBuffer[n];

describe('not an ETL', () => {
  it.each([
    ['empty', new Uint8Array(0), 'empty', /empty \(0 bytes\)/],
    ['a gzip archive', gzipSync(whole), 'notEtl', /gzip archive.*unpack/],
    [
      'a zip archive',
      Uint8Array.of(0x50, 0x4b, 3, 4, ...new Array<number>(600).fill(1)),
      'notEtl',
      /zip archive.*unpack/,
    ],
    ['an .etlx', Buffer.concat([Buffer.from('\x14\0\0\0!FastSerialization.1'), Buffer.alloc(4000)]), 'notEtl', /etlx/],
    ['a text', Buffer.from('Hello, this is no trace. '.repeat(100)), 'notEtl', /not an ETL trace: .* at offset/],
    ['zeros', new Uint8Array(5000), 'notEtl', /at offset 0/],
    [
      'cut in the buffer header',
      truncateAt(whole, 50),
      'notEtl',
      /ends inside the first buffer header \(50 bytes\) at offset 0/,
    ],
    ['cut in the log-file header', truncateAt(whole, 200), 'notEtl', /ends inside the log-file header at offset 72/],
  ] as [string, Uint8Array, string, RegExp][])('%s', async (_, data, code, sentence) => {
    const error = await failure(data);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(error.message.trim().split('\n')).toHaveLength(1);
  });

  it('random bytes that say they are compressed are no ETL', async () => {
    const data = bytes({ compress: true });
    const view = new DataView(data.buffer, data.byteOffset);
    view.setUint32(44, 7413, true);
    view.setUint16(52, view.getUint16(52, true) | FLAG_COMPRESSED, true);
    const error = await failure(data);
    expect(error.code).toBe('notEtl');
    expect(error.message).toMatch(/a compression format of 7413 at offset 44/);
  });

  it('a folder and a missing file', async () => {
    await expect(openTrace(tmpdir())).rejects.toMatchObject({ code: 'isFolder' });
    await expect(openTrace(join(tmpdir(), 'no-such.etl'))).rejects.toMatchObject({ code: 'notFound' });
  });

  const isWindows = process.platform === 'win32';
  it.skipIf(isWindows)(`a pipe, without waiting for it${isWindows ? ' (no such files on Windows)' : ''}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklanes-'));
    try {
      const pipe = join(folder, 'pipe.etl');
      execFileSync('mkfifo', [pipe]);
      const cache = new TraceCache({ folder });
      await expect(openTrace(pipe, { cache })).rejects.toThrow(/a pipe or a device, not a file; save/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [2, 'LZNT1'],
    [4, 'XPRESS Huffman'],
  ])('compression format %i is refused by name', async (format, name) => {
    const data = bytes({ compress: true });
    new DataView(data.buffer, data.byteOffset).setUint32(44, format, true);
    const error = await failure(data);
    expect(error).toMatchObject({ code: 'unsupportedCompression', offset: 44 });
    expect(error.message).toContain(name);
  });
});

describe('a file cut short', () => {
  it('gives what is whole, and says where it ends', async () => {
    const at = buffers[3] + 500;
    const result = await read(truncateAt(whole, at));
    expect(result.damage).toMatchObject([{ offset: buffers[3], cutShort: true }]);
    expect(result.decoder.events).toBeGreaterThan(perBuffer[3]);
    expect(result.decoder.events).toBeLessThan(perBuffer[4]);
  });

  it('is called by the name that the user knows, never by that of a temporary file', async () => {
    const cut = truncateAt(whole, buffers[3] + 500);
    const trace = await withTempFile(cut, (path) => openTrace(path, { displayName: 'mine.etl' }));
    expect(trace.info.file).toBe('mine.etl');
    expect(trace.info.health[0].message).toMatch(/^mine\.etl: the file ends inside a buffer/);
    await expect(
      withTempFile(truncateAt(whole, 50), (path) => openTrace(path, { displayName: 'mine.etl' })),
    ).rejects.toThrow(/^mine\.etl: /);
  });

  it('in a buffer header', async () => {
    const result = await read(truncateAt(whole, buffers[3] + 40));
    expect(result.damage).toMatchObject([{ offset: buffers[3], cutShort: true, bytesLost: 40 }]);
    expect(result.decoder.events).toBe(perBuffer[3]);
  });

  it('in a compressed buffer', async () => {
    const compressed = bytes({ compress: true, bufferSize: 4096 });
    const start = bufferOffsets(compressed)[2];
    const result = await read(truncateAt(compressed, start + 300));
    expect(result.damage).toMatchObject([{ offset: start, cutShort: true }]);
    expect(result.decoder.events).toBeGreaterThan((await read(truncateAt(compressed, start))).decoder.events);
  });

  it('at any byte: never a wrong event, never silence', async () => {
    const names = (result: ReadTrace): number[] => [
      ...result.decoder.objects.value.subarray(0, result.decoder.objects.length),
    ];
    const all = names(await read(whole));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: buffers[1], max: whole.length - 1 }), async (at) => {
        const result = await read(truncateAt(whole, at));
        expect(names(result)).toEqual(all.slice(0, result.decoder.objects.length));
        if (!buffers.includes(at)) expect(result.damage.some((entry) => entry.cutShort)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('sizes that lie', () => {
  it.each([
    ['zero', 0],
    ['less than a header', 40],
    ['hostile', 0xffffffff],
    ['larger than any buffer', 0x08000000],
    ['twice the truth', 2048],
    ['somewhere in between', 1500],
    ['past the end of the file', 1_000_000],
  ])('a buffer size of %s costs at most that buffer', async (_, size) => {
    const result = await read(setBufferField(whole, 4, 'bufferSize', size));
    expect(result.damage.length).toBeGreaterThan(0);
    expect(result.damage[0].offset).toBe(buffers[4]);
    expect(result.decoder.events).toBeGreaterThanOrEqual(301 - eventsIn(4));
  });

  it('a saved offset beyond the buffer', async () => {
    const result = await read(setBufferField(whole, 4, 'savedOffset', 0xfffffff0));
    expect(result.damage[0].offset).toBe(buffers[4]);
    expect(result.decoder.events).toBe(301);
  });

  it('a saved offset inside the header', async () => {
    const result = await read(setBufferField(whole, 4, 'savedOffset', 20));
    expect(result.damage).toMatchObject([{ offset: buffers[4] }]);
    expect(result.decoder.events).toBeGreaterThanOrEqual(301 - eventsIn(4));
  });

  it('a hostile size of a decompressed buffer costs that buffer, and no memory', async () => {
    const compressed = bytes({ compress: true });
    const before = process.memoryUsage().arrayBuffers;
    const result = await read(setBufferField(compressed, 3, 'savedOffset', 0xffffff00));
    expect(result.damage).toHaveLength(1);
    expect(result.decoder.events).toBe(301 - eventsIn(3));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });

  it.each([0, 5, 0xffff])('an event size of %i ends its buffer', async (size) => {
    const result = await read(setEventSize(whole, 4, 2, size));
    expect(result.damage).toHaveLength(1);
    expect(result.damage[0].offset).toBeGreaterThan(buffers[4]);
    expect(result.decoder.events).toBe(301 - eventsIn(4) + 2);
  });

  it('an overwritten buffer header loses that buffer, counted in bytes', async () => {
    const result = await read(overwriteAt(whole, buffers[4], new Uint8Array(72).fill(0xaa)));
    expect(result.damage).toMatchObject([{ offset: buffers[4], bytesLost: 1024 }]);
    expect(result.decoder.events).toBe(301 - eventsIn(4));
  });

  it('random damage anywhere neither throws, hangs nor invents events', async () => {
    const compressed = bytes({ compress: ({ index }) => index % 2 === 0 });
    const damage = fc.record({
      at: fc.integer({ min: 520, max: compressed.length - 9 }),
      data: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (places) => {
        let data = compressed;
        for (const { at, data: junk } of places) data = overwriteAt(data, at, junk);
        const result = await withTempFile(data, (path) => openTrace(path));
        expect(result.info.events).toBeLessThanOrEqual(2000);
        expect(Object.values(result.info.counts).reduce((sum, count) => sum + count, 0)).toBe(result.info.events);
      }),
      { numRuns: 80 },
    );
  });
});

describe('payloads', () => {
  it('that are too short are counted with their place', async () => {
    const t = new TraceBuilder({});
    t.raw({ ns: us(5), hook: 0x1120, pid: 1, tid: 1, payload: new Uint8Array(5) });
    const trace = await withTempFile(t.toBytes(), (path) => openTrace(path));
    expect(trace.trust.decodeErrors).toBe(1);
    expect(trace.info.health.find((entry) => entry.code === 'decodeErrors')?.message).toMatch(
      /CreateHandle event of 5 payload bytes.*offset \d+/,
    );
  });
});

describe('a reference count', () => {
  it('larger than any object has is an error, not a negative number', async () => {
    const t = new TraceBuilder({});
    t.reference({ ns: us(5), pid: 1, tid: 1, object: 64n, count: 0x80000001 }).reference({
      ns: us(6),
      pid: 1,
      tid: 1,
      object: 64n,
      count: 0x7fffffff,
    });
    t.reference({ ns: us(7), pid: 1, tid: 1, object: 64n, count: 2 });
    const trace = await withTempFile(t.toBytes(), (path) => openTrace(path));
    expect(trace.trust.decodeErrors).toBe(1);
    expect(trace.objects.maxRefCount[0]).toBe(0x80000001);
  });
});

describe('a file that grows while it is read', () => {
  it('is read to where it ended, and says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklanes-grow-'));
    try {
      const path = join(folder, 'grow.etl');
      await writeFile(path, whole);
      const more = whole.subarray(buffers[1]);
      let hasGrown = false;
      const result = await readTrace(path, {
        chunkSize: 512,
        onProgress: () => {
          if (!hasGrown) appendFileSync(path, more);
          hasGrown = true;
        },
      });
      expect(result.decoder.events).toBe(301);
      expect(result.grownBy).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('reading', () => {
  it('reports progress in bytes up to the size of the file', async () => {
    const seen: number[] = [];
    await withTempFile(whole, (path) =>
      readTrace(path, { chunkSize: 512, onProgress: ({ bytesDone, bytesTotal }) => seen.push(bytesDone, bytesTotal) }),
    );
    expect(seen.at(-2)).toBe(whole.length);
    expect(seen.at(-1)).toBe(whole.length);
  });

  it('stops at a cancel', async () => {
    const abort = new AbortController();
    const reading = withTempFile(whole, (path) =>
      readTrace(path, { chunkSize: 512, signal: abort.signal, onProgress: () => abort.abort() }),
    );
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});
