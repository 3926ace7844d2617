import { z } from 'zod';
import { filterSchema, type Filter } from './filter.ts';
import { laneRequestSchema, type LaneRequest, type LaneResponse } from './lanes.ts';
import type { ObjectDetails, ObjectRow, Progress, TraceSummary } from './records.ts';

export const OBJECT_COLUMNS = [
  'id',
  'type',
  'name',
  'process',
  'birthNs',
  'deathNs',
  'lifetimeNs',
  'handles',
  'openHandles',
  'refChanges',
  'leak',
  'leakAtExit',
  'pointer',
  'createFrame',
] as const;
export type ObjectColumn = (typeof OBJECT_COLUMNS)[number];

export const tableRequestSchema = z.object({
  filter: filterSchema,
  sort: z.array(z.object({ column: z.enum(OBJECT_COLUMNS), descending: z.boolean() })).max(8),
  firstRow: z.number().int().min(0),
  rowCount: z.number().int().min(0).max(1000),
});
export type TableRequest = z.infer<typeof tableRequestSchema>;

export interface TablePage {
  rows: ObjectRow[];
  firstRow: number;
  matched: number;
  total: number;
}

export const facetRequestSchema = z.object({ filter: filterSchema });
export type FacetRequest = z.infer<typeof facetRequestSchema>;

export interface FacetEntry {
  /** value to put into the filter, e.g. "EventLeak.exe(924160)" or "Event" */
  value: string;
  label: string;
  /** objects with it under the *other* filters */
  objects: number;
  leaks: number;
}

/** Counts of every value under the other filters; the facet's own filter does not count. Largest first. */
export interface Facets {
  processes: FacetEntry[];
  types: FacetEntry[];
  /** child processes that inherited handles */
  inheritedBy: FacetEntry[];
  leak: number;
  leakAtExit: number;
  inherit: number;
  matched: number;
  total: number;
}

/** Outstanding handles of the whole trace under the filter, for the overview strip: one array a type (largest first, the rest as "other"). */
export const overviewRequestSchema = z.object({ filter: filterSchema, samples: z.number().int().min(2).max(4096) });
export type OverviewRequest = z.infer<typeof overviewRequestSchema>;
export interface Overview {
  series: { label: string; values: Float32Array }[];
  peak: number;
  endNs: number;
}

export const detailsRequestSchema = z.object({
  id: z.number().int().min(1),
  eventLimit: z.number().int().min(0).max(100_000),
});
export type DetailsRequest = z.infer<typeof detailsRequestSchema>;

/** Which row an object has in the table and the lanes, to scroll to it; -1 where the filter hides it or its group is closed. */
export const locateRequestSchema = z.object({
  id: z.number().int().min(1),
  filter: filterSchema,
  sort: tableRequestSchema.shape.sort,
  openGroups: laneRequestSchema.shape.openGroups,
});
export type LocateRequest = z.infer<typeof locateRequestSchema>;
export interface Location {
  tableRow: number;
  laneRow: number;
  /** keys of the groups that must be open for the object's lane to exist */
  groups: string[];
}

export const exportRequestSchema = z.object({
  filter: filterSchema,
  path: z.string().min(1),
  separator: z.enum([',', ';', '|', '\t']).optional(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;
export interface ExportResult {
  rows: number;
  bytes: number;
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/**
 * All that can be asked of an opened trace. The worker implements it; hosts carry it over a port, a pipe or a socket.
 * Every method rejects with a TraceError; `cancelled` where its signal fired.
 */
export interface TraceService {
  /** Opens a file and correlates it; replaces the trace that was open before. */
  open(request: { path: string; displayName?: string }, options?: CallOptions): Promise<TraceSummary>;
  close(): Promise<void>;
  facets(request: FacetRequest, options?: CallOptions): Promise<Facets>;
  overview(request: OverviewRequest, options?: CallOptions): Promise<Overview>;
  lanes(request: LaneRequest, options?: CallOptions): Promise<LaneResponse>;
  table(request: TableRequest, options?: CallOptions): Promise<TablePage>;
  details(request: DetailsRequest, options?: CallOptions): Promise<ObjectDetails>;
  locate(request: LocateRequest, options?: CallOptions): Promise<Location>;
  /** Writes the filtered view as CSV (the columns of `dump --format csv`) to a path; atomically: a half file never stays. */
  exportCsv(request: ExportRequest, options?: CallOptions): Promise<ExportResult>;
}

/** What the renderer may call directly; open and exportCsv go through the host, which owns paths. */
export const QUERY_SCHEMAS = {
  facets: facetRequestSchema,
  overview: overviewRequestSchema,
  lanes: laneRequestSchema,
  table: tableRequestSchema,
  details: detailsRequestSchema,
  locate: locateRequestSchema,
} as const;
export type QueryMethod = keyof typeof QUERY_SCHEMAS;

export type { Filter };
