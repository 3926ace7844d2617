import type { ZodType } from 'zod';
import { errorData, TraceError } from '../shared/errors.ts';
import { isServiceMethod, SERVICE_SCHEMAS, type WorkerReply, type WorkerRequest } from '../shared/protocol.ts';
import type { CallOptions, TraceService } from '../shared/service.ts';

/** As much of a `worker_threads` port as is needed here, so that tests can use a MessageChannel. */
export interface ServicePort {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  postMessage(message: WorkerReply, transfer: ArrayBuffer[]): void;
}

/**
 * Answers the calls of a port with a service. Each call has an AbortController of its own that a `cancel` fires; a cancel
 * can only arrive while the event loop turns, so a long computation has to await a macrotask (setImmediate) now and then.
 * What a service returns is given away: a typed array that covers its whole buffer is transferred, not copied, so a
 * service that keeps an array must return a copy of it.
 */
export function serveService(port: ServicePort, service: TraceService): void {
  const running = new Map<number, AbortController>();

  port.on('message', (message) => {
    const request = message as WorkerRequest;
    if (request.type === 'cancel') running.get(request.id)?.abort();
    else void answer(request);
  });

  async function answer({ id, method, params }: Extract<WorkerRequest, { type: 'call' }>): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const result = await callService(service, method, params, {
        signal: controller.signal,
        onProgress: (progress) => port.postMessage({ type: 'progress', id, progress }, []),
      });
      port.postMessage({ type: 'result', id, result }, giveAway(result));
    } catch (error) {
      port.postMessage({ type: 'error', id, error: errorData(error) }, []);
    } finally {
      running.delete(id);
    }
  }
}

/** Calls a method by its name with checked parameters. */
export async function callService(
  service: TraceService,
  method: unknown,
  params: unknown,
  options: CallOptions,
): Promise<unknown> {
  if (!isServiceMethod(method)) throw new TraceError('internal', `There is no method ${JSON.stringify(method)}.`);
  const schema: ZodType = SERVICE_SCHEMAS[method];
  const parsed = schema.safeParse(params);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
    throw new TraceError('internal', `The request "${method}" is not valid${place}: ${issue?.message ?? 'unknown'}.`);
  }
  const methods = service as unknown as Record<string, (request: unknown, options: CallOptions) => Promise<unknown>>;
  return methods[method](parsed.data, options);
}

/**
 * The buffers of a result that can be transferred. A view of a part of a buffer is replaced by a copy of that part: its
 * buffer may be a column of the trace, which must neither be detached nor be cloned whole.
 */
export function giveAway(result: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  visit(result);
  return [...buffers];

  function visit(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength > 0) buffers.add(value.buffer);
      return;
    }
    const owner = value as Record<string, unknown>;
    for (const key in owner) {
      const member = owner[key];
      if (isPartialView(member)) owner[key] = member.slice();
      visit(owner[key]);
    }
  }
}

function isPartialView(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && value.byteLength < value.buffer.byteLength;
}
