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
import { shortened } from './labels.ts';
import { flagsOf, packedBars, type PackedBars } from './laneBars.ts';
import { laneColors } from './laneColors.ts';
import { groupKey, groupLabel, groupTimeline, type GroupIndex, type LaneTree } from './laneGroups.ts';
import { hasRow, hitRows } from './laneHits.ts';
import { laneLinks } from './laneLinks.ts';
import { laneRows, windowRows, type LaneRows } from './laneRows.ts';
import { PixelView } from './pixelView.ts';
import { firstFrom, type Selection } from './select.ts';
import { homeProcess, textsOf } from './texts.ts';
import { sampleTimeline } from './timeline.ts';
import { timeParts } from './timeParts.ts';
import { firstAtOrAfter } from './times.ts';
import { unitsOf } from './units.ts';

/** Pixels between two samples of an area. */
const SAMPLE_PIXELS = 2;

/** Hit rows that a response names. */
const HIT_ROWS = 10_000;

/** Answers a lane request. Everything that does not depend on zoom or scroll is kept with the selection. */
export function laneView(trace: Trace, selection: Selection, request: Omit<LaneRequest, 'filter'>): LaneResponse {
  const lanes = laneRows(selection, request);
  const { tree, packing } = lanes;
  const colors = laneColors(selection, request.colorBy ?? 'type');
  const bars = new BarColumns();
  const view = new PixelView(request);
  const ticks = new TickWriter(selection, view);
  const hits = hitRows(lanes, request.find ?? '');
  const headers: { row: number; group: GroupIndex }[] = [];
  const rows = windowRows(lanes, request.firstRow, request.rowCount).map(({ row, group, lane }): LaneRow => {
    const header = headerRow(lanes, group);
    const hit = hasRow(hits, row) ? { hit: true } : {};
    if (lane === null) {
      headers.push({ row, group });
      return { ...header, ...hit };
    }
    const packed = packedBars(tree, group, packing);
    ticks.beginRow(row);
    writeLane(packed, lane, view, (from, to, x0, x1) => {
      const single = to - from === 1;
      const object = packed.object[from];
      const { type } = trace.objects;
      bars.add(row, x0, x1, flagsOf(packed, from, to), single ? object + 1 : 0, type[object], colors.ofObject(object));
      if (single) ticks.addBar(object, x0, x1);
    });
    const label = packing === 'single' ? objectLabel(tree, packed.object[packed.laneStart[lane]]) : '';
    return { ...header, ...hit, kind: 'lane', depth: header.depth + 1, label };
  });

  const samples = Math.ceil(request.width / SAMPLE_PIXELS);
  const parts = headers.length === 0 ? null : timeParts(unitsOf(trace), view.fromNs, view.toNs, samples);
  return {
    totalRows: lanes.total,
    firstRow: request.firstRow,
    rows,
    bars: bars.finish(),
    ticks: ticks.finish(),
    types: trace.typeNames,
    areas:
      parts === null
        ? []
        : headers.map(({ row, group }) => {
            const line = groupTimeline(tree, group);
            return { row, peak: line.peak, samples: sampleTimeline(line, parts) };
          }),
    colors: colors.labels,
    links: laneLinks(lanes, request, view),
    hits: hits.length,
    hitRows: Array.from(hits.subarray(0, HIT_ROWS)),
    matched: selection.objects.length,
    total: trace.objects.length,
  };
}

/** The row of a group; that of the root, which has none, is what its lanes are made of. */
function headerRow({ tree, open }: LaneRows, group: GroupIndex): LaneRow {
  return {
    kind: 'group',
    depth: tree.level[group] - 1,
    key: groupKey(tree, group),
    label: groupLabel(tree, group),
    open: open[group] === 1,
    objects: tree.objects[group],
    leaks: tree.leaks[group],
    leaksAtExit: tree.leaksAtExit[group],
    openHandles: tree.openHandles[group],
  };
}

/** What a lane of one object is called: its id, and of type, process and name what its groups do not say. */
function objectLabel({ grouping, selection: { trace } }: LaneTree, object: ObjectIndex): string {
  const texts = textsOf(trace);
  const parts = [
    grouping.includes('type') ? null : texts.type(object),
    grouping.includes('process') ? null : texts.process(homeProcess(trace, object)),
    grouping.includes('name') ? null : texts.name(object),
  ];
  const words = parts.filter((part) => part !== null && part !== '');
  return shortened([`#${object + 1}`, words.join(', ')].join(' ').trimEnd());
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
      color: new Int32Array(length),
    };
  }

  add(row: number, x0: number, x1: number, flags: number, id: number, type: number, color: number): void {
    if (this.length === this.columns.row.length) this.grow();
    const at = this.length++;
    const { columns } = this;
    columns.row[at] = row;
    columns.x0[at] = x0;
    columns.x1[at] = x1;
    columns.flags[at] = flags;
    columns.id[at] = id;
    columns.type[at] = type;
    columns.color[at] = color;
  }

  /** Columns of exactly the added length, with buffers of their own. */
  finish(): LaneBars {
    const { row, x0, x1, flags, id, type, color } = this.columns;
    const n = this.length;
    return {
      row: row.slice(0, n),
      x0: x0.slice(0, n),
      x1: x1.slice(0, n),
      flags: flags.slice(0, n),
      id: id.slice(0, n),
      type: type.slice(0, n),
      color: color.slice(0, n),
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
    larger.color.set(this.columns.color);
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

  constructor({ trace, eventKept }: Selection, view: PixelView) {
    this.trace = trace;
    this.eventKept = eventKept;
    this.view = view;
    this.taken = new Uint8Array(view.width);
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
