/**
 * Questions to one trace, in a process of its own: `child.mjs queries FILE [PART…]` or `child.mjs csv|table FILE`. Everything is asked of the
 * TraceService, one request after the other, as the worker of the window answers them. Prints one line of JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Filter } from '../shared/filter.ts';
import type { LaneGrouping, LaneRequest } from '../shared/lanes.ts';
import type { ExportResult, Facets, TraceService } from '../shared/service.ts';
import type { StackTreeRequest } from '../shared/stackTree.ts';
import type { GroupKey, TableSort } from '../shared/tables.ts';
import { createTraceService } from '../worker/service.ts';
import { cpuSince, peakRss, Stopwatch, type Times } from './measure.ts';
import { filterChanges, lanesOf, objectsPage, OVERVIEW_SAMPLES, PAGE_ROWS, type Known } from './queriesRequests.ts';
import { randomNumbers } from '../worker/testing/random.ts';

export interface QueriesMeasured {
  objects: number;
  peakRssMb: number;
  rows: Measured[];
}

/** Times of one thing; `goalMs`: what the 95th of a hundred is to stay below. */
export interface Measured extends Times {
  name: string;
  goalMs?: number;
}

export interface ExportMeasured {
  objects: number;
  rows: number;
  MB: number;
  ms: number;
  cpuMs: number;
  /** of the process: when the trace was open, and the most until the file was written */
  openRssMb: number;
  peakRssMb: number;
}

const FILTER_GOAL = 100;
const LANES_GOAL = 8;
const TREE_GOAL = 300;

class Bench {
  readonly rows: Measured[] = [];
  readonly service: TraceService;
  readonly endNs: number;
  readonly known: Known;
  /** what is open when a trace has been opened: the first group, and the first one in it */
  readonly openGroups: readonly string[];
  /** filters that nobody asked before: nearly everything stays */
  private fresh = 0;

  constructor(service: TraceService, endNs: number, known: Known, openGroups: readonly string[]) {
    this.service = service;
    this.endNs = endNs;
    this.known = known;
    this.openGroups = openGroups;
  }

  keep(name: string, watch: Stopwatch, goalMs?: number): void {
    this.rows.push({ name, ...watch.times(), ...(goalMs !== undefined && { goalMs }) });
  }

  /** A filter of which no answer is known but the selection: the window has asked for lanes, counts and rows before. */
  async freshFilter(): Promise<Filter> {
    const filter = { lifetime: { min: ++this.fresh * 1e-7, max: null } };
    await this.window(filter);
    return filter;
  }

  /** What a change of the filter asks, one after the other; times of lanes, counts, page. */
  async window(filter: Filter, watches: Stopwatch[] = []): Promise<void> {
    const lanes = lanesOf(filter, { endNs: this.endNs, openGroups: this.openGroups });
    const asked: (() => Promise<unknown>)[] = [
      () => this.service.lanes(lanes),
      () => this.service.facets({ filter }),
      () => this.service.rows(objectsPage(filter)),
    ];
    const all = new Stopwatch();
    await all.time(async () => {
      for (const [at, ask] of asked.entries()) {
        const watch = watches[at] ?? all;
        await watch.time(ask);
      }
    });
    const { max, cpuP95 } = all.times();
    watches[3]?.add(max, cpuP95);
  }
}

async function openBench(path: string): Promise<Bench> {
  const service = createTraceService({ cache: null });
  const { endNs } = await service.open({ path });
  const facets = await service.facets({ filter: {} });
  const known = knownOf(facets, endNs);
  await service.overview({ filter: {}, samples: OVERVIEW_SAMPLES });
  const { rows } = await service.lanes(lanesOf({}, { endNs }));
  const first = rows[0].key;
  const inside = await service.lanes(lanesOf({}, { endNs, openGroups: [first] }));
  // As renderer/lanes/expandGroups.ts: the first that is not too big.
  const second = inside.rows.find((row) => row.depth === 1 && row.objects <= BIGGEST_OPENED);
  return new Bench(service, endNs, known, second === undefined ? [first] : [first, second.key]);
}

const BIGGEST_OPENED = 20_000;

function knownOf({ lists }: Facets, endNs: number): Known {
  const values = (name: keyof Facets['lists']): string[] => lists[name].entries.map(({ value }) => value);
  return {
    processes: values('process'),
    types: values('type'),
    stacks: values('createStackId'),
    names: values('objectName').filter((name) => name !== '(none)'),
    endSeconds: endNs / 1e9,
  };
}

/** Lanes, counts and page of every change of the filter. */
async function filters(bench: Bench): Promise<void> {
  const all = new Stopwatch();
  const lanesOnly = new Stopwatch();
  const countsOnly = new Stopwatch();
  const overview = new Stopwatch();
  for (const [kind, changes] of Object.entries(filterChanges(bench.known))) {
    const [lanes, counts, page, together] = Array.from({ length: 4 }, () => new Stopwatch());
    for (const filter of changes) {
      await bench.window(filter, [lanes, counts, page, together]);
      await overview.time(() => bench.service.overview({ filter, samples: OVERVIEW_SAMPLES }));
    }
    bench.keep(`filter: ${kind}`, together, FILTER_GOAL);
    bench.keep(`  ${kind}: lanes`, lanes);
    bench.keep(`  ${kind}: counts`, counts);
    bench.keep(`  ${kind}: page`, page);
    all.addAll(together);
    lanesOnly.addAll(lanes);
    countsOnly.addAll(counts);
  }
  bench.keep('filter: all changes', all, FILTER_GOAL);
  bench.keep('  all changes: lanes (asked first: selection and tree with it)', lanesOnly);
  bench.keep('  all changes: counts', countsOnly);
  bench.keep('  all changes: overview strip (asked after these)', overview);
}

/** Pan, zoom and scroll in a picture of the lanes that is there. */
async function panAndZoom(bench: Bench): Promise<void> {
  const { endNs } = bench;
  const pictures: { name: string; grouping: LaneGrouping[]; opens: number; more?: Partial<LaneRequest> }[] = [
    { name: 'process ▸ type, closed', grouping: ['process', 'type'], opens: 0 },
    { name: 'process ▸ type, 40 open', grouping: ['process', 'type'], opens: 40 },
    { name: 'process ▸ type, all open', grouping: ['process', 'type'], opens: 3000 },
    { name: 'process ▸ name, 500 open', grouping: ['process', 'name'], opens: 500 },
    { name: 'create stack, 500 open', grouping: ['createStack'], opens: 500, more: { colorBy: 'end' } },
    { name: 'name, closed', grouping: ['name'], opens: 0 },
    { name: 'name, 2,000 open, a lane an object', grouping: ['name'], opens: 2000, more: { packing: 'single' } },
    { name: 'flat', grouping: [], opens: 0 },
    { name: 'flat, a lane an object', grouping: [], opens: 0, more: { packing: 'single', colorBy: 'process' } },
  ];
  const next = randomNumbers(3);
  const all = new Stopwatch();
  for (const { name, grouping, opens, more } of pictures) {
    const { openGroups, totalRows } = await opened(bench, grouping, opens);
    const watch = new Stopwatch();
    for (let at = 0; at < 110; at++) {
      // Down to a microsecond and back, at places all over the trace; most moves are small scrolls from the top.
      const span = Math.max(1000, endNs / 2 ** (at % 30));
      const fromNs = Math.floor((endNs - span) * (next(1000) / 1000));
      const row = at % 4 === 0 ? next(totalRows) : next(Math.min(totalRows, 3000));
      const view = { endNs, fromNs, toNs: fromNs + span, scrollTop: row * 20, openGroups, grouping };
      const request = { ...lanesOf({}, view), ...more };
      // The first of all makes what the others draw.
      if (at < 10) await bench.service.lanes(request);
      else await watch.time(() => bench.service.lanes(request));
    }
    bench.keep(`pan, zoom, scroll: ${name}`, watch, LANES_GOAL);
    all.addAll(watch);
  }
  bench.keep('pan, zoom, scroll: all', all, LANES_GOAL);
}

/** The first groups of a grouping, with the groups that they are in, as keys of what is open. */
async function opened(
  bench: Bench,
  grouping: LaneGrouping[],
  wanted: number,
): Promise<{ openGroups: string[]; totalRows: number }> {
  const openGroups: string[] = [];
  const base = { ...lanesOf({}, { endNs: bench.endNs, grouping }), width: 1, firstRow: 0 };
  for (let level = 0; level < grouping.length && wanted > 0; level++) {
    const { rows } = await bench.service.lanes({ ...base, rowCount: 2000, openGroups });
    for (const row of rows) {
      if (row.kind !== 'group' || row.depth !== level || openGroups.length >= wanted * 2) continue;
      if (openGroups.length < wanted || level > 0) openGroups.push(row.key);
    }
  }
  const { totalRows } = await bench.service.lanes({ ...base, rowCount: 1, openGroups });
  return { openGroups, totalRows };
}

/** Another grouping of the lanes, the selection being there. */
async function laneTrees(bench: Bench): Promise<void> {
  const groupings: LaneGrouping[][] = [
    ['process', 'type'],
    ['type'],
    ['name'],
    ['createStack'],
    ['process', 'name'],
    ['process', 'type', 'createStack'],
    ['inheritedFrom'],
    [],
  ];
  for (const grouping of groupings) {
    const watch = new Stopwatch();
    for (let run = 0; run < 3; run++) {
      const filter = await bench.freshFilter();
      // The window's own grouping is there already: another filter's comes first.
      const asked = grouping.join() === 'process,type' ? { ...filter, map: false } : filter;
      if (asked !== filter) await bench.service.rows(objectsPage(asked));
      await watch.time(() => bench.service.lanes(lanesOf(asked, { endNs: bench.endNs, grouping })));
    }
    bench.keep(`lanes grouped by ${grouping.join(' ▸ ') || 'nothing'}`, watch, TREE_GOAL);
  }
}

async function tables(bench: Bench): Promise<void> {
  const { service } = bench;
  const next = randomNumbers(5);
  const paged = new Stopwatch();
  const sortedBy: TableSort = [{ column: 'lifetimeNs', descending: true }];
  await service.rows(objectsPage({}, sortedBy));
  for (let at = 0; at < 60; at++) {
    await paged.time(() => service.rows(objectsPage({}, at % 2 ? sortedBy : [], next(5000))));
  }
  bench.keep('table: another page', paged);

  const { columns } = await service.rows(objectsPage({}));
  const firstSort = new Stopwatch();
  const slowest: { id: string; ms: number } = { id: '', ms: 0 };
  for (const { id } of columns) {
    const before = performance.now();
    await firstSort.time(() => service.rows(objectsPage({}, [{ column: id, descending: false }])));
    const ms = performance.now() - before;
    if (ms > slowest.ms) Object.assign(slowest, { id, ms });
  }
  bench.keep(`table: sort by a column, first time (slowest: ${slowest.id})`, firstSort);
  const sorted = new Stopwatch();
  const filter = await bench.freshFilter();
  for (const { id } of columns) {
    await sorted.time(() => service.rows(objectsPage(filter, [{ column: id, descending: true }])));
  }
  bench.keep('table: sort by a column', sorted);
  const several = new Stopwatch();
  const sorts = [
    ['type', 'name'],
    ['process', 'type', 'lifetimeNs'],
    ['leak', 'createFrame', 'birthNs'],
    ['openHandles', 'deathNs'],
  ];
  for (const by of sorts) {
    const sort = by.map((column, at) => ({ column, descending: at % 2 === 0 }));
    for (let run = 0; run < 3; run++) {
      const fresh = await bench.freshFilter();
      await several.time(() => service.rows(objectsPage(fresh, sort)));
    }
  }
  bench.keep('table: sort by several columns', several);
  const handles = new Stopwatch();
  for (let run = 0; run < 4; run++) {
    const fresh = await bench.freshFilter();
    await handles.time(() => service.rows({ ...objectsPage(fresh), table: run % 2 ? 'handles' : 'events' }));
  }
  bench.keep('table: first page of handles, of events', handles);
}

async function groups(bench: Bench): Promise<void> {
  const keys: GroupKey[][] = [
    ['type'],
    ['process'],
    ['name'],
    ['createStack'],
    ['closeStack'],
    ['process', 'type'],
    ['type', 'name'],
    ['process', 'type', 'createStack'],
    ['name', 'process', 'type'],
  ];
  for (const groupBy of keys) {
    const watch = new Stopwatch();
    for (let run = 0; run < 3; run++) {
      const filter = await bench.freshFilter();
      const page = (openRows: string[]): ReturnType<TraceService['rows']> =>
        bench.service.rows({ ...objectsPage(filter), table: 'groups', groupBy, openRows });
      await watch.time(async () => {
        // Every level is open somewhere: all of them are made.
        const openRows: string[] = [];
        for (let level = 0; level < groupBy.length; level++) {
          const { rows } = await page(openRows);
          const first = rows.find(({ depth }) => depth === level);
          if (first) openRows.push(first.key);
        }
      });
    }
    bench.keep(`group by ${groupBy.join(', ')}`, watch, TREE_GOAL);
  }
}

async function stacks(bench: Bench): Promise<void> {
  const { service } = bench;
  const views: { name: string; of: Partial<StackTreeRequest> }[] = [
    { name: 'top-down', of: {} },
    { name: 'bottom-up', of: { inverted: true } },
    { name: 'top-down, leaked only', of: { onlyLeaks: true } },
    { name: 'top-down, system frames folded', of: { foldSystem: true } },
    { name: 'of destroys', of: { by: 'destroy' } },
    { name: 'of all events', of: { by: 'any' } },
  ];
  for (const { name, of } of views) {
    const first = new Stopwatch();
    const watch = new Stopwatch();
    const icicle = new Stopwatch();
    for (let run = 0; run < 4; run++) {
      const filter = await bench.freshFilter();
      const tree = { filter, by: 'create', inverted: false, onlyLeaks: false, foldSystem: false, ...of } as const;
      await (run === 0 ? first : watch).time(() =>
        service.stackTree({ ...tree, openNodes: [], firstRow: 0, rowCount: PAGE_ROWS }),
      );
      await icicle.time(() => service.icicle({ ...tree, root: '', width: 1900, weight: 'created' }));
    }
    bench.keep(`stack tree ${name}, first of all`, first, TREE_GOAL);
    bench.keep(`stack tree ${name}`, watch, TREE_GOAL);
    bench.keep(`icicle ${name}, tree known`, icicle, TREE_GOAL);
  }
  const searched = new Stopwatch();
  const tree = { filter: {}, by: 'create', inverted: false, onlyLeaks: false, foldSystem: false } as const;
  for (const find of ['c', 'co', 'con', 'cont', 'part31', 'driver', 'zzz']) {
    await searched.time(() => service.stackTree({ ...tree, openNodes: [], firstRow: 0, rowCount: PAGE_ROWS, find }));
  }
  bench.keep('stack tree, search', searched, TREE_GOAL);
}

async function searches(bench: Bench): Promise<void> {
  const { service, endNs, openGroups } = bench;
  const table = new Stopwatch();
  const lanes = new Stopwatch();
  const lists = new Stopwatch();
  const words = ['contoso_signal4', 'item77', 'part3', '0x1a', '4711', 'token'];
  for (const word of words) {
    for (let length = 1; length <= word.length; length++) {
      const find = word.slice(0, length);
      await table.time(() => service.rows(objectsPage({}, [], 0, find)));
      await lanes.time(() => service.lanes(lanesOf({}, { endNs, openGroups, find })));
      await lists.time(() => service.facets({ filter: {}, lists: ['objectName'], search: { objectName: find } }));
    }
  }
  bench.keep('search in the table, letter by letter', table);
  bench.keep('search in the lanes, letter by letter', lanes);
  bench.keep('search in the list of names, letter by letter', lists);

  const leaks = new Stopwatch();
  const filter = { leak: true };
  let id = 1;
  for (let step = 0; step < 40; step++) {
    await leaks.time(async () => {
      const base = { filter, sort: [], openGroups: [] };
      const { tableRow } = await service.locate({ ...base, id });
      const page = { ...objectsPage(filter), rowCount: 1 };
      const first = await service.rows(page);
      const row = (tableRow + 1) % first.total;
      const found = await service.rows({ ...page, firstRow: row });
      id = found.rows[0].id;
      const where = {
        filter: {},
        sort: [],
        openGroups: [...openGroups],
        grouping: ['process', 'type'] as LaneGrouping[],
      };
      const location = await service.locate({ ...where, id });
      await service.locate({ ...where, openGroups: [...openGroups, ...location.groups], id });
      await service.details({ id, eventLimit: 1000 });
    });
  }
  bench.keep('next leak (row, its place, its details)', leaks);
}

const PARTS: Record<string, (bench: Bench) => Promise<void>> = {
  filters,
  lanes: panAndZoom,
  trees: laneTrees,
  tables,
  groups,
  stacks,
  searches,
};

async function measureQueries(path: string, parts: readonly string[]): Promise<QueriesMeasured> {
  const bench = await openBench(path);
  // What a user meets is a program that has run for a while.
  for (let run = 0; run < 3; run++) await bench.freshFilter();
  for (const part of parts.length > 0 ? parts : Object.keys(PARTS)) {
    globalThis.gc?.();
    await PARTS[part](bench);
  }
  const { total } = await bench.service.facets({ filter: {} });
  return { objects: total, peakRssMb: peakRss(), rows: bench.rows };
}

/** Everything as CSV: with a row an event (`csv`), or as the table of objects shows it (`table`). */
async function measureExport(what: string, path: string): Promise<ExportMeasured> {
  const service = createTraceService({ cache: null });
  const summary = await service.open({ path });
  globalThis.gc?.();
  const openRssMb = process.memoryUsage.rss() / 2 ** 20;
  const folder = mkdtempSync(join(tmpdir(), 'leaklanes-bench-csv-'));
  let most = 0;
  const sample = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  try {
    const target = join(folder, 'out.csv');
    const cpu = process.cpuUsage();
    const start = performance.now();
    const { rows, bytes }: ExportResult =
      what === 'csv'
        ? await service.exportCsv({ filter: {}, path: target })
        : await service.exportTable({ table: 'objects', filter: {}, sort: [], format: 'csv', path: target });
    return {
      objects: summary.objects + summary.mappings,
      rows,
      MB: bytes / 1e6,
      ms: performance.now() - start,
      cpuMs: cpuSince(cpu),
      openRssMb,
      peakRssMb: Math.max(most, process.memoryUsage.rss()) / 2 ** 20,
    };
  } finally {
    clearInterval(sample);
    rmSync(folder, { recursive: true, force: true });
  }
}

const [what, path, ...parts] = process.argv.slice(2);
const measured = what === 'queries' ? await measureQueries(path, parts) : await measureExport(what, path);
process.stdout.write(`${JSON.stringify(measured)}\n`);
