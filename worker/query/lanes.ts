/**
 * What the lanes canvas shows: some rows of the tree, and the bars, ticks and areas of a time range at one bar a pixel at most.
 * The work of a request grows with rows × pixels, not with objects: lanes are searched, crowded pixels skipped over.
 */
import type { LaneBars, LaneRequest, LaneResponse, LaneRow, LaneTicks } from '../../shared/lanes.ts';
import {
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  type EventIndex,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import {
  ensureTimelines,
  laneTree,
  packedBars,
  type LaneTree,
  type PackedBars,
  type ProcessGroup,
  type TypeGroup,
} from './laneGroups.ts';
import { firstFrom, type Selection } from './select.ts';
import { sampleTimeline, type Timeline } from './timeline.ts';

/** Pixels between two samples of an area. */
const SAMPLE_PIXELS = 2;

/** Answers a lane request. Everything that does not depend on zoom or scroll is kept with the selection. */
export function laneView(trace: Trace, selection: Selection, request: Omit<LaneRequest, 'filter'>): LaneResponse {
  const tree = laneTree(trace, selection);
  const index = rowIndex(trace, tree, request.openGroups);
  const bars = new BarColumns();
  const ticks = new TickWriter(trace, selection, request);
  const view = new PixelView(request);
  const groups: { row: number; group: TypeGroup | ProcessGroup }[] = [];
  const rows = windowRows(index, request.firstRow, request.rowCount).map(({ row, group, lane }): LaneRow => {
    if (lane === null) {
      groups.push({ row, group });
      return headerRow(group, index.open.has(group.key));
    }
    if (!('members' in group)) throw new Error('only type groups have lanes');
    const packed = packedBars(trace, group);
    ticks.beginRow(row);
    writeLane(packed, lane, view, (from, to, x0, x1) => {
      const single = to - from === 1;
      const object = packed.object[from];
      bars.add(row, x0, x1, flagsOf(packed, from, to), single ? object + 1 : 0, group.type);
      if (single) ticks.addBar(object, x0, x1);
    });
    return { ...headerRow(group, true), kind: 'lane', depth: 2, label: '' };
  });

  ensureTimelines(
    tree,
    groups.map(({ group }) => group),
  );
  const samples = Math.ceil(request.width / SAMPLE_PIXELS);
  return {
    totalRows: index.total,
    firstRow: request.firstRow,
    rows,
    bars: bars.finish(),
    ticks: ticks.finish(),
    types: trace.typeNames,
    areas: groups.map(({ row, group }) => {
      const line = group.timeline ?? NO_CHANGES;
      return { row, peak: line.peak, samples: sampleTimeline(line, request.fromNs, request.toNs, samples) };
    }),
    matched: selection.objects.length,
    total: trace.objects.length,
  };
}

const NO_CHANGES: Timeline = { initial: 0, peak: 0, times: new Float64Array(0), tree: new Int32Array(0) };

function headerRow(group: TypeGroup | ProcessGroup, open: boolean): LaneRow {
  const { key, label, objects, leaks, leaksAtExit, openHandles } = group;
  return {
    kind: 'group',
    depth: 'members' in group ? 1 : 0,
    key,
    label,
    open,
    objects,
    leaks,
    leaksAtExit,
    openHandles,
  };
}

interface WindowRow {
  row: number;
  group: TypeGroup | ProcessGroup;
  /** number of the lane in its group; null: the group's own row */
  lane: number | null;
}

/** The group rows of the flattened tree with some groups open: row and group in order. Only groups that are open get packed. */
interface RowIndex {
  /** the keys that it was made for */
  openGroups: readonly string[];
  open: ReadonlySet<string>;
  groups: (TypeGroup | ProcessGroup)[];
  /** row of each group; lanes of an open type group follow it */
  rows: number[];
  total: number;
}

const rowIndexes = new WeakMap<LaneTree, RowIndex>();

/** The index for the open groups; while they stay the same, as when someone pans and zooms, it is not made again. */
function rowIndex(trace: Trace, tree: LaneTree, openGroups: readonly string[]): RowIndex {
  const known = rowIndexes.get(tree);
  if (known !== undefined && sameKeys(known.openGroups, openGroups)) return known;
  const open = new Set(openGroups);
  const index: RowIndex = { openGroups: [...openGroups], open, groups: [], rows: [], total: 0 };
  const add = (group: TypeGroup | ProcessGroup): void => {
    index.groups.push(group);
    index.rows.push(index.total++);
  };
  for (const process of tree.processes) {
    add(process);
    if (!open.has(process.key)) continue;
    for (const group of process.types) {
      add(group);
      if (open.has(group.key)) index.total += laneCount(trace, group);
    }
  }
  rowIndexes.set(tree, index);
  return index;
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function laneCount(trace: Trace, group: TypeGroup): number {
  return packedBars(trace, group).laneStart.length - 1;
}

/** The rows [first, first + count) of the flattened tree. */
function windowRows(index: RowIndex, first: number, count: number): WindowRow[] {
  const rows: WindowRow[] = [];
  const end = Math.min(index.total, first + count);
  for (let at = Math.max(0, lastAtOrBefore(index.rows, first)); at < index.rows.length && index.rows[at] < end; at++) {
    const row = index.rows[at];
    const group = index.groups[at];
    if (row >= first) rows.push({ row, group, lane: null });
    const next = Math.min(end, index.rows[at + 1] ?? index.total);
    for (let lane = Math.max(row + 1, first); lane < next; lane++)
      rows.push({ row: lane, group, lane: lane - row - 1 });
  }
  return rows;
}

/** Last position in a rising list whose value is not after `wanted`, -1 for none. */
function lastAtOrBefore(list: readonly number[], wanted: number): number {
  let low = -1;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (list[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Row of an object among the lanes, -1 where the filter hides it or its groups are closed; and the keys of those groups. */
export function laneRowOf(
  trace: Trace,
  selection: Selection,
  openGroups: readonly string[],
  object: ObjectIndex,
): { row: number; groups: string[] } {
  const tree = laneTree(trace, selection);
  const number = tree.groupOf[object] ?? -1;
  if (number < 0) return { row: -1, groups: [] };
  const group = tree.groups[number];
  const groups = [group.process.key, group.key];
  const index = rowIndex(trace, tree, openGroups);
  if (!groups.every((key) => index.open.has(key))) return { row: -1, groups };
  const row = index.rows[index.groups.indexOf(group)];
  return { row: row + 1 + laneOf(packedBars(trace, group), object), groups };
}

function laneOf(packed: PackedBars, object: ObjectIndex): number {
  const at = packed.object.indexOf(object);
  let low = 0;
  let high = packed.laneStart.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (packed.laneStart[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Time range and width of a request as a linear scale. */
class PixelView {
  readonly fromNs: number;
  readonly toNs: number;
  readonly width: number;
  private readonly perNs: number;

  constructor({ fromNs, toNs, width }: { fromNs: number; toNs: number; width: number }) {
    this.fromNs = fromNs;
    this.toNs = Math.max(toNs, fromNs + 1);
    this.width = width;
    this.perNs = width / (this.toNs - fromNs);
  }

  /** Pixel of a time, cut to [0, width], in the precision that goes out. */
  x(ns: number): number {
    return Math.fround(Math.min(this.width, Math.max(0, (ns - this.fromNs) * this.perNs)));
  }

  /** Time of the left edge of a pixel. */
  ns(x: number): number {
    return this.fromNs + x / this.perNs;
  }
}

/**
 * Bars of one lane in view, at most one starting in a pixel. Objects that start in the same pixel become one bar; where the last of them
 * goes on beyond the pixel, the rest of it is a bar of its own, so that it can still be pointed at.
 * `add` gets the positions [from, to) in the packed columns that a bar stands for.
 */
function writeLane(
  packed: PackedBars,
  lane: number,
  view: PixelView,
  add: (from: number, to: number, x0: number, x1: number) => void,
): void {
  const { laneStart, startNs, endNs } = packed;
  const end = laneStart[lane + 1];
  let at = firstAtOrAfter(endNs, laneStart[lane], end, view.fromNs);
  let free = 0;
  while (at < end && startNs[at] <= view.toNs) {
    const x0 = Math.max(view.x(startNs[at]), free);
    const pixel = Math.min(Math.floor(x0), view.width - 1);
    const next =
      pixel + 1 >= view.width
        ? inView(startNs, at + 1, end, view.toNs)
        : firstAtOrAfter(startNs, at + 1, end, view.ns(pixel + 1));
    const last = next - 1;
    const x1 = Math.max(x0, view.x(endNs[last]));
    free = pixel + 1;
    if (last === at || x1 <= pixel + 1) {
      add(at, next, x0, x1);
      at = next;
    } else {
      add(at, next, x0, pixel + 1);
      at = last;
    }
  }
}

/** End of the objects in view, from a position on. */
function inView(startNs: Float64Array, from: number, end: number, toNs: number): number {
  return firstAtOrAfter(startNs, from, end, toNs + 1);
}

/** First position in [from, end) whose time is not before `ns`; times rise. Looks near `from` first. */
function firstAtOrAfter(times: Float64Array, from: number, end: number, ns: number): number {
  let step = 1;
  let low = from;
  while (low + step <= end && times[low + step - 1] < ns) {
    low += step;
    step *= 2;
  }
  let high = Math.min(end, low + step - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** BAR_… bits of the bars [from, to), ORed. */
function flagsOf({ flagTree }: PackedBars, from: number, to: number): number {
  const n = flagTree.length >>> 1;
  let flags = 0;
  for (let low = from + n, high = to + n; low < high; low >>>= 1, high >>>= 1) {
    if ((low & 1) === 1) flags |= flagTree[low++];
    if ((high & 1) === 1) flags |= flagTree[--high];
  }
  return flags;
}

/** Growing columns of bars. */
class BarColumns {
  private length = 0;
  private columns = BarColumns.allocate(1024);

  private static allocate(length: number): LaneBars {
    return {
      row: new Int32Array(length),
      x0: new Float32Array(length),
      x1: new Float32Array(length),
      flags: new Uint8Array(length),
      id: new Int32Array(length),
      type: new Int32Array(length),
    };
  }

  add(row: number, x0: number, x1: number, flags: number, id: number, type: number): void {
    if (this.length === this.columns.row.length) this.grow();
    const at = this.length++;
    const { columns } = this;
    columns.row[at] = row;
    columns.x0[at] = x0;
    columns.x1[at] = x1;
    columns.flags[at] = flags;
    columns.id[at] = id;
    columns.type[at] = type;
  }

  /** Columns of exactly the added length, with buffers of their own. */
  finish(): LaneBars {
    const { row, x0, x1, flags, id, type } = this.columns;
    const n = this.length;
    return {
      row: row.slice(0, n),
      x0: x0.slice(0, n),
      x1: x1.slice(0, n),
      flags: flags.slice(0, n),
      id: id.slice(0, n),
      type: type.slice(0, n),
    };
  }

  private grow(): void {
    const larger = BarColumns.allocate(this.length * 2);
    larger.row.set(this.columns.row);
    larger.x0.set(this.columns.x0);
    larger.x1.set(this.columns.x1);
    larger.flags.set(this.columns.flags);
    larger.id.set(this.columns.id);
    larger.type.set(this.columns.type);
    this.columns = larger;
  }
}

/** A bar narrower than this has no room for ticks. */
const TICK_BAR_PIXELS = 3;

/** Events that one request looks at for ticks; an object with a million references must not stop a pan. */
const TICK_BUDGET = 60_000;

/** Ticks on the bars of single objects, at most one a pixel, row and kind. */
class TickWriter {
  private readonly trace: Trace;
  private readonly eventKept: Selection['eventKept'];
  private readonly view: PixelView;
  private readonly rows: number[] = [];
  private readonly xs: number[] = [];
  private readonly kinds: number[] = [];
  /** kinds that a pixel of the row has, one bit a kind */
  private readonly taken: Uint8Array;
  private row = -1;
  private budget = TICK_BUDGET;

  constructor(trace: Trace, selection: Selection, request: { fromNs: number; toNs: number; width: number }) {
    this.trace = trace;
    this.eventKept = selection.eventKept;
    this.view = new PixelView(request);
    this.taken = new Uint8Array(request.width);
  }

  beginRow(row: number): void {
    this.row = row;
    this.taken.fill(0);
  }

  addBar(object: ObjectIndex, x0: number, x1: number): void {
    if (x1 - x0 < TICK_BAR_PIXELS) return;
    const { objects, handles } = this.trace;
    this.addEvent(objects.createEvent[object]);
    this.addEvent(objects.destroyEvent[object]);
    for (
      let handle = objects.handleStart[object];
      handle < objects.handleStart[object + 1] && this.budget > 0;
      handle++
    ) {
      this.addEvent(handles.openEvent[handle]);
      this.addEvent(handles.closeEvent[handle]);
    }
    if (objects.refChanges[object] > 0) this.addReferences(object);
  }

  /** One tick a pixel for reference changes: from one that got it, straight to the next pixel. */
  private addReferences(object: ObjectIndex): void {
    const { eventStart, eventList } = this.trace.objects;
    const { ns, kind } = this.trace.events;
    const end = eventStart[object + 1];
    let at = firstFrom(eventList, ns, eventStart[object], end, this.view.fromNs);
    while (at < end && this.budget > 0) {
      const event = eventList[at];
      if (ns[event] > this.view.toNs) return;
      if (kind[event] === KIND_REF_CHANGE && this.addEvent(event)) {
        const pixel = Math.floor(this.view.x(ns[event]));
        at = Math.max(at + 1, firstFrom(eventList, ns, at + 1, end, this.view.ns(pixel + 1)));
      } else {
        this.budget--;
        at++;
      }
    }
  }

  /** False where the event is none that shows, or not in view. */
  private addEvent(event: EventIndex): boolean {
    if (event < 0) return false;
    this.budget--;
    const { ns, kind } = this.trace.events;
    const time = ns[event];
    if (time < this.view.fromNs || time > this.view.toNs || kind[event] > KIND_OBJECT_DELETE) return false;
    if (this.eventKept !== null && !this.eventKept(event)) return false;
    const x = this.view.x(time);
    const pixel = Math.min(Math.floor(x), this.taken.length - 1);
    const bit = 1 << kind[event];
    if ((this.taken[pixel] & bit) !== 0) return true;
    this.taken[pixel] |= bit;
    this.rows.push(this.row);
    this.xs.push(x);
    this.kinds.push(kind[event]);
    return true;
  }

  finish(): LaneTicks {
    return { row: Int32Array.from(this.rows), x: Float32Array.from(this.xs), kind: Uint8Array.from(this.kinds) };
  }
}
