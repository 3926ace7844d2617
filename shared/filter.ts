import { z } from 'zod';

/** A range with both ends inclusive; null = unbounded. */
export const rangeSchema = z.object({ min: z.number().nullable(), max: z.number().nullable() });
export type Range = z.infer<typeof rangeSchema>;

/** Characters that a text filter can have. */
export const MAX_FILTER_TEXT = 4096;
const text = z.string().max(MAX_FILTER_TEXT);

/**
 * The filters of object-lifetimes.md, the same set for the command line, the panels and the CSV. A filter that is absent keeps everything.
 * Text filters take `*` and `?` wildcards, `;` between alternatives, a leading `!` to exclude, any case (see textFilter.ts).
 */
export const filterSchema = z.object({
  /** creating process: start of the name, `name(pid)`, a bare pid, or wildcards */
  process: text.optional(),
  /** a process of any event or handle, inheritance included */
  relatedProcess: text.optional(),
  type: text.optional(),
  objectName: text.optional(),
  /** object pointer, "0x…" */
  object: text.optional(),
  /** handle value, "0x…"; only the events of such handles stay */
  handle: text.optional(),
  createStack: text.optional(),
  destroyStack: text.optional(),
  /** only events whose stack has it stay */
  stack: text.optional(),
  id: rangeSchema.optional(),
  /** seconds; an unknown lifetime counts as 9999 as in ETWAnalyzer */
  lifetime: rangeSchema.optional(),
  /** seconds since the start of the trace; drops events outside it */
  time: rangeSchema.optional(),
  /** bytes */
  mapSize: rangeSchema.optional(),
  leak: z.boolean().optional(),
  leakAtExit: z.boolean().optional(),
  inherit: z.boolean().optional(),
  multiProcess: z.boolean().optional(),
  overlapped: z.boolean().optional(),
  /** true: mappings only, false: none */
  map: z.boolean().optional(),
  /** numbers of create stacks ("12;15", "!12"): what a click on a stack sets. A stack has its number in one file only */
  createStackId: text.optional(),
  /** how a handle of it ended (HANDLE_ENDS): "processExit;open" */
  end: text.optional(),
  /** a pair that handed it down: "cmd.exe(10) > EventLeak.exe(12)" */
  inheritedPair: text.optional(),
  /** an address inside a view, "0x…" */
  ptrInMap: text.optional(),
  viewBase: text.optional(),
});
export type Filter = z.infer<typeof filterSchema>;

/** Canonical JSON of what a filter asks: fields in one order, those that ask nothing left out; "[]" keeps everything. */
export function filterKey(filter: Filter): string {
  const asked = Object.entries(filter)
    .filter(([name, value]) => asks(name, value))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(asked);
}

/** `map: false` means "no mappings"; of the other switches false is the same as absent. */
function asks(name: string, value: Filter[keyof Filter]): boolean {
  if (value === undefined || value === '') return false;
  if (value === false) return name === 'map';
  return typeof value !== 'object' || value.min !== null || value.max !== null;
}
