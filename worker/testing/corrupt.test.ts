import { describe, expect, it } from 'vitest';
import {
  bufferOffsets,
  eventOffsets,
  overwriteAt,
  reorderBuffers,
  setBufferField,
  setEventSize,
  splitBuffers,
  truncateAt,
} from './corrupt.ts';
import { walkBuffers, walkEvents } from './plainWalker.ts';
import { TraceBuilder } from './traceBuilder.ts';

function trace(): Uint8Array {
  const t = new TraceBuilder({ bufferSize: 1024 });
  for (let i = 0; i < 60; i++)
    t.handleCreate({ ns: i * 1000, pid: 1, tid: 2, object: BigInt(i), handle: 4 * i + 4, type: 16 });
  return t.toBytes();
}

describe('damage', () => {
  const file = trace();

  it('finds buffers and events', () => {
    expect(bufferOffsets(file)).toEqual([0, 1024, 2048, 3072, 4096]);
    expect(eventOffsets(file, 1).length).toBe(19);
    expect(eventOffsets(file, 0)).toEqual([72]);
    expect(walkBuffers(file).length).toBe(5);
  });

  it('changes one field and leaves the original alone', () => {
    const before = file.slice();
    expect(walkBuffers(setBufferField(file, 2, 'sequenceNumber', 99n))[2].sequenceNumber).toBe(99n);
    expect(walkBuffers(setBufferField(file, -1, 'flags', 0x22))[4].flags).toBe(0x22);
    expect(() => walkEvents(setEventSize(file, 1, 3, 5))).toThrow('bad event size 5');
    expect(() => walkBuffers(truncateAt(file, -1))).toThrow('bad BufferSize');
    expect(() => walkBuffers(setBufferField(file, 3, 'bufferSize', 0))).toThrow('bad BufferSize 0');
    expect(overwriteAt(file, 3, [7])[3]).toBe(7);
    expect(file).toEqual(before);
    expect(() => setBufferField(file, 5, 'flags', 0)).toThrow('no buffer 5');
    expect(() => setEventSize(file, 1, 19, 0)).toThrow('no event 19');
  });

  it('reorders, drops and repeats buffers', () => {
    const reordered = reorderBuffers(file, [0, 3, 1]);
    expect(splitBuffers(reordered)).toEqual([0, 3, 1].map((i) => splitBuffers(file)[i]));
  });
});
