/** Frames of stacks against a search for every address of every event by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../etl/readTrace.ts';
import { correlate } from '../lifetimes/correlate.ts';
import { Processes } from '../lifetimes/processes.ts';
import { withTempFile } from '../lifetimes/testing.ts';
import { TraceBuilder, us } from '../testing/traceBuilder.ts';
import { ModuleMap } from './modules.ts';

const PIDS = [100, 200];
const USER = 0x7ff600000000n;
const KERNEL = 0xfffff80200000000n;
const SIZE = 0x1000n;
/** Addresses, and bases of images: some in the kernel, some below. */
const PLACES = [KERNEL, KERNEL + SIZE, KERNEL + 2n * SIZE, USER, USER + SIZE];

const image = fc.record({
  what: fc.constant('image' as const),
  kind: fc.constantFrom('load', 'load', 'unload', 'dcStart', 'dcEnd'),
  /** of the kernel, or of one process: also where only the kernel should have one */
  pid: fc.constantFrom(0, 0, ...PIDS),
  base: fc.constantFrom(...PLACES),
  file: fc.constantFrom('\\one.dll', '\\two.dll'),
});
const frames = fc.array(fc.constantFrom(...PLACES), { minLength: 1, maxLength: 3 });
const event = fc.record({
  what: fc.constant('event' as const),
  pid: fc.constantFrom(...PIDS),
  kernel: fc.option(
    frames.map((all) => [KERNEL, ...all]),
    { nil: null },
  ),
  user: fc.option(
    frames.map((all) => [USER, ...all]),
    { nil: null },
  ),
});

describe('the frames of a stack', () => {
  it('are those that each of its addresses has in its process at its time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(image, event, event), { maxLength: 60 }), async (records) => {
        const trace = new TraceBuilder({ headerStyle: 'system' });
        for (const [index, record] of records.entries()) {
          const ns = us(10 * index + 10);
          if (record.what === 'image') {
            trace.image({ ns, ...record, size: Number(SIZE), timeStamp: 0 });
            continue;
          }
          const who = { pid: record.pid, tid: record.pid + 4 };
          trace.handleCreate({ ...who, ns, object: 0xffff800000001000n, handle: 4, type: 16 });
          for (const part of [record.kernel, record.user]) {
            if (part !== null) trace.stack({ ...who, ns: ns + 100, eventNs: ns, frames: part });
          }
        }
        await withTempFile(trace.toBytes(), async (path) => {
          const { events, stacks } = await correlate(await readTrace(path));
          const { decoder } = await readTrace(path);
          const processes = new Processes(decoder.processes);
          const modules = new ModuleMap(decoder.images, decoder.strings.texts, processes, decoder.imageIds);
          const found = Array.from(events.stack, (stack) =>
            stack < 0
              ? []
              : Array.from(stacks.frames.subarray(stacks.start[stack], stacks.start[stack + 1]), (frame) =>
                  stacks.frameText(frame),
                ),
          );
          const wanted = records.flatMap((record, index) => {
            if (record.what === 'image') return [];
            const process = processes.at(record.pid, us(10 * index + 10));
            const text = (address: bigint): string => {
              const [low, high] = [Number(address & 0xffffffffn), Number(address >> 32n)];
              const module = modules.find(process, low, high, us(10 * index + 10));
              if (module < 0) return `0x${address.toString(16).toUpperCase()}`;
              return `${modules.names[module]}+0x${modules.offset.toString(16).toUpperCase()}`;
            };
            return [[...(record.kernel ?? []), ...(record.user ?? [])].map(text)];
          });
          expect(found).toEqual(wanted);
        });
      }),
      { numRuns: 200 },
    );
  });
});
