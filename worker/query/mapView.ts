/** The views of files in one process as address × time. */
import { formatPointer } from '../../shared/format.ts';
import type { MapView, MapViewRequest } from '../../shared/lanes.ts';
import { fold } from '../../shared/textFilter.ts';
import type { ObjectIndex, ProcessIndex, Trace } from '../lifetimes/model.ts';
import { barFlags } from './laneBars.ts';
import { PixelView } from './pixelView.ts';
import type { Selection } from './select.ts';
import { sameProcesses } from './objectProcesses.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';

/** Pixels between two labels of the address axis. */
const LABEL_PIXELS = 16;
/** Pixels that a gap in the address space gets where there is room. */
const GAP_PIXELS = 4;
/** Share of the height that gaps may take. */
const GAP_SHARE = 0.25;
/** Rectangles of one answer. */
const MOST_VIEWS = 100_000;

/**
 * Views of one process that the filter keeps; low addresses on top. The axis is cut at the bounds of all its views, whatever the time range:
 * a stretch between two bounds gets a height by the logarithm of its size, so that 4 KB show beside 4 GB, and a stretch without a
 * view gets none. A view is left out where it would cover the very pixels of another one, or is beyond {@link MOST_VIEWS}.
 */
export function mapView(trace: Trace, selection: Selection, request: Omit<MapViewRequest, 'filter'>): MapView {
  const { processes, chosen, views } = viewsOf(trace, selection, request.process);
  const axis = addressAxis(trace, views, request.height);
  const pixels = new PixelView(request);
  const columns = new ViewColumns(Math.min(views.length, MOST_VIEWS));
  const { birthNs, deathNs, mapping } = trace.objects;
  let omitted = 0;
  for (const object of views) {
    const startNs = Number.isNaN(birthNs[object]) ? 0 : birthNs[object];
    const endNs = Number.isNaN(deathNs[object]) ? Math.max(trace.endNs, startNs) : deathNs[object];
    if (endNs < pixels.fromNs || startNs > pixels.toNs) continue;
    const base = baseOf(trace, mapping[object]);
    const y0 = axis.y(base);
    const y1 = axis.y(base + sizeOf(trace, mapping[object]));
    const isShown = columns.add(pixels.x(startNs), pixels.x(endNs), y0, y1, object + 1, barFlags(trace, object));
    if (!isShown) omitted++;
  }
  return { process: chosen, processes, ...columns.finish(), labels: axis.labels, views: views.length, omitted };
}

function baseOf({ mappings }: Trace, row: number): number {
  return mappings.baseHigh[row] * 0x100000000 + mappings.baseLow[row];
}

/** Bytes, at least one: an empty view still has a place. */
function sizeOf({ mappings }: Trace, row: number): number {
  return Math.max(1, mappings.sizeHigh[row] * 0x100000000 + mappings.sizeLow[row]);
}

/** Processes by their number of views, and the views of the wanted one (an unknown name: none). */
function viewsOf(
  trace: Trace,
  { objects }: Selection,
  wanted: string,
): { processes: MapView['processes']; chosen: string; views: ObjectIndex[] } {
  const same = sameProcesses(trace);
  const byProcess = new Map<ProcessIndex, ObjectIndex[]>();
  for (const object of objects) {
    const row = trace.objects.mapping[object];
    if (row < 0) continue;
    const owner = trace.mappings.process[row];
    const process = owner < 0 ? -1 : same[owner];
    const views = byProcess.get(process);
    if (views === undefined) byProcess.set(process, [object]);
    else views.push(object);
  }
  const found = Array.from(byProcess, ([process, views]) => ({
    label: textsOf(trace).process(process) ?? UNKNOWN_PROCESS,
    views,
  })).sort((a, b) => b.views.length - a.views.length || (a.label < b.label ? -1 : 1));
  const chosen = wanted === '' ? found[0] : found.find(({ label }) => fold(label) === fold(wanted));
  return {
    processes: found.map(({ label, views }) => ({ label, views: views.length })),
    chosen: chosen?.label ?? wanted,
    views: chosen?.views ?? [],
  };
}

interface AddressAxis {
  /** pixel of an address that is the bound of a view */
  y(address: number): number;
  labels: MapView['labels'];
}

/** Addresses are doubles: beyond 2^53 they are exact to 2 KB, and views begin at pages. */
function addressAxis(trace: Trace, views: readonly ObjectIndex[], height: number): AddressAxis {
  const { mapping } = trace.objects;
  const starts = Float64Array.from(views, (object) => baseOf(trace, mapping[object])).sort();
  const ends = Float64Array.from(
    views,
    (object) => baseOf(trace, mapping[object]) + sizeOf(trace, mapping[object]),
  ).sort();
  const bounds = merged(starts, ends);
  /** by stretch [bounds[i], bounds[i + 1]): its weight, 0 for a gap */
  const weights = new Float64Array(Math.max(0, bounds.length - 1));
  let sum = 0;
  let gaps = 0;
  let started = 0;
  let ended = 0;
  for (let i = 0; i < weights.length; i++) {
    while (started < starts.length && starts[started] <= bounds[i]) started++;
    while (ended < ends.length && ends[ended] <= bounds[i]) ended++;
    if (started > ended) sum += weights[i] = 1 + Math.log2(Math.max(1, (bounds[i + 1] - bounds[i]) / 4096));
    else gaps++;
  }
  const gap = gaps === 0 ? 0 : Math.min(GAP_PIXELS, (height * GAP_SHARE) / gaps);
  const scale = sum === 0 ? 0 : (height - gap * gaps) / sum;
  const ys = new Float64Array(bounds.length);
  const labels: MapView['labels'] = [];
  for (let i = 0; i < bounds.length; i++) {
    const isAfterGap = i > 0 && weights[i - 1] === 0;
    if (i > 0) ys[i] = ys[i - 1] + (isAfterGap ? gap : weights[i - 1] * scale);
    // The end of a stretch before a gap is the address of nothing.
    if (weights[i] === 0 || i === bounds.length - 1) continue;
    const last = labels.at(-1);
    if (last === undefined || ys[i] - last.y >= LABEL_PIXELS) {
      labels.push({ y: ys[i], text: addressText(bounds[i]), gap: isAfterGap });
    }
  }
  return { y: (address) => ys[placeOf(bounds, address)], labels };
}

function addressText(address: number): string {
  const high = Math.floor(address / 0x100000000);
  return formatPointer(high, address - high * 0x100000000);
}

/** Both rising lists as one, each value once. */
function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  all.sort();
  let count = 0;
  for (const value of all) if (count === 0 || all[count - 1] !== value) all[count++] = value;
  return all.subarray(0, count);
}

/** Place of a value in a rising list that has it. */
function placeOf(list: Float64Array, wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A view that is higher than this many pixels is drawn, whatever else is there. */
const CROWDED_PIXELS = 4;

class ViewColumns {
  private length = 0;
  private readonly capacity: number;
  private readonly x0: Float32Array;
  private readonly x1: Float32Array;
  private readonly y0: Float32Array;
  private readonly y1: Float32Array;
  private readonly id: Int32Array;
  private readonly flags: Uint8Array;
  /** pixels that are covered by a low view, as one number */
  private readonly covered = new Set<number>();

  constructor(capacity: number) {
    this.capacity = capacity;
    this.x0 = new Float32Array(capacity);
    this.x1 = new Float32Array(capacity);
    this.y0 = new Float32Array(capacity);
    this.y1 = new Float32Array(capacity);
    this.id = new Int32Array(capacity);
    this.flags = new Uint8Array(capacity);
  }

  /** False where there is no place for it. */
  add(x0: number, x1: number, y0: number, y1: number, id: number, flags: number): boolean {
    if (this.length === this.capacity) return false;
    const top = Math.floor(y0);
    const rows = Math.floor(y1) - top;
    if (rows < CROWDED_PIXELS) {
      // 14 bits for each of the pixels, 2 for the height: exact in a double.
      const key = ((top * 16_385 + Math.floor(x0)) * 16_385 + Math.floor(x1)) * CROWDED_PIXELS + rows;
      if (this.covered.has(key)) return false;
      this.covered.add(key);
    }
    const at = this.length++;
    this.x0[at] = x0;
    this.x1[at] = x1;
    this.y0[at] = y0;
    this.y1[at] = y1;
    this.id[at] = id;
    this.flags[at] = flags;
    return true;
  }

  finish(): Pick<MapView, 'x0' | 'x1' | 'y0' | 'y1' | 'id' | 'flags'> {
    const n = this.length;
    return {
      x0: this.x0.slice(0, n),
      x1: this.x1.slice(0, n),
      y0: this.y0.slice(0, n),
      y1: this.y1.slice(0, n),
      id: this.id.slice(0, n),
      flags: this.flags.slice(0, n),
    };
  }
}
