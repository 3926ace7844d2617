import { pipeline, type Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { formatBytes } from '../../../shared/format.ts';
import { drop, Http, RefusedError, type HttpOptions, type HttpResponse } from './http.ts';
import { Limit } from './limit.ts';
import { PartialFile } from './partialFile.ts';

/** All times in milliseconds. */
export interface DownloadOptions extends HttpOptions {
  /** requests under way at a time, over all modules */
  parallel: number;
  /** how often one file is asked for again after network errors, 429 and 5xx */
  retries: number;
  /** before the first repetition; doubled for each further one, and up to half of it taken off by chance */
  backoffMs: number;
  /** what a server's Retry-After may ask of us; one that asks more is asked another day */
  maxRetryAfterMs: number;
  maxBytes: number;
  /** replaced in tests */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

export const DOWNLOAD_DEFAULTS: DownloadOptions = {
  allowHttp: false,
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  parallel: 4,
  retries: 3,
  backoffMs: 500,
  maxRetryAfterMs: 60_000,
  maxBytes: 4 * 2 ** 30,
  // The timer keeps the program alive: between two attempts nothing else of the command line may be under way.
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
};

/** Bytes on disk so far; `total` null where the server does not say it. */
export type DownloadProgress = (done: number, total: number | null) => void;

export type DownloadResult =
  /** whole, in the store's waiting folder; the caller moves or removes it */
  | { state: 'done'; path: string }
  /** the server says that it has no such file */
  | { state: 'missing'; outcome: string }
  /** `network`: the server did not answer as a server does, which will be the same for other files */
  | { state: 'failed'; outcome: string; network: boolean };

/** How one request ended that may be made again. */
interface Again {
  state: 'again';
  outcome: string;
  network: boolean;
  /** what the server asks for; null where it says nothing */
  afterMs: number | null;
}

export interface DownloadRequest {
  address: URL;
  /** prepared store (prepareStore); the file waits in it */
  store: string;
  /** smaller than that of the options, where less is expected */
  maxBytes?: number;
  signal?: AbortSignal;
  onProgress?: DownloadProgress;
}

/** An answer that is not what was asked for. */
class WrongAnswer extends Error {}
/** The disk does not take what the server gives. */
class DiskError extends Error {}

export class Downloader {
  private readonly options: DownloadOptions;
  private readonly http: Http;
  private readonly limit: Limit;
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(options: DownloadOptions) {
    this.options = options;
    this.http = new Http(options);
    this.limit = new Limit(options.parallel);
  }

  /**
   * Fetches one file; a half one is continued where the server can do that. No error of server or network is thrown.
   * @throws the signal's reason; ErrnoException where the store cannot be written
   */
  async fetch(request: DownloadRequest): Promise<DownloadResult> {
    const signals = [this.closing.signal, request.signal].filter((each) => each !== undefined);
    // One of its own for each file: hundreds that wait on one signal would make Node warn of a leak.
    const fetching = this.fetchWhole({ ...request, signal: AbortSignal.any(signals) });
    this.underWay.add(fetching);
    return fetching.finally(() => this.underWay.delete(fetching));
  }

  /** Ends what is under way, and waits until its halves are put away. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.underWay);
    await this.http.close();
  }

  private async fetchWhole(request: DownloadRequest): Promise<DownloadResult> {
    const { signal } = request;
    const partial = await PartialFile.take(request.store, request.address.href);
    try {
      for (let attempt = 0; ; attempt++) {
        const result = await this.limit.run(() => this.tryOnce(request, partial), signal);
        if (result.state === 'done') return result;
        if (result.state !== 'again') {
          await partial.discard();
          return result;
        }
        const afterMs = result.afterMs ?? this.backoff(attempt);
        const tooLong = afterMs > this.options.maxRetryAfterMs;
        if (attempt === this.options.retries || tooLong) {
          await partial.keep();
          const wish = tooLong ? `; the server asks to wait ${Math.ceil(afterMs / 1000)} s` : '';
          const times = attempt === 0 ? '' : ` (asked ${attempt + 1} times)`;
          return { state: 'failed', outcome: `${result.outcome}${times}${wish}`, network: result.network };
        }
        await this.options.sleep(afterMs, signal);
      }
    } catch (error) {
      await partial.keep();
      signal?.throwIfAborted();
      throw error;
    }
  }

  private backoff(attempt: number): number {
    return this.options.backoffMs * 2 ** attempt * (1 - Math.random() / 2);
  }

  private async tryOnce(request: DownloadRequest, partial: PartialFile): Promise<DownloadResult | Again> {
    const { signal, address } = request;
    const validator = partial.continuedBy;
    const range: Record<string, string> =
      validator === null ? {} : { range: `bytes=${partial.length}-`, 'if-range': validator };
    try {
      const response = await this.http.get(address, { 'accept-encoding': 'identity', ...range }, signal);
      const status = response.statusCode;
      if (status === 200 || status === 206) {
        await this.receive(response, request, partial);
        await partial.close();
        return { state: 'done', path: partial.path };
      }
      await drop(response, signal);
      if (status === 404 || status === 410) return { state: 'missing', outcome: `HTTP ${status}` };
      if (status === 416 && validator !== null) {
        await partial.restart(null);
        return { state: 'again', outcome: `HTTP ${status}`, network: false, afterMs: 0 };
      }
      if (status === 429 || status >= 500) {
        const afterMs = retryAfterMs(response.headers['retry-after']);
        return { state: 'again', outcome: `HTTP ${status}`, network: true, afterMs };
      }
      return { state: 'failed', outcome: `HTTP ${status}${hintFor(status)}`, network: false };
    } catch (error) {
      signal?.throwIfAborted();
      return failure(error);
    }
  }

  /** Writes the body behind what is there (206) or from the start. */
  private async receive(response: HttpResponse, request: DownloadRequest, partial: PartialFile): Promise<void> {
    const { headers, body } = response;
    const maxBytes = Math.min(request.maxBytes ?? Infinity, this.options.maxBytes);
    try {
      if (/^text\/html\b/i.test(textOf(headers['content-type']) ?? '')) {
        throw new WrongAnswer('answers with a web page instead of the file (a log-in page?)');
      }
      const encoding = (textOf(headers['content-encoding']) ?? 'identity').toLowerCase();
      const etag = textOf(headers.etag);
      if (response.statusCode === 200) await partial.restart(encoding === 'identity' ? etag : null);
      else await this.checkRange(response, partial);
      const announced = lengthOf(headers['content-length']);
      const total = announced === null || encoding !== 'identity' ? null : partial.length + announced;
      if (total !== null && total > maxBytes) throw tooLarge(maxBytes);
      request.onProgress?.(partial.length, total);
      for await (const chunk of decoded(body, encoding)) {
        const bytes = chunk as Uint8Array;
        if (partial.length + bytes.length > maxBytes) throw tooLarge(maxBytes);
        await partial.append(bytes).catch((error: unknown) => {
          throw new DiskError(`cannot be written to disk: ${messageOf(error)}`);
        });
        request.onProgress?.(partial.length, total);
      }
      if (total !== null && partial.length !== total) throw new Error(`the connection ended at byte ${partial.length}`);
    } finally {
      body.on('error', () => {});
      body.destroy();
    }
  }

  /** A part must begin where ours ends and be of the same file, else all begins anew with the next request. */
  private async checkRange(response: HttpResponse, partial: PartialFile): Promise<void> {
    const validator = partial.continuedBy;
    const start = /^bytes (\d+)-/.exec(textOf(response.headers['content-range']) ?? '')?.[1];
    const etag = textOf(response.headers.etag);
    const fits = validator !== null && Number(start) === partial.length && (etag === null || etag === validator);
    if (fits && !response.headers['content-encoding']) return;
    await partial.restart(null);
    throw new Error('answers with another part of the file than was asked for');
  }
}

function tooLarge(maxBytes: number): WrongAnswer {
  return new WrongAnswer(`the file has more than ${formatBytes(maxBytes)}, which is the limit`);
}

function decoded(body: Readable, encoding: string): Readable {
  const decoder = decoderFor(encoding);
  // The pipeline ends both where either fails; the error comes out of the loop that reads the decoder.
  return decoder === null ? body : pipeline(body, decoder, () => {});
}

function decoderFor(encoding: string) {
  switch (encoding) {
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new WrongAnswer(
        `answers with the content encoding ${JSON.stringify(encoding.slice(0, 40))}, which is not known`,
      );
  }
}

function failure(error: unknown): DownloadResult | Again {
  if (error instanceof RefusedError || error instanceof WrongAnswer || error instanceof DiskError) {
    return { state: 'failed', outcome: error.message, network: false };
  }
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  // A wrong certificate or name stays wrong.
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|ENOTFOUND|ERR_INVALID/.test(code)) {
    return { state: 'failed', outcome: messageOf(error), network: true };
  }
  return { state: 'again', outcome: messageOf(error), network: true, afterMs: null };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const message = error.message === '' && error instanceof AggregateError ? messageOf(error.errors[0]) : error.message;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return ': the server wants a log-in or refuses the file';
  return status === 407 ? ': the proxy wants a log-in' : '';
}

/** Seconds or a date; null for neither. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  const text = textOf(header)?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function lengthOf(header: string | string[] | undefined): number | null {
  const text = textOf(header);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function textOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}
