import { z } from 'zod';
import { filterSchema } from './filter.ts';

/**
 * One request for what the lanes canvas can show: the rows [firstRow, firstRow + rowCount) of the flattened tree
 * process ▸ type ▸ lanes, and the bars of [fromNs, toNs] on `width` pixels, at most one bar a pixel and row.
 */
export const laneRequestSchema = z.object({
  filter: filterSchema,
  fromNs: z.number(),
  toNs: z.number(),
  width: z.number().int().min(1).max(16384),
  firstRow: z.number().int().min(0),
  rowCount: z.number().int().min(0).max(2000),
  /** keys of the group rows that are open; the others are collapsed */
  openGroups: z.array(z.string().max(4096)).max(20000),
});
export type LaneRequest = z.infer<typeof laneRequestSchema>;

/** A row of the lanes: a group header (depth 0 process, depth 1 type) or a lane of bars (depth 2). */
export interface LaneRow {
  kind: 'group' | 'lane';
  depth: number;
  /** stable key of a group ("p:3", "p:3/t:16"); of a lane its group's key */
  key: string;
  /** "EventLeak.exe(924160)", "Event"; empty for lanes */
  label: string;
  open: boolean;
  objects: number;
  leaks: number;
  leaksAtExit: number;
  /** handles open at the end of the trace */
  openHandles: number;
}

/** Bits of {@link LaneBars.flags}. */
export const BAR_LEAK = 1;
export const BAR_LEAK_AT_EXIT = 2;
export const BAR_BORN_BEFORE = 4;
export const BAR_OPEN_END = 8;
export const BAR_MAPPING = 16;
export const BAR_INHERITED = 32;

/** Columns, one entry a bar, sorted by row then x. Pixels are relative to the request's [fromNs, toNs] and width, and may be fractions. */
export interface LaneBars {
  /** row number, absolute (not relative to firstRow) */
  row: Int32Array;
  x0: Float32Array;
  x1: Float32Array;
  flags: Uint8Array;
  /** object id of the bar; 0 where several objects share the pixel */
  id: Int32Array;
  /** index into LaneResponse.types, for the colour */
  type: Int32Array;
}

/** Ticks on bars: opens, duplicates, closes, reference changes; at most one a pixel, row and kind. */
export interface LaneTicks {
  row: Int32Array;
  x: Float32Array;
  /** index into EVENT_KINDS */
  kind: Uint8Array;
}

export interface LaneResponse {
  totalRows: number;
  firstRow: number;
  rows: LaneRow[];
  bars: LaneBars;
  ticks: LaneTicks;
  /** type names that LaneBars.type refers to */
  types: string[];
  /** for each group row of `rows` in order: outstanding handles, one sample for every 2 pixels of width */
  areas: { row: number; peak: number; samples: Float32Array }[];
  /** objects kept by the filter, and objects of the trace */
  matched: number;
  total: number;
}
