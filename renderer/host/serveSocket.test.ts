import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostEvent } from '../../shared/host.ts';
import { decodeWire, encodeWire } from '../../shared/wire.ts';
import { createServeSocket } from './serveSocket.ts';

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  send(text: string): void {
    this.sent.push(decodeWire(text) as Record<string, unknown>);
  }
  reply(message: unknown): void {
    this.onmessage?.({ data: encodeWire(message) });
  }
}

function setup() {
  const sockets: FakeSocket[] = [];
  const events: HostEvent[] = [];
  const socket = createServeSocket(() => {
    const fake = new FakeSocket();
    sockets.push(fake);
    return fake;
  });
  socket.onEvent((event) => events.push(event));
  return { socket, sockets, events };
}

describe('serve socket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('holds calls until the socket is open, and matches answers by id', async () => {
    const { socket, sockets } = setup();
    const first = socket.call('facets', { filter: {} });
    const second = socket.call('recentFiles', {});
    expect(sockets[0].sent).toEqual([]);
    sockets[0].onopen?.();
    expect(sockets[0].sent).toEqual([
      { type: 'call', id: 1, method: 'facets', params: { filter: {} } },
      { type: 'call', id: 2, method: 'recentFiles', params: {} },
    ]);
    sockets[0].reply({ type: 'result', id: 2, result: [] });
    sockets[0].reply({ type: 'result', id: 1, result: { samples: Float32Array.of(1.5) } });
    expect(await second).toEqual([]);
    expect(await first).toEqual({ samples: Float32Array.of(1.5) });
  });

  it('passes progress on and rejects with the server’s sentence', async () => {
    const { socket, sockets } = setup();
    sockets[0].onopen?.();
    const seen: unknown[] = [];
    const call = socket.call('open', {}, { onProgress: (progress) => seen.push(progress) });
    const progress = { phase: 'read', bytesDone: 1, bytesTotal: 2, events: 3 };
    sockets[0].reply({ type: 'progress', id: 1, progress });
    sockets[0].reply({
      type: 'error',
      id: 1,
      error: { code: 'notEtl', message: 'No trace.', file: 'a.etl', offset: 0 },
    });
    await expect(call).rejects.toMatchObject({ code: 'notEtl', message: 'No trace.', file: 'a.etl' });
    expect(seen).toEqual([progress]);
  });

  it('sends a cancel for an aborted call, and none for a call that never left', async () => {
    const { socket, sockets } = setup();
    const early = new AbortController();
    const unsent = socket.call('rows', {}, { signal: early.signal });
    early.abort();
    await expect(unsent).rejects.toMatchObject({ code: 'cancelled' });
    sockets[0].onopen?.();
    expect(sockets[0].sent).toEqual([]);
    const late = new AbortController();
    const sent = socket.call('rows', {}, { signal: late.signal });
    late.abort();
    await expect(sent).rejects.toMatchObject({ code: 'cancelled' });
    expect(sockets[0].sent.at(-1)).toEqual({ type: 'cancel', id: 2 });
  });

  it('tells once that the connection is lost, and tries again later and later', async () => {
    const { socket, sockets, events } = setup();
    sockets[0].onopen?.();
    const call = socket.call('facets', {});
    sockets[0].onclose?.();
    await expect(call).rejects.toMatchObject({ code: 'io' });
    expect(events.map((event) => event.kind)).toEqual(['disconnected']);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    sockets[1].onclose?.();
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(3);
    expect(events).toHaveLength(1);
    sockets[2].onopen?.();
    const again = socket.call('facets', {});
    sockets[2].reply({ type: 'result', id: 2, result: 'back' });
    expect(await again).toBe('back');
    expect(events.map((event) => event.kind)).toEqual(['disconnected', 'connected']);
  });

  it('refuses calls at once while the connection is lost', async () => {
    const { socket, sockets } = setup();
    sockets[0].onopen?.();
    sockets[0].onclose?.();
    await expect(socket.call('facets', {})).rejects.toMatchObject({ code: 'io' });
    vi.advanceTimersByTime(250);
    expect(sockets[1].sent).toEqual([]);
  });

  it('takes a server that never lets it in for a wrong token, and gives up', async () => {
    const { socket, sockets, events } = setup();
    const call = socket.call('recentFiles', {});
    for (const ms of [250, 500]) {
      sockets.at(-1)?.onclose?.();
      vi.advanceTimersByTime(ms);
    }
    expect(sockets).toHaveLength(3);
    sockets[2].onclose?.();
    await expect(call).rejects.toThrow('This address lacks the token');
    await expect(socket.call('facets', {})).rejects.toThrow('This address lacks the token');
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(3);
    expect(events).toEqual([]);
  });
});
