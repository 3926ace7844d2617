import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { walkBuffers, walkEvents } from './plainWalker.ts';

/** Real recordings and what a correct reader finds in them; a user's machine has none. */
const traces = process.env['LEAKLANES_TRACES'] ?? new URL('../../../shared/traces', import.meta.url).pathname;

interface Expected {
  buffers: number;
  compressedBuffers: number;
  events: number;
  counts: Record<string, number>;
}

describe('the plain walker, on real recordings', () => {
  const names = ['AMSITrace', 'HTTP_Server', 'diaghub.kernel', 'net.4.5.2.x64', 'smallEtlFile', 'image_data_32_v2'];
  it.skipIf(!existsSync(traces)).each(names)('%s', (name) => {
    const expectation = join(traces, 'expect', `${name}.json`);

    const expected = JSON.parse(readFileSync(expectation, 'utf8')) as Expected;
    const file = new Uint8Array(readFileSync(join(traces, `${name}.etl`)));
    const buffers = walkBuffers(file);
    expect(buffers.length).toBe(expected.buffers);
    expect(buffers.filter((buffer) => buffer.compressed).length).toBe(expected.compressedBuffers);
    const counts: Record<string, number> = {};
    for (const event of walkEvents(file)) counts[event.key] = (counts[event.key] ?? 0) + 1;
    expect(counts).toEqual(expected.counts);
  });
});
