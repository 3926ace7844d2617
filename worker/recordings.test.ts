/** Every real recording gives exactly what an independent reader found in it (`expect/NAME.json`). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finished } from './columns/steps.ts';
import { Processes } from './lifetimes/processes.ts';
import { correlate } from './lifetimes/correlate.ts';
import { readTrace } from './etl/readTrace.ts';
import { matchStacks } from './stacks/match.ts';
import { recordingsMissing, RECORDINGS } from './testing/recordings.ts';

interface Expected {
  file: string;
  header: Record<string, unknown>;
  processEvents: unknown[];
  imageEventsByFile: Record<string, number>;
  stacks: { examples: { eventTimeNs: number; pid: number; tid: number; frames: string[] }[] } & Record<string, number>;
}

/** FILETIMEs stand as bare numbers above 2^53 in the expect files, as strings in our output. */
function readExpected(path: string): Expected {
  return JSON.parse(readFileSync(path, 'utf8').replace(/("\w+Filetime": )(\d+)/g, '$1"$2"')) as Expected;
}

const missing = recordingsMissing();
if (missing) process.stdout.write(`${missing}\n`);
const files = missing ? [] : readdirSync(RECORDINGS).filter((name) => name.endsWith('.etl'));

describe.skipIf(missing !== null)(`real recordings${missing ? ` (${missing})` : ''}`, () => {
  it('are the nine that the folder is known to have', () => {
    expect(files).toHaveLength(9);
  });

  it.each(files)('%s', async (name) => {
    const expected = readExpected(join(RECORDINGS, 'expect', name.replace(/\.etl$/, '.json')));
    const read = await readTrace(join(RECORDINGS, name));
    const trace = await correlate(read);
    const { processEvents, imageEventsByFile, stacks, ...info } = expected;

    const { processes, health, stacks: foundStacks, ...found } = trace.info;
    expect(found).toEqual(info);
    expect(foundStacks).toEqual({
      stackEvents: stacks.stackEvents,
      matchedToAnEvent: stacks.matchedToAnEvent,
      unresolvedKeys: stacks.unresolvedKeys,
      frames: stacks.frames,
    });
    expect(health.filter((entry) => entry.severity === 'error')).toEqual([]);
    expect(read.damage).toEqual([]);
    expect(read.decoder.decodeErrorCount).toBe(0);

    const events = [...read.decoder.processes].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
    expect(
      events.map(({ pid, parentPid, sessionId, exitStatus, name: exe, commandLine, kind, ns }) => ({
        pid,
        ppid: parentPid,
        session: sessionId,
        status: exitStatus,
        name: exe,
        cmd: commandLine,
        event: kind,
        timeNs: ns,
      })),
    ).toEqual(processEvents);
    expect(processes).toHaveLength(new Processes(read.decoder.processes).records().length);
    for (const [file, count] of Object.entries(imageEventsByFile)) {
      const loaded = read.decoder.images.filter((image) => {
        const path = image.file < 0 ? '' : read.decoder.strings.texts[image.file];
        return path.slice(path.lastIndexOf('\\') + 1).toLowerCase() === file;
      });
      expect([file, loaded.length]).toEqual([file, count]);
    }
    // With all stacks kept until the end of the file.
    const all = await readTrace(join(RECORDINGS, name), { matchesAtOnce: false });
    expect(wholeStacks(all)).toEqual(expect.arrayContaining(stacks.examples));
    expect(kernelPlusUser(all)).toBe(stacks.kernelPlusUser);
  });
});

type Read = Awaited<ReturnType<typeof readTrace>>;

/** Stack references by the event time and thread they name, with the frames of their kernel and user parts. */
function stacksByEvent(
  read: Read,
): Map<string, { eventTimeNs: number; pid: number; tid: number; kernel: string[]; user: string[] }> {
  const { decoder } = read;
  const { stackReferences: references, stackKeys: keys, parts } = decoder;
  const found = new Map<string, { eventTimeNs: number; pid: number; tid: number; kernel: string[]; user: string[] }>();
  for (let row = 0; row < references.length; row++) {
    let part = references.keyLow[row];
    if (references.kind[row] !== 0) {
      // Anew and the slow way: the first definition of the key at or after the reference.
      let best = -1;
      for (let key = 0; key < keys.length; key++) {
        const isKey = keys.keyLow[key] === references.keyLow[row] && keys.keyHigh[key] === references.keyHigh[row];
        if (isKey && keys.ns[key] >= references.ns[row] && (best < 0 || keys.ns[key] < keys.ns[best])) best = key;
      }
      part = keys.part[best];
    }
    const [eventTimeNs, pid, tid] = [references.eventNs[row], references.pid[row], references.tid[row]];
    const key = `${eventTimeNs} ${pid} ${tid}`;
    const stack = found.get(key) ?? { eventTimeNs, pid, tid, kernel: [], user: [] };
    found.set(key, stack);
    const frames = Array.from({ length: parts.frameCount(part) }, (_, frame) => {
      const high = parts.high(part, frame);
      const low = parts.low(part, frame).toString(16).toUpperCase();
      return high ? `0x${high.toString(16).toUpperCase()}${low.padStart(8, '0')}` : `0x${low}`;
    });
    const isKernel = references.kind[row] === 1 || (references.kind[row] === 0 && parts.high(part, 0) >= 0xffff8000);
    (isKernel ? stack.kernel : stack.user).push(...frames);
  }
  return found;
}

function wholeStacks(read: Read): unknown[] {
  return [...stacksByEvent(read).values()].map(({ eventTimeNs, pid, tid, kernel, user }) => ({
    eventTimeNs,
    pid,
    tid,
    frames: [...kernel, ...user],
  }));
}

function kernelPlusUser(read: Read): number {
  // What the matcher makes of it must agree on the totals that it reports.
  expect(finished(matchStacks(read.decoder, read.header.pointerSize)).unresolvedKeys).toBe(0);
  return [...stacksByEvent(read).values()].filter((stack) => stack.kernel.length > 0 && stack.user.length > 0).length;
}
