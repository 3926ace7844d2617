import { z } from 'zod';
import type { TraceErrorData } from './errors.ts';
import type { HostEvent } from './host.ts';
import type { Progress } from './records.ts';
import { exportRequestSchema, QUERY_SCHEMAS, type QueryMethod, type TraceService } from './service.ts';
import { filterSchema } from './filter.ts';
import { loadSymbolsSchema, usePdbSchema } from './symbols.ts';
import { tableExportSchema } from './tables.ts';

/**
 * The messages between the parts of the program: first those of a worker thread's port, then those of the WebSocket of
 * `leaklanes serve`. `id` numbers the calls of one connection; each call gets any number of `progress` and then one
 * `result` or `error`. A `cancel` has no answer of its own: its call ends with the error `cancelled`, or with the result
 * that was already on its way.
 */

// --- worker port ---------------------------------------------------------------------------------------------------

export const SERVICE_METHODS = [
  'open',
  'close',
  'facets',
  'overview',
  'lanes',
  'details',
  'locate',
  'rows',
  'stackTree',
  'icicle',
  'mapView',
  'symbols',
  'loadSymbols',
  'usePdb',
  'exportTable',
  'exportCsv',
] as const satisfies readonly (keyof TraceService)[];
export type ServiceMethod = (typeof SERVICE_METHODS)[number];

export function isServiceMethod(name: unknown): name is ServiceMethod {
  return SERVICE_METHODS.includes(name as ServiceMethod);
}

export type WorkerRequest =
  { type: 'call'; id: number; method: ServiceMethod; params: unknown } | { type: 'cancel'; id: number };

export type WorkerReply =
  | { type: 'progress'; id: number; progress: Progress }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; error: TraceErrorData };

/** What the port takes as `open`; a host makes the path, never a renderer. */
export const openRequestSchema = z.object({ path: z.string().min(1), displayName: z.string().optional() });

/** Schema of every method's request, for both ends of a port. */
export const SERVICE_SCHEMAS = {
  ...QUERY_SCHEMAS,
  open: openRequestSchema,
  close: z.undefined(),
  exportCsv: exportRequestSchema,
  loadSymbols: loadSymbolsSchema,
  usePdb: usePdbSchema,
  exportTable: tableExportSchema,
} as const satisfies Record<ServiceMethod, z.ZodType>;

// --- WebSocket of `leaklanes serve` --------------------------------------------------------------------------------

/** What a renderer in a browser may name as the trace to open: never a path. */
export const socketOpenSchema = z.object({
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('argument') }),
    z.object({ kind: z.literal('recent'), id: z.string().max(200) }),
    /** `id` from the reply to POST /upload */
    z.object({ kind: z.literal('upload'), id: z.string().max(200) }),
    z.object({ kind: z.literal('sample') }),
  ]),
});

/** A renderer's export: the host chooses where the file goes. */
export const hostExportSchema = z.object({ filter: filterSchema, name: z.string().max(255) });
export const hostTableExportSchema = tableExportSchema.omit({ path: true }).extend({ name: z.string().max(255) });

/** A renderer's PDB for a module: sent to POST /upload first. */
export const socketUsePdbSchema = z.object({ module: z.number().int().min(0), upload: z.string().max(200) });

const callId = z.number().int().nonnegative();

export const socketRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: callId, method: z.string().max(64), params: z.unknown().optional() }),
  z.object({ type: z.literal('cancel'), id: callId }),
]);
export type SocketRequest = z.infer<typeof socketRequestSchema>;

export type SocketMethod =
  'open' | 'argumentFile' | 'recentFiles' | 'exportCsv' | 'exportTable' | 'loadSymbols' | 'usePdb' | QueryMethod;

/** Result of the socket's `exportCsv`: GET /download fetches the file, once. */
export interface DownloadReady {
  downloadId: string;
  rows: number;
  bytes: number;
}

export type SocketReply = WorkerReply | { type: 'event'; event: HostEvent };

/** Reply to POST /upload. */
export interface UploadReply {
  id: string;
}

export function isQueryMethod(name: string): name is QueryMethod {
  return Object.hasOwn(QUERY_SCHEMAS, name);
}
