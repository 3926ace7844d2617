import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { TraceError } from '../shared/errors.ts';
import type { WorkerReply } from '../shared/protocol.ts';
import type { TraceService } from '../shared/service.ts';
import { giveAway, serveService } from './dispatch.ts';

let ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});

/** A port whose other end is served by `service`, and the replies that came. */
function connect(service: Partial<TraceService>) {
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  serveService(port2, service as TraceService);
  const replies: WorkerReply[] = [];
  let wake = () => {};
  port1.on('message', (reply: WorkerReply) => {
    replies.push(reply);
    wake();
  });
  return {
    port: port1,
    replies,
    async next(count: number): Promise<WorkerReply[]> {
      while (replies.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return replies;
    },
  };
}

const DETAILS = { id: 1, eventLimit: 10 };

describe('a port that serves a TraceService', () => {
  it('sends progress, then the result', async () => {
    const { port, next } = connect({
      async open(request, options) {
        options?.onProgress?.({ phase: 'read', bytesDone: 1, bytesTotal: 2, events: 3 });
        return { opened: request } as never;
      },
    });
    port.postMessage({ type: 'call', id: 7, method: 'open', params: { path: '/a.etl' } });
    expect(await next(2)).toEqual([
      { type: 'progress', id: 7, progress: { phase: 'read', bytesDone: 1, bytesTotal: 2, events: 3 } },
      { type: 'result', id: 7, result: { opened: { path: '/a.etl' } } },
    ]);
  });

  it('fires the signal of the call that is cancelled, and of no other', async () => {
    const aborted: number[] = [];
    const { port, next } = connect({
      details: (request, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => {
            aborted.push(request.id);
            reject(new TraceError('cancelled', 'Cancelled.'));
          });
        }),
    });
    port.postMessage({ type: 'call', id: 1, method: 'details', params: { ...DETAILS, id: 1 } });
    port.postMessage({ type: 'call', id: 2, method: 'details', params: { ...DETAILS, id: 2 } });
    port.postMessage({ type: 'cancel', id: 2 });
    port.postMessage({ type: 'cancel', id: 99 });
    expect(await next(1)).toMatchObject([{ type: 'error', id: 2, error: { code: 'cancelled' } }]);
    expect(aborted).toEqual([2]);
  });

  it('keeps the place of a TraceError, and no stack', async () => {
    const { port, next } = connect({
      async open() {
        throw new TraceError('notEtl', 'Not an ETL.', 'a.etl', 72);
      },
      async details() {
        throw new RangeError('broken');
      },
    });
    port.postMessage({ type: 'call', id: 1, method: 'open', params: { path: 'a.etl' } });
    port.postMessage({ type: 'call', id: 2, method: 'details', params: DETAILS });
    expect((await next(2)).sort((a, b) => a.id - b.id)).toEqual([
      { type: 'error', id: 1, error: { code: 'notEtl', message: 'Not an ETL.', file: 'a.etl', offset: 72 } },
      { type: 'error', id: 2, error: { code: 'internal', message: 'broken', file: null, offset: null } },
    ]);
  });

  it.each(['constructor', 'toString', '__proto__', 'read', '', null, 3])('knows no method %j', async (method) => {
    const { port, next } = connect({});
    port.postMessage({ type: 'call', id: 1, method, params: {} });
    expect(await next(1)).toMatchObject([{ type: 'error', id: 1, error: { code: 'internal' } }]);
  });

  it('refuses a request that does not fit its schema, naming the place', async () => {
    const { port, next } = connect({ details: async () => expect.unreachable() });
    port.postMessage({ type: 'call', id: 1, method: 'details', params: { id: 0, eventLimit: 10 } });
    const [reply] = await next(1);
    expect(reply).toMatchObject({ type: 'error', error: { message: expect.stringContaining('"details"') as string } });
    expect(reply).toMatchObject({ error: { message: expect.stringContaining('at id') as string } });
  });

  it('transfers whole buffers and copies parts, leaving the columns of the trace alone', async () => {
    const column = Int32Array.of(1, 2, 3, 4);
    const made = Float32Array.of(5, 6);
    const { port, next } = connect({
      lanes: async () => ({ bars: { x0: made, id: column.subarray(1, 3) } }) as never,
    });
    port.postMessage({
      type: 'call',
      id: 1,
      method: 'lanes',
      params: { filter: {}, fromNs: 0, toNs: 1, width: 1, firstRow: 0, rowCount: 0, openGroups: [] },
    });
    const [reply] = await next(1);
    expect(reply).toMatchObject({
      type: 'result',
      result: { bars: { x0: Float32Array.of(5, 6), id: Int32Array.of(2, 3) } },
    });
    expect(made.byteLength, 'transferred').toBe(0);
    expect([...column], 'not detached').toEqual([1, 2, 3, 4]);
  });
});

describe('giveAway', () => {
  it('names each buffer once, and finds those in arrays', () => {
    const shared = new ArrayBuffer(8);
    const result = {
      a: new Int32Array(shared),
      series: [{ values: new Float32Array(shared) }, { values: new Float32Array(3) }],
    };
    const buffers = giveAway(result);
    expect(buffers).toHaveLength(2);
    expect(buffers[0]).toBe(shared);
  });
});
