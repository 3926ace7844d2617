/**
 * Stacks, threads and the order of events, against an implementation that is slow and obvious: all events of the file in a list, every stack
 * compared with every one of them. The traces are made so that what is rare in recordings is common: times that coincide, stacks on other
 * processors and far behind, headers without a thread, buffers out of order, keys used again for another stack.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../etl/readTrace.ts';
import { correlate } from '../lifetimes/correlate.ts';
import { withTempFile } from '../lifetimes/testing.ts';
import { walkEvents, type WalkedEvent } from '../testing/plainWalker.ts';
import { TraceBuilder } from '../testing/traceBuilder.ts';

const BUFFER_SIZE = 512;
const CPUS = 3;
const TIDS = [8, 12, 16];
const KERNEL = 0xfffff80000000000n;

interface Action {
  what: 'handle' | 'other' | 'stack' | 'kernelKey' | 'userKey' | 'define';
  /** time of the event, or the one that a stack names, in ticks */
  tick: number;
  /** from the event to the record of its stack */
  delay: number;
  cpu: number;
  tid: number;
  style: 'system' | 'perfInfo';
  part: 'kernel' | 'user';
  number: number;
}

const action: fc.Arbitrary<Action> = fc.record({
  what: fc.constantFrom('handle', 'handle', 'other', 'stack', 'stack', 'kernelKey', 'userKey', 'define'),
  tick: fc.nat(1000),
  delay: fc.nat(3),
  cpu: fc.nat(CPUS - 1),
  tid: fc.constantFrom(...TIDS),
  style: fc.constantFrom('system', 'perfInfo'),
  part: fc.constantFrom('kernel', 'user'),
  number: fc.nat(3),
});

/** `spread`: so many times there are. `swaps`: pairs of buffers that change places, so that time falls inside a processor's stream. */
function traceBytes(actions: readonly Action[], spread: number, swaps: readonly [number, number][]): Uint8Array {
  const trace = new TraceBuilder({ bufferSize: BUFFER_SIZE });
  for (const { what, tick, delay, cpu, tid, style, part, number } of actions) {
    const ns = (tick % spread) * 100;
    const later = { ns: ns + delay * 100, cpu, eventNs: ns, pid: 4 * tid, tid };
    const frames = [(part === 'kernel' ? KERNEL : 0x7ff80000n) + BigInt(number), 0x10000n + BigInt(number)];
    const key = BigInt(0x1000 + number);
    if (what === 'handle') {
      const at = { ns, cpu, pid: 4 * tid, tid, header: style };
      trace.handleCreate({ ...at, object: 0xffff8000_00001000n, handle: 4 + 4 * number, type: 16 });
    } else if (what === 'other') {
      trace.processTerminate({ ns, cpu, pid: 4 * tid, byPid: 4 * tid, byTid: tid, header: style });
    } else if (what === 'stack') trace.stack({ ...later, frames });
    else if (what === 'kernelKey') trace.stackKeyKernel({ ...later, key });
    else if (what === 'userKey') trace.stackKeyUser({ ...later, key });
    else trace.stackKeyDelete({ ns, cpu, key, frames });
  }
  const bytes = trace.toBytes();
  // The first buffer has the log-file header.
  const count = Math.floor(bytes.length / BUFFER_SIZE);
  const first = bytes.length - (count - 1) * BUFFER_SIZE;
  for (const [a, b] of swaps) {
    if (count < 3) continue;
    const [from, to] = [a, b].map((index) => first + (index % (count - 1)) * BUFFER_SIZE);
    const kept = bytes.slice(from, from + BUFFER_SIZE);
    bytes.copyWithin(from, to, to + BUFFER_SIZE);
    bytes.set(kept, to);
  }
  return bytes;
}

interface Expected {
  events: { ns: number; tid: number; value: number; stack: string[] }[];
  matchedToAnEvent: number;
  surplus: number;
}

/** One event of the file as the slow way sees it. */
interface Plain extends WalkedEvent {
  ns: number;
  index: number;
  owner: number;
  taken: Set<string>;
  parts: Map<string, string[]>;
  tidByStack: number | null;
}

function theSlowWay(bytes: Uint8Array): Expected {
  const walked = walkEvents(bytes);
  const start = walked[0].stamp;
  const all = walked.map((event, index): Plain => {
    const ns = Number(event.stamp - start) * 100;
    return { ...event, ns, index, owner: event.tid ?? -1, taken: new Set(), parts: new Map(), tidByStack: null };
  });
  const view = ({ payload }: Plain): DataView => new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const addresses = (event: Plain, from: number): string[] => {
    const found: string[] = [];
    for (let at = from; at + 8 <= event.payload.length; at += 8) {
      found.push(`0x${view(event).getBigUint64(at, true).toString(16).toUpperCase()}`);
    }
    return found;
  };
  const isStack = ({ key }: Plain): boolean => /^18[2-9a-f][0-9a-f]$/.test(key);
  const definitions = all
    .filter(({ key }) => key === '1823' || key === '1824')
    .sort((a, b) => a.ns - b.ns || a.index - b.index);
  let matchedToAnEvent = 0;
  let surplus = 0;
  for (const stack of all.filter(({ key }) => key === '1820' || key === '1825' || key === '1826')) {
    const eventNs = Number(view(stack).getBigInt64(0, true) - start) * 100;
    const tid = view(stack).getUint32(12, true);
    let frames: string[] | null = addresses(stack, 16);
    if (stack.key !== '1820') {
      const key = view(stack).getBigUint64(16, true);
      const meant = definitions.find((each) => each.ns >= stack.ns && view(each).getBigUint64(0, true) === key);
      frames = meant ? addresses(meant, 8) : null;
    }
    const isKernel = stack.key === '1820' ? BigInt(addresses(stack, 16)[0]) >= 1n << 63n : stack.key === '1825';
    const part = isKernel ? 'kernel' : 'user';
    const ofTime = all.filter((event) => !isStack(event) && event.ns === eventNs);
    if (ofTime.length === 0) continue;
    matchedToAnEvent++;
    const own = ofTime.filter(({ owner }) => owner === tid || owner === -1);
    const free = (own.length > 0 ? own : ofTime).filter(({ taken }) => !taken.has(part));
    if (free.length === 0) {
      surplus++;
      continue;
    }
    const rank = (event: Plain): number =>
      (event.cpu === stack.cpu ? 4 : 0) + (event.owner === tid ? 2 : 0) + (event.index < stack.index ? 1 : 0);
    const best = Math.max(...free.map(rank));
    const equals = free.filter((event) => rank(event) === best);
    const chosen = best % 2 === 1 ? equals[equals.length - 1] : equals[0];
    chosen.taken.add(part);
    chosen.tidByStack ??= tid;
    if (frames !== null) chosen.parts.set(part, frames);
  }
  const events = all
    .filter(({ key }) => key === '1120')
    .sort((a, b) => a.ns - b.ns || a.index - b.index)
    .map((event) => ({
      ns: event.ns,
      tid: event.owner === -1 ? (event.tidByStack ?? -1) : event.owner,
      value: view(event).getUint32(8, true),
      stack: [...(event.parts.get('kernel') ?? []), ...(event.parts.get('user') ?? [])],
    }));
  return { events, matchedToAnEvent, surplus };
}

async function theFastWay(bytes: Uint8Array, matchesAtOnce: boolean): Promise<Expected> {
  const { events, stacks, info } = await withTempFile(bytes, async (path) =>
    correlate(await readTrace(path, { matchesAtOnce, chunkSize: 1024 })),
  );
  const surplus = info.health.find(({ code }) => code === 'surplusStacks');
  return {
    events: Array.from({ length: events.length }, (_, event) => {
      const stack = events.stack[event];
      const frames = stack < 0 ? [] : [...stacks.frames.subarray(stacks.start[stack], stacks.start[stack + 1])];
      const [ns, tid, value] = [events.ns[event], events.tid[event], events.value[event]];
      return { ns, tid, value, stack: frames.map((frame) => stacks.frameText(frame)) };
    }),
    matchedToAnEvent: info.stacks.matchedToAnEvent,
    surplus: Number(/^\d+/.exec(surplus?.message ?? '0')?.[0]),
  };
}

describe('stacks', () => {
  it('find the events that the slow way finds, at once or at the end of the file', async () => {
    const swap = fc.tuple(fc.nat(20), fc.nat(20));
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 5, maxLength: 70 }),
        fc.constantFrom(4, 12, 50),
        fc.array(swap, { maxLength: 4 }),
        async (actions, spread, swaps) => {
          const bytes = traceBytes(actions, spread, swaps);
          const slow = theSlowWay(bytes);
          expect(await theFastWay(bytes, true)).toEqual(slow);
          expect(await theFastWay(bytes, false)).toEqual(slow);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('that stand more events behind than are remembered find theirs all the same', async () => {
    const trace = new TraceBuilder();
    const tids = [8, 12];
    for (const [index, tid] of tids.entries()) {
      trace.handleCreate({ ns: 1000, cpu: index, pid: 4, tid, object: 0x1000n, handle: 4 + 4 * index, type: 16 });
    }
    for (let ns = 2000; ns < 600_000; ns += 100) trace.processTerminate({ ns, cpu: 0, pid: 4 });
    for (const tid of tids)
      trace.stack({ ns: 700_000, cpu: 0, eventNs: 1000, pid: 4, tid, frames: [KERNEL + BigInt(tid)] });
    const { events, matchedToAnEvent } = await theFastWay(trace.toBytes(), true);
    expect(events.map(({ stack }) => stack)).toEqual([['0xFFFFF80000000008'], ['0xFFFFF8000000000C']]);
    expect(matchedToAnEvent).toBe(2);
  });

  it('of a thread are not given to an event without one where their own is further back than is looked', async () => {
    const trace = new TraceBuilder();
    const at = { ns: 1000, cpu: 0, pid: 4, object: 0x1000n, type: 16 };
    trace.handleCreate({ ...at, tid: 8, handle: 4 });
    for (let index = 0; index < 400; index++) trace.processTerminate({ ns: 1000, cpu: 0, pid: 4, byTid: 12 });
    trace.handleCreate({ ...at, header: 'perfInfo', handle: 8 });
    trace.stack({ ns: 1000, cpu: 0, eventNs: 1000, pid: 4, tid: 8, frames: [KERNEL] });
    const { events } = await theFastWay(trace.toBytes(), true);
    expect(events.map(({ value, stack }) => [value, stack])).toEqual([
      [4, ['0xFFFFF80000000000']],
      [8, []],
    ]);
  });

  it('go to an event of their own thread that stands behind them, where the one before names no thread', async () => {
    const trace = new TraceBuilder();
    const at = { ns: 1000, cpu: 1, pid: 4, tid: 8, object: 0x1000n, type: 16 };
    trace.handleCreate({ ...at, header: 'perfInfo', handle: 4 });
    trace.stack({ ns: 1000, cpu: 1, eventNs: 1000, pid: 4, tid: 8, frames: [KERNEL] });
    trace.handleCreate({ ...at, handle: 8 });
    const { events } = await theFastWay(trace.toBytes(), true);
    expect(events.map(({ tid, stack }) => [tid, stack])).toEqual([
      [-1, []],
      [8, ['0xFFFFF80000000000']],
    ]);
  });
});
