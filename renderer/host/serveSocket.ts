import { TraceError, errorFromData } from '../../shared/errors.ts';
import type { HostEvent } from '../../shared/host.ts';
import type { SocketMethod, SocketReply, SocketRequest } from '../../shared/protocol.ts';
import type { Progress } from '../../shared/records.ts';
import { decodeWire, encodeWire } from '../../shared/wire.ts';

/** What of WebSocket is used, so that tests can put a fake in its place. */
export type SocketLike = Pick<WebSocket, 'send' | 'onopen' | 'onclose' | 'onmessage'>;

export interface CallOptions {
  signal?: AbortSignal | undefined;
  onProgress?: (progress: Progress) => void;
}

export interface ServeSocket {
  call(method: SocketMethod, params: unknown, options?: CallOptions): Promise<unknown>;
  onEvent(listener: (event: HostEvent) => void): () => void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: TraceError): void;
  onProgress: ((progress: Progress) => void) | undefined;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8000;
const DISCONNECTED =
  'The connection to leaklanes serve was lost. Trying to reconnect; if the server was stopped, start it again and open the address it prints.';

const REFUSED = 'This address lacks the token; open the full address that leaklanes serve printed.';
/** A server that the page came from answers: where it never lets us in, the token is wrong. */
const TRIES_TO_GET_IN = 3;

/**
 * Calls over the WebSocket of `leaklanes serve` (shared/protocol.ts). Calls made while the socket is first connecting wait for
 * it; calls that were under way when it closed, or that are made while it is closed, reject with `io`. Without `connect` (there
 * is no token) every call is refused.
 */
export function createServeSocket(connect: (() => SocketLike) | null): ServeSocket {
  const listeners = new Set<(event: HostEvent) => void>();
  const pending = new Map<number, Pending>();
  let outbox: SocketRequest[] = [];
  let socket: SocketLike | null = null;
  let ready = false;
  let retryMs = FIRST_RETRY_MS;
  let nextId = 1;
  let told = false;
  let wasOpen = false;
  let tries = 0;
  /** Why calls are not even tried, null where they are. */
  let refusal: string | null = null;

  function emit(event: HostEvent): void {
    for (const listener of listeners) listener(event);
  }

  function rejectAll(message: string): void {
    outbox = [];
    const lost = new TraceError('io', message);
    for (const call of pending.values()) call.reject(lost);
    pending.clear();
  }

  function open(): void {
    if (connect === null) {
      refusal = REFUSED;
      return;
    }
    const opened = connect();
    tries++;
    socket = opened;
    opened.onopen = () => {
      ready = true;
      wasOpen = true;
      refusal = null;
      retryMs = FIRST_RETRY_MS;
      for (const message of outbox) opened.send(encodeWire(message));
      outbox = [];
      if (told) emit({ kind: 'connected' });
      told = false;
    };
    opened.onmessage = (event) => {
      if (typeof event.data === 'string') receive(decodeWire(event.data) as SocketReply);
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      ready = false;
      if (!wasOpen && tries >= TRIES_TO_GET_IN) {
        refusal = REFUSED;
        rejectAll(REFUSED);
        return;
      }
      if (wasOpen) {
        refusal = DISCONNECTED;
        rejectAll(DISCONNECTED);
        if (!told) emit({ kind: 'disconnected', message: DISCONNECTED });
        told = true;
      }
      setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    };
  }

  function receive(reply: SocketReply): void {
    if (reply.type === 'event') {
      emit(reply.event);
      return;
    }
    const call = pending.get(reply.id);
    if (call === undefined) return;
    if (reply.type === 'progress') {
      call.onProgress?.(reply.progress);
      return;
    }
    pending.delete(reply.id);
    if (reply.type === 'result') call.resolve(reply.result);
    else call.reject(errorFromData(reply.error));
  }

  function send(message: SocketRequest): void {
    if (ready && socket !== null) socket.send(encodeWire(message));
    else outbox.push(message);
  }

  open();

  return {
    call(method, params, options = {}) {
      const { signal, onProgress } = options;
      const id = nextId++;
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(new TraceError('cancelled', 'Cancelled.'));
          return;
        }
        if (refusal !== null) {
          reject(new TraceError('io', refusal));
          return;
        }
        const onAbort = () => {
          if (!pending.delete(id)) return;
          // A call that was never sent needs no cancel.
          const unsent = outbox.findIndex((message) => message.id === id);
          if (unsent >= 0) outbox.splice(unsent, 1);
          else send({ type: 'cancel', id });
          reject(new TraceError('cancelled', 'Cancelled.'));
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        const done = () => signal?.removeEventListener('abort', onAbort);
        pending.set(id, {
          resolve: (result) => {
            done();
            resolve(result);
          },
          reject: (error) => {
            done();
            reject(error);
          },
          onProgress,
        });
        send({ type: 'call', id, method, params });
      });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
