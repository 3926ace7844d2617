import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { walkBuffers, walkEvents } from './plainWalker.ts';
import { RECORDINGS, recordingsMissing } from './recordings.ts';

interface Expected {
  buffers: number;
  compressedBuffers: number;
  events: number;
  counts: Record<string, number>;
}

const missing = recordingsMissing();

describe(`the plain walker, on real recordings ${missing ?? ''}`, () => {
  const names = ['AMSITrace', 'HTTP_Server', 'diaghub.kernel', 'net.4.5.2.x64', 'smallEtlFile', 'image_data_32_v2'];
  it.skipIf(missing !== null).each(names)('%s', (name) => {
    const expectation = join(RECORDINGS, 'expect', `${name}.json`);

    const expected = JSON.parse(readFileSync(expectation, 'utf8')) as Expected;
    const file = new Uint8Array(readFileSync(join(RECORDINGS, `${name}.etl`)));
    const buffers = walkBuffers(file);
    expect(buffers.length).toBe(expected.buffers);
    expect(buffers.filter((buffer) => buffer.compressed).length).toBe(expected.compressedBuffers);
    const counts: Record<string, number> = {};
    for (const event of walkEvents(file)) counts[event.key] = (counts[event.key] ?? 0) + 1;
    expect(counts).toEqual(expected.counts);
  });
});
