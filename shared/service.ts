import { z } from 'zod';
import { filterSchema, type Filter } from './filter.ts';
import {
  laneRequestSchema,
  mapViewRequestSchema,
  type LaneRequest,
  type LaneResponse,
  type MapView,
  type MapViewRequest,
} from './lanes.ts';
import type { ObjectDetails, Progress, TraceSummary } from './records.ts';
import {
  icicleRequestSchema,
  stackTreeRequestSchema,
  type Icicle,
  type IcicleRequest,
  type StackTreePage,
  type StackTreeRequest,
} from './stackTree.ts';
import type { LoadSymbolsRequest, SymbolsReport, SymbolsResult, UsePdbRequest } from './symbols.ts';
import {
  rowsRequestSchema,
  tableSortSchema,
  type RowsPage,
  type RowsRequest,
  type TableExportRequest,
} from './tables.ts';

/** Lists of the filter panel, by the name of the filter field that a click sets. */
export const FACETS = [
  'process',
  'type',
  'createStackId',
  'objectName',
  'inheritedPair',
  'relatedProcess',
  'end',
] as const;
export type FacetName = (typeof FACETS)[number];

export const facetRequestSchema = z.object({
  filter: filterSchema,
  /** text that entries of a list must contain, any case */
  search: z.partialRecord(z.enum(FACETS), z.string().max(1000)).optional(),
  /** lists that are wanted; the others come empty. Absent: all */
  lists: z.array(z.enum(FACETS)).max(FACETS.length).optional(),
  /** entries of one list; absent: 200 */
  limit: z.number().int().min(1).max(10_000).optional(),
});
export type FacetRequest = z.infer<typeof facetRequestSchema>;

export interface FacetEntry {
  /** value to put into the filter, e.g. "EventLeak.exe(924160)" or "Event" */
  value: string;
  label: string;
  /** second line: of a create stack where it comes from */
  detail?: string;
  /** objects with it under the *other* filters */
  objects: number;
  leaks: number;
}

/** Largest first; an entry that the filter names is in it even where it has no objects or is beyond the limit. */
export interface FacetList {
  entries: FacetEntry[];
  /** values in all (with the search: those that contain it) */
  distinct: number;
}

/** Lifetimes under the other filters, on a logarithmic scale. */
export interface LifetimeHistogram {
  /** bounds of the bins in seconds, one more than bins */
  edges: number[];
  objects: number[];
  leaks: number[];
  /** open at the end or older than the trace */
  unknown: number;
}

/** Counts of every value under the other filters; the facet's own filter does not count. Largest first. */
export interface Facets {
  lists: Record<FacetName, FacetList>;
  lifetimes: LifetimeHistogram;
  leak: number;
  leakAtExit: number;
  inherit: number;
  multiProcess: number;
  overlapped: number;
  /** mappings, and what is none */
  mappings: number;
  objects: number;
  matched: number;
  total: number;
}

/** Outstanding handles of the whole trace under the filter, for the overview strip: one array a type or process (largest first, the rest as "other"). */
export const overviewRequestSchema = z.object({
  filter: filterSchema,
  samples: z.number().int().min(2).max(4096),
  /** absent: type */
  by: z.enum(['type', 'process']).optional(),
});
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
  sort: tableSortSchema,
  openGroups: laneRequestSchema.shape.openGroups,
  grouping: laneRequestSchema.shape.grouping,
  packing: laneRequestSchema.shape.packing,
  pinned: laneRequestSchema.shape.pinned,
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
  details(request: DetailsRequest, options?: CallOptions): Promise<ObjectDetails>;
  locate(request: LocateRequest, options?: CallOptions): Promise<Location>;
  /** A page of any table of tables.ts. */
  rows(request: RowsRequest, options?: CallOptions): Promise<RowsPage>;
  stackTree(request: StackTreeRequest, options?: CallOptions): Promise<StackTreePage>;
  icicle(request: IcicleRequest, options?: CallOptions): Promise<Icicle>;
  mapView(request: MapViewRequest, options?: CallOptions): Promise<MapView>;
  /** Which modules have names, and why others have none. */
  symbols(request: undefined, options?: CallOptions): Promise<SymbolsReport>;
  /**
   * Looks for names and reads them: a job that may take minutes while everything else can be asked. Its progress carries
   * `symbols`; whenever `symbols.version` rises, the answers of other methods have new names. Only one runs: a new one ends it.
   */
  loadSymbols(request: LoadSymbolsRequest, options?: CallOptions): Promise<SymbolsResult>;
  /** Takes a PDB that the user picked for a module. */
  usePdb(request: UsePdbRequest, options?: CallOptions): Promise<SymbolsResult>;
  /** Writes what a table shows to a path; atomically. */
  exportTable(request: TableExportRequest, options?: CallOptions): Promise<ExportResult>;
  /** Writes the filtered view as CSV (the columns of `dump --format csv`) to a path; atomically: a half file never stays. */
  exportCsv(request: ExportRequest, options?: CallOptions): Promise<ExportResult>;
}

/** What the renderer may call directly; open, exports and symbols go through the host, which owns paths. */
export const QUERY_SCHEMAS = {
  facets: facetRequestSchema,
  overview: overviewRequestSchema,
  lanes: laneRequestSchema,
  details: detailsRequestSchema,
  locate: locateRequestSchema,
  rows: rowsRequestSchema,
  stackTree: stackTreeRequestSchema,
  icicle: icicleRequestSchema,
  mapView: mapViewRequestSchema,
  symbols: z.undefined(),
} as const;
export type QueryMethod = keyof typeof QUERY_SCHEMAS;

export type { Filter };
