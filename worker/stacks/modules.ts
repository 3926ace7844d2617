/**
 * Which module an address belongs to, for a process and a time, from image load, unload and rundown events. A base can
 * be used by one module after another; kernel images (pid 0) count for every process.
 */
import type { RawImageEvent } from '../events/raw.ts';
import type { ProcessIndex } from '../lifetimes/model.ts';
import type { Processes } from '../lifetimes/processes.ts';

/** One module in one address space, [fromNs, toNs]. */
interface LoadedImage {
  module: number;
  baseLow: number;
  baseHigh: number;
  size: number;
  fromNs: number;
  toNs: number;
}

const KERNEL_SPACE = -1;

export class ModuleMap {
  /** base names and full paths, by module */
  readonly names: string[] = [];
  readonly paths: string[] = [];
  private readonly spaces = new Map<ProcessIndex, LoadedImage[]>();
  /** largest image per space: how far before an address its image can begin */
  private readonly largest = new Map<ProcessIndex, number>();
  /** times at which a space changes, in order */
  private readonly changes = new Map<ProcessIndex, number[]>();

  constructor(images: readonly RawImageEvent[], texts: readonly string[], processes: Processes) {
    const modules = new Map<string, number>();
    const ordered = [...images].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
    for (const image of ordered) {
      const space = image.pid === 0 ? KERNEL_SPACE : processes.at(image.pid, image.ns);
      this.add(space, image, this.moduleOf(image, texts, modules));
    }
    for (const list of this.spaces.values()) list.sort(byBase);
    for (const times of this.changes.values()) times.sort((a, b) => a - b);
  }

  /** The module that covers an address, -1 none; with {@link moduleBaseLow} of the last hit the offset can be formed. */
  find(process: ProcessIndex, low: number, high: number, ns: number): number {
    const own = this.findIn(process, low, high, ns);
    return own >= 0 ? own : this.findIn(KERNEL_SPACE, low, high, ns);
  }

  /** Offset of the address of the last successful find in its module. */
  offset = 0;

  /** Number of changes of the process's and the kernel's modules up to a time: stacks resolve alike between two changes. */
  epoch(process: ProcessIndex, ns: number): number {
    return this.changesUpTo(process, ns) * 65536 + this.changesUpTo(KERNEL_SPACE, ns);
  }

  private moduleOf(image: RawImageEvent, texts: readonly string[], modules: Map<string, number>): number {
    const path = image.file < 0 ? '' : texts[image.file];
    const key = `${path.toLowerCase()}|${image.timeStamp}|${image.size}`;
    const known = modules.get(key);
    if (known !== undefined) return known;
    const module = this.names.length;
    modules.set(key, module);
    this.paths.push(path);
    this.names.push(path.slice(path.lastIndexOf('\\') + 1));
    return module;
  }

  private add(space: ProcessIndex, image: RawImageEvent, module: number): void {
    const list = this.spaces.get(space) ?? [];
    this.spaces.set(space, list);
    this.largest.set(space, Math.max(this.largest.get(space) ?? 0, image.size));
    const last = list.findLast((entry) => overlaps(entry, image));
    const isLoaded = last !== undefined && last.toNs === Infinity;
    const isSame =
      isLoaded && last.baseLow === image.baseLow && last.baseHigh === image.baseHigh && last.size === image.size;
    if (isSame && image.kind !== 'load') {
      if (image.kind === 'unload') {
        last.toNs = image.ns;
        this.noteChange(space, image.ns);
      }
      return;
    }
    // Another image at this place was unloaded unseen: by now at the latest.
    if (isLoaded) last.toNs = image.ns;
    // Without a load event it is there since the last one left its place, or since before the trace.
    const fromNs = image.kind === 'load' ? image.ns : (last?.toNs ?? -Infinity);
    const toNs = image.kind === 'unload' ? image.ns : Infinity;
    list.push({ ...newImage(image, module, fromNs), toNs });
    if (fromNs !== -Infinity) this.noteChange(space, fromNs);
    if (image.kind === 'unload') this.noteChange(space, image.ns);
  }

  private noteChange(space: ProcessIndex, ns: number): void {
    const times = this.changes.get(space);
    if (times) times.push(ns);
    else this.changes.set(space, [ns]);
  }

  private changesUpTo(space: ProcessIndex, ns: number): number {
    const times = this.changes.get(space);
    if (times === undefined) return 0;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle] <= ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private findIn(space: ProcessIndex, low: number, high: number, ns: number): number {
    const list = this.spaces.get(space);
    if (list === undefined) return -1;
    let from = 0;
    let to = list.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (distance(list[middle], low, high) >= 0) from = middle + 1;
      else to = middle;
    }
    const reach = this.largest.get(space) ?? 0;
    for (let index = from - 1; index >= 0; index--) {
      const image = list[index];
      const offset = distance(image, low, high);
      if (offset >= reach) break;
      if (offset < image.size && image.fromNs <= ns && ns <= image.toNs) {
        this.offset = offset;
        return image.module;
      }
    }
    return -1;
  }
}

function newImage(image: RawImageEvent, module: number, fromNs: number): LoadedImage {
  const { baseLow, baseHigh, size } = image;
  return { module, baseLow, baseHigh, size, fromNs, toNs: Infinity };
}

function overlaps(loaded: LoadedImage, image: RawImageEvent): boolean {
  const offset = distance(loaded, image.baseLow, image.baseHigh);
  return offset < loaded.size && offset > -image.size;
}

/** Address minus base; exact as long as it is below 2^53. */
function distance(image: LoadedImage, low: number, high: number): number {
  return (high - image.baseHigh) * 4294967296 + (low - image.baseLow);
}

function byBase(a: LoadedImage, b: LoadedImage): number {
  return a.baseHigh - b.baseHigh || a.baseLow - b.baseLow || a.fromNs - b.fromNs;
}
