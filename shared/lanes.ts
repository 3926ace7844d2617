import { z } from 'zod';
import { filterSchema } from './filter.ts';

/** What lanes can be grouped by. `inheritedFrom`: the parent that handed the object down. */
export const LANE_GROUPINGS = ['process', 'type', 'createStack', 'name', 'inheritedFrom'] as const;
export type LaneGrouping = (typeof LANE_GROUPINGS)[number];

/** `end`: how the object's last handle ended (HANDLE_ENDS). */
export const LANE_COLORS = ['type', 'end', 'process', 'createStack'] as const;
export type LaneColor = (typeof LANE_COLORS)[number];

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
  /** levels of group rows, outermost first; [] is flat: lanes only. Absent: process ▸ type */
  grouping: z.array(z.enum(LANE_GROUPINGS)).max(3).optional(),
  /** lifetimes that do not overlap share a lane, or one lane an object. Absent: packed */
  packing: z.enum(['packed', 'single']).optional(),
  /** what the colour of a bar says. Absent: type */
  colorBy: z.enum(LANE_COLORS).optional(),
  /** keys of outermost groups that go first, in this order */
  pinned: z.array(z.string().max(4096)).max(1000).optional(),
  /** object whose duplicates and inheritances are wanted as links; 0 or absent none */
  linksOf: z.number().int().min(0).optional(),
  /** lanes and groups whose text has it count as hits (Ctrl+F); any case */
  find: z.string().max(1000).optional(),
});
export type LaneRequest = z.infer<typeof laneRequestSchema>;

/** A row of the lanes: a group header (its depth is its level) or a lane of bars (one deeper than its group). */
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
  /** its label contains the searched text; of a lane: an object's name or frame does */
  hit?: boolean;
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
  /** index into LaneResponse.types */
  type: Int32Array;
  /** index into LaneResponse.colors */
  color: Int32Array;
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
  /** values of what bars are coloured by, most objects first; bars refer to them by index */
  colors: string[];
  /** duplicates and inheritances of `linksOf`, in time order */
  links: LaneLink[];
  /** rows with the searched text among all rows, and the numbers of the first 10,000 of them */
  hits: number;
  hitRows: number[];
  /** objects kept by the filter, and objects of the trace */
  matched: number;
  total: number;
}

/** A handle of the object going from one process to another. Rows are absolute, -1 where there is no such row now. */
export interface LaneLink {
  kind: 'duplicate' | 'inherit';
  ns: number;
  /** row of the object's lane, or of the group that hides it */
  fromRow: number;
  /** row of the receiving process */
  toRow: number;
  /** "cmd.exe(1) 0x124 → EventLeak.exe(2) 0x98" */
  label: string;
}

/** Mappings of one process as address × time. Address space without views is cut out, so rows are numbers of distinct stretches. */
export const mapViewRequestSchema = z.object({
  filter: filterSchema,
  /** value of the processes facet ("name(pid)"); "" the process with the most views */
  process: z.string().max(4096),
  fromNs: z.number(),
  toNs: z.number(),
  width: z.number().int().min(1).max(16384),
  height: z.number().int().min(1).max(16384),
});
export type MapViewRequest = z.infer<typeof mapViewRequestSchema>;
export interface MapView {
  process: string;
  processes: { label: string; views: number }[];
  /** columns, one entry a view: pixels; ids as in the lanes; BAR_… flags */
  x0: Float32Array;
  x1: Float32Array;
  y0: Float32Array;
  y1: Float32Array;
  id: Int32Array;
  flags: Uint8Array;
  /** addresses along the y axis: "0x…" at a pixel; `gap`: address space is cut out above it */
  labels: { y: number; text: string; gap: boolean }[];
  /** views in all, and those left out because there is no pixel for them */
  views: number;
  omitted: number;
}
