import { z } from 'zod';
import { filterSchema } from '../../shared/filter.ts';
import { LANE_COLORS, LANE_GROUPINGS } from '../../shared/lanes.ts';
import type { TraceSummary } from '../../shared/records.ts';
import { STACKS_OF } from '../../shared/stackTree.ts';
import { GROUP_KEYS, TABLES, tableSortSchema, type TableName } from '../../shared/tables.ts';
import { PAGES } from './pages.ts';
import { selectObject } from './select.ts';
import { DEFAULT_TABLE_VIEW, defaultTables, type TableView } from './tablesStore.ts';
import { traceName, type Viewer } from './viewer.ts';
import { MOST_MARKS } from './viewStore.ts';

/**
 * A view as a small file: what is shown and how, of which trace, and none of the trace's data but the names that the user filters
 * by. Sections are independent: one that makes no sense (another version, a hand-made file) is left out and said, the others hold.
 */
export const VIEW_FORMAT = 'leaklanes-view';
export const VIEW_VERSION = 1;

const key = z.string().max(4096);
/** More open groups than a person opens one by one. */
const keys = z.array(key).max(2000);
const ns = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** The trace that a view is of: the same file has the same three. */
const traceSchema = z.object({ name: z.string().max(1000), bytes: z.number(), start: z.string().max(40) });
export type TraceIdentity = z.infer<typeof traceSchema>;

const widthsSchema = z.record(z.string().max(64), z.number().min(20).max(4000));
const tableViewSchema = z.object({
  sort: tableSortSchema,
  columns: z.array(z.string().max(64)).max(64).nullable(),
  widths: widthsSchema,
});

const SECTIONS = {
  filter: filterSchema,
  time: z.object({
    range: z.object({ fromNs: ns, toNs: ns }).nullable(),
    ruler: z.object({ fromNs: ns, toNs: ns }).nullable(),
  }),
  lanes: z.object({
    upper: z.enum(['lanes', 'mappings']),
    mapProcess: key,
    grouping: z.array(z.enum(LANE_GROUPINGS)).max(3),
    packing: z.enum(['packed', 'single']),
    colorBy: z.enum(LANE_COLORS),
    overviewBy: z.enum(['type', 'process']),
    pinned: keys,
    open: keys,
  }),
  marks: z.array(z.object({ ns, name: z.string().max(200) })).max(MOST_MARKS),
  tables: z.object({
    page: z.enum(PAGES),
    tables: z.partialRecord(z.enum(TABLES), tableViewSchema),
    groupBy: z.array(z.enum(GROUP_KEYS)).max(6),
    openRows: keys,
  }),
  stacks: z.object({
    by: z.enum(STACKS_OF),
    inverted: z.boolean(),
    onlyLeaks: z.boolean(),
    foldSystem: z.boolean(),
    shape: z.enum(['tree', 'icicle']),
    weight: z.enum(['created', 'open', 'leaked']),
    // Views of before the widths were kept have none.
    widths: widthsSchema.default({}),
  }),
  /** Id of the selected object. */
  selection: z.number().int().positive().nullable(),
  search: z.string().max(1000),
  panes: z.object({ filters: z.boolean(), overview: z.boolean(), maximised: z.enum(['none', 'lanes', 'tables']) }),
} as const;

type SectionName = keyof typeof SECTIONS;
type Sections = { [K in SectionName]: z.infer<(typeof SECTIONS)[K]> };

/** Words for the sections in messages. */
const SECTION_WORDS: Record<SectionName, string> = {
  filter: 'the filters',
  time: 'the range of time',
  lanes: 'the grouping of the lanes',
  marks: 'the marks',
  tables: 'the tables',
  stacks: 'the options of the stacks',
  selection: 'the selected object',
  search: 'the searched text',
  panes: 'the panes',
};

export interface SavedView extends Partial<Sections> {
  format: typeof VIEW_FORMAT;
  version: number;
  trace: TraceIdentity;
}

export function traceIdentity(summary: TraceSummary): TraceIdentity {
  const { bytes, header } = summary.info;
  return { name: traceName(summary), bytes, start: header.startTimeFiletime };
}

export function sameTrace(a: TraceIdentity, b: TraceIdentity): boolean {
  return a.name === b.name && a.bytes === b.bytes && a.start === b.start;
}

/** The view as it is now. What belongs to no trace in particular (theme, keys, sizes of panes) is not part of it. */
export function currentView(viewer: Viewer, summary: TraceSummary): SavedView {
  const view = viewer.view.getState();
  const { page, tables, groupBy, openRows, stacks } = viewer.tables.getState();
  const { filtersOpen, overviewOpen, maximised } = viewer.layout.getState();
  const whole = view.fromNs === 0 && view.toNs === view.endNs;
  return {
    format: VIEW_FORMAT,
    version: VIEW_VERSION,
    trace: traceIdentity(summary),
    filter: viewer.filter.getState().filter,
    time: { range: whole ? null : { fromNs: view.fromNs, toNs: view.toNs }, ruler: view.rulerRange },
    lanes: {
      upper: view.upper,
      mapProcess: view.mapProcess,
      grouping: [...view.grouping],
      packing: view.packing,
      colorBy: view.colorBy,
      overviewBy: view.overviewBy,
      pinned: view.pinned.slice(0, 2000),
      open: [...view.openGroups].slice(0, 2000),
    },
    marks: [...view.marks],
    tables: {
      page,
      tables: changedTables(tables),
      groupBy: [...groupBy],
      openRows: [...openRows].slice(0, 2000),
    },
    stacks: {
      by: stacks.by,
      inverted: stacks.inverted,
      onlyLeaks: stacks.onlyLeaks,
      foldSystem: stacks.foldSystem,
      shape: stacks.shape,
      weight: stacks.weight,
      widths: { ...stacks.widths },
    },
    selection: viewer.selection.getState().id,
    search: viewer.search.getState().text,
    panes: { filters: filtersOpen, overview: overviewOpen, maximised },
  };
}

function changedTables(tables: Readonly<Record<TableName, TableView>>): Sections['tables']['tables'] {
  const changed: Sections['tables']['tables'] = {};
  for (const name of TABLES) {
    const { sort, columns, widths } = tables[name];
    if (sort.length === 0 && columns === null && Object.keys(widths).length === 0) continue;
    changed[name] = { sort: [...sort], columns: columns === null ? null : [...columns], widths: { ...widths } };
  }
  return changed;
}

export interface ParsedView {
  view: SavedView;
  /** Sentences about what of it is left out. */
  problems: string[];
}

/** Reads a view from JSON text. A string is the sentence that says why it is none. */
export function parseView(text: string): ParsedView | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'This file is no saved view of Leaklanes: it is not JSON.';
  }
  const head = z
    .object({ format: z.literal(VIEW_FORMAT), version: z.number().int().min(1), trace: traceSchema })
    .safeParse(value);
  if (!head.success) return 'This file is no saved view of Leaklanes.';
  const view: SavedView = { ...head.data };
  const problems: string[] = [];
  if (head.data.version !== VIEW_VERSION) {
    problems.push(
      `It was saved by another version of Leaklanes (format ${head.data.version}, this one writes ${VIEW_VERSION}): what this one does not know is left out.`,
    );
  }
  for (const name of Object.keys(SECTIONS) as SectionName[]) {
    const section = (value as Record<string, unknown>)[name];
    if (section === undefined) continue;
    const parsed = SECTIONS[name].safeParse(section);
    if (parsed.success) Object.assign(view, { [name]: parsed.data });
    else problems.push(`Not applied: ${SECTION_WORDS[name]} (${issueText(parsed.error)}).`);
  }
  return { view, problems };
}

function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue.path.join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

/**
 * Puts a view in the place of the one that is shown. Returns sentences about what could not be applied. Of a view of another
 * trace, whatever names something in that trace only (open groups, numbers of stacks) is left out.
 */
export function applyView(viewer: Viewer, view: SavedView, summary: TraceSummary): string[] {
  const problems: string[] = [];
  const own = traceIdentity(summary);
  const same = sameTrace(view.trace, own);
  if (!same) problems.push(`It is of another trace: ${differences(view.trace, own)}.`);

  if (view.filter !== undefined) {
    const { createStackId, ...filter } = view.filter;
    if (!same && createStackId !== undefined)
      problems.push('Not applied: the filter of create stacks, whose numbers are of the other trace.');
    viewer.filter.getState().replace(same ? view.filter : filter);
  }
  const endNs = viewer.view.getState().endNs;
  if (view.time !== undefined) {
    const { range, ruler } = view.time;
    const inside = (stretch: { fromNs: number; toNs: number }) =>
      stretch.fromNs < endNs && stretch.fromNs < stretch.toNs;
    if (range === null) viewer.view.getState().fit();
    else if (inside(range)) viewer.view.getState().goTo(range.fromNs, range.toNs);
    else problems.push('Not applied: the range of time, which is after the end of this trace.');
    viewer.view.getState().set({ rulerRange: ruler !== null && inside(ruler) ? ruler : null });
  }
  if (view.lanes !== undefined) {
    const { upper, mapProcess, grouping, packing, colorBy, overviewBy, pinned, open } = view.lanes;
    if (!same && pinned.length + open.length > 0)
      problems.push('Not applied: which groups are open and pinned, which are of the other trace.');
    viewer.view.getState().setGrouping(grouping);
    viewer.view.getState().set({ upper, mapProcess: same ? mapProcess : '', packing, colorBy, overviewBy });
    if (same) {
      viewer.view.getState().set({ pinned });
      viewer.view.getState().setOpenGroups(open);
    }
  }
  if (view.marks !== undefined) {
    const marks = view.marks.filter((mark) => mark.ns <= endNs).sort((a, b) => a.ns - b.ns);
    const lost = view.marks.length - marks.length;
    if (lost > 0)
      problems.push(`Not applied: ${lost} of ${view.marks.length} marks, which are after the end of this trace.`);
    viewer.view.getState().set({ marks });
  }
  if (view.tables !== undefined) {
    const tables = { ...defaultTables() };
    for (const name of TABLES) tables[name] = { ...DEFAULT_TABLE_VIEW, ...view.tables.tables[name] };
    viewer.tables.setState({
      page: view.tables.page,
      tables,
      groupBy: view.tables.groupBy,
      openRows: new Set(same ? view.tables.openRows : []),
    });
  }
  if (view.stacks !== undefined) viewer.tables.getState().setStacks(view.stacks);
  if (view.selection !== undefined) {
    const known = same && (view.selection ?? 0) <= summary.objects + summary.mappings;
    if (!known && view.selection !== null)
      problems.push(`Not applied: the selected object, number ${view.selection} of the other trace.`);
    // As one that was clicked in the lanes: the range of time stays what the view says.
    void selectObject(viewer, known ? view.selection : null, 'lanes');
  }
  if (view.search !== undefined) {
    if (view.search === '') viewer.search.getState().close();
    else viewer.search.setState({ open: true, text: view.search });
  }
  if (view.panes !== undefined) {
    const { filters, overview, maximised } = view.panes;
    viewer.layout.getState().set({ filtersOpen: filters, overviewOpen: overview, maximised });
  }
  return problems;
}

/** In what a view's trace is another one than that which is open. */
export function differences(saved: TraceIdentity, own: TraceIdentity): string {
  const parts: string[] = [];
  if (saved.name !== own.name) parts.push(`${saved.name}, not ${own.name}`);
  if (saved.bytes !== own.bytes) parts.push(`${saved.bytes} bytes, not ${own.bytes}`);
  if (saved.start !== own.start) parts.push('recorded at another time');
  return parts.join(', ');
}

/** Columns that a view names and the tables do not have, as a sentence each; `known` are the ids of every table that was asked. */
export function unknownColumns(view: SavedView, known: Partial<Record<TableName, readonly string[]>>): string[] {
  const problems: string[] = [];
  for (const name of TABLES) {
    const table = view.tables?.tables[name];
    const ids = known[name];
    if (table === undefined || ids === undefined) continue;
    const named = new Set([
      ...(table.columns ?? []),
      ...table.sort.map((key) => key.column),
      ...Object.keys(table.widths),
    ]);
    const unknown = [...named].filter((id) => !ids.includes(id));
    if (unknown.length > 0) problems.push(`Not applied: columns that ${name} does not have (${unknown.join(', ')}).`);
  }
  return problems;
}
