/**
 * Which module an address belongs to, for a process and a time, from image load, unload and rundown events. A base can
 * be used by one module after another; kernel images (pid 0) count for every process. A module is one build of one file: its
 * identity comes from ImageID events.
 */
import type { RawImageEvent, RawImageId } from '../events/raw.ts';
import type { ProcessIndex } from '../lifetimes/model.ts';
import type { Processes } from '../lifetimes/processes.ts';
import type { PdbIdentity } from '../symbols/model.ts';
import { addressOf, AddressPainting } from './addressPainting.ts';
import { fileNameOf, type ImageIdentity, isSameBuild, joined, ModuleIdentities } from './moduleIdentities.ts';

/** One module in one address space, [fromNs, toNs]. At any time no two of a space overlap. */
interface LoadedImage {
  /** number of the module, -1 before all events are seen */
  module: number;
  path: string;
  baseLow: number;
  baseHigh: number;
  /** bytes */
  size: number;
  fromNs: number;
  toNs: number;
  identity: ImageIdentity;
}

/** Stands for a process in which only the kernel has modules. -1 is the process that no event names. */
export const KERNEL_SPACE: ProcessIndex = -2;
/** Kernel changes that an epoch has room for: both counts together stay below 2^53. */
const EPOCHS = 2 ** 26;

export class ModuleMap {
  /** base names and full paths, by module */
  readonly names: string[] = [];
  readonly paths: string[] = [];
  /** what its symbols are found with, by module; null: no ImageID event tells it, or several contradict each other */
  readonly pdbs: (PdbIdentity | null)[] = [];
  /** file version, by module; null: the trace does not have it */
  readonly versions: (string | null)[] = [];
  private readonly spaces = new Map<ProcessIndex, AddressSpace>();
  private readonly kernelSpace: AddressSpace | undefined;
  /** the process that was asked for last, and its space */
  private lastProcess: ProcessIndex = -1;
  private ownSpace: AddressSpace | undefined;

  constructor(
    images: readonly RawImageEvent[],
    texts: readonly string[],
    processes: Processes,
    imageIds: readonly RawImageId[] = [],
  ) {
    const identities = new ModuleIdentities(imageIds);
    const bySpace = new Map<ProcessIndex, RawImageEvent[]>();
    const ordered = [...images].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
    for (const image of ordered) {
      const space = image.pid === 0 ? KERNEL_SPACE : processes.at(image.pid, image.ns);
      const events = bySpace.get(space);
      if (events) events.push(image);
      else bySpace.set(space, [image]);
    }
    for (const [space, events] of bySpace) this.spaces.set(space, new AddressSpace(events, texts, identities));
    this.kernelSpace = this.spaces.get(KERNEL_SPACE);
    this.select(this.lastProcess);
    this.numberModules(identities);
  }

  /** The module that covers an address, -1 none; with {@link offset} its place in the module. Quickest in the order of time. */
  find(process: ProcessIndex, low: number, high: number, ns: number): number {
    if (process !== this.lastProcess) this.select(process);
    const image = this.ownSpace?.find(low, high, ns) ?? this.kernelSpace?.find(low, high, ns) ?? null;
    if (image === null) return -1;
    this.offset = distance(image, low, high);
    return image.module;
  }

  /** Offset of the address of the last successful find in its module. */
  offset = 0;

  /** Number of changes of the process's and the kernel's modules up to a time: stacks resolve alike between two changes. */
  epoch(process: ProcessIndex, ns: number): number {
    if (process !== this.lastProcess) this.select(process);
    return (this.ownSpace?.changesUpTo(ns) ?? 0) * EPOCHS + (this.kernelSpace?.changesUpTo(ns) ?? 0);
  }

  /** The first change after a time, when another epoch begins; Infinity: none. */
  epochEnd(process: ProcessIndex, ns: number): number {
    if (process !== this.lastProcess) this.select(process);
    return Math.min(this.ownSpace?.changeAfter(ns) ?? Infinity, this.kernelSpace?.changeAfter(ns) ?? Infinity);
  }

  /** Whether what the kernel has loaded alone decides on kernel addresses in a process: none of its own modules lies there. */
  isKernelShared(process: ProcessIndex): boolean {
    if (process !== this.lastProcess) this.select(process);
    return !(this.ownSpace && this.ownSpace.lowest < 0);
  }

  private select(process: ProcessIndex): void {
    this.lastProcess = process;
    this.ownSpace = this.spaces.get(process);
  }

  /** One number for each path, size and build. */
  private numberModules(identities: ModuleIdentities): void {
    const modules = new Map<string, number>();
    for (const space of this.spaces.values()) {
      for (const image of space.images) {
        const { path, size, identity } = image;
        const { timeStamp, pdb } = identity;
        const key = `${timeStamp}|${size}|${pdb?.guid ?? ''}|${pdb?.age ?? ''}|${path.toLowerCase()}`;
        image.module = modules.get(key) ?? this.names.length;
        if (image.module < this.names.length) continue;
        modules.set(key, image.module);
        this.paths.push(path);
        this.names.push(fileNameOf(path));
        this.pdbs.push(pdb);
        this.versions.push(identities.version(size, timeStamp)?.fileVersion || null);
      }
    }
  }
}

/** What one process, or the kernel, had loaded. */
class AddressSpace {
  /** in the order of their start */
  readonly images: readonly LoadedImage[];
  /** the lowest address that is in one of them; kernel addresses are below 0 (addressPainting.ts) */
  readonly lowest: number;
  /** times from which on an address can mean something else, ascending */
  private readonly changes: readonly number[];
  /** numbers of images by address at the time of the last {@link find}; those that are gone by then stay until another takes their place */
  private readonly painting: AddressPainting;
  /** so many images are painted */
  private painted = 0;

  /** `events`: in order of time. */
  constructor(events: readonly RawImageEvent[], texts: readonly string[], identities: ModuleIdentities) {
    this.painting = new AddressPainting(events.flatMap((image) => rangeOf(image)));
    const images = loadedImages(events, texts, identities, this.painting);
    this.painting.clear();
    this.lowest = images.reduce((lowest, image) => Math.min(lowest, rangeOf(image)[0]), Infinity);
    this.images = images.sort((a, b) => (a.fromNs === b.fromNs ? 0 : a.fromNs - b.fromNs));
    this.changes = images
      .flatMap(({ fromNs, toNs }) => [fromNs, toNs + 1])
      .filter((ns) => Number.isFinite(ns))
      .sort((a, b) => a - b);
  }

  find(low: number, high: number, ns: number): LoadedImage | null {
    const { images, painting } = this;
    if (this.painted > 0 && images[this.painted - 1].fromNs > ns) {
      painting.clear();
      this.painted = 0;
    }
    for (; this.painted < images.length && images[this.painted].fromNs <= ns; this.painted++) {
      painting.paint(...rangeOf(images[this.painted]), this.painted);
    }
    const number = painting.at(addressOf(low, high));
    // Before the last one came to an address every other was gone from there.
    return number >= 0 && ns <= images[number].toNs ? images[number] : null;
  }

  /** Infinity: none. */
  changeAfter(ns: number): number {
    const count = this.changesUpTo(ns);
    return count < this.changes.length ? this.changes[count] : Infinity;
  }

  changesUpTo(ns: number): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.changes[middle] <= ns) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** From events to stretches of time. `painting`: empty, knows the boundaries of all events. */
function loadedImages(
  events: readonly RawImageEvent[],
  texts: readonly string[],
  identities: ModuleIdentities,
  painting: AddressPainting,
): LoadedImage[] {
  const images: LoadedImage[] = [];
  for (const event of events) {
    const path = event.file < 0 ? '' : texts[event.file];
    const { baseLow, baseHigh, size, ns, kind } = event;
    const identity = identities.at(event, path);
    const range = rangeOf(event);
    const before = [...painting.within(...range)].map((number) => images[number]);
    const same = before.find(
      (image) =>
        image.toNs === Infinity &&
        distance(image, baseLow, baseHigh) === 0 &&
        image.size === size &&
        isSameFile(image.path, path) &&
        isSameBuild(image.identity, identity),
    );
    if (same && kind !== 'load') {
      same.identity = joined(same.identity, identity);
      if (isLongerForm(path, same.path)) same.path = path;
      if (kind === 'unload') same.toNs = ns;
      continue;
    }
    // Another image at this place was unloaded unseen: by now at the latest.
    for (const image of before) image.toNs = Math.min(image.toNs, ns);
    // Without a load event it is there since the last one left its place, or since before the trace.
    const fromNs = kind === 'load' ? ns : before.reduce((last, image) => Math.max(last, image.toNs), -Infinity);
    const toNs = kind === 'unload' ? ns : Infinity;
    painting.paint(...range, images.length);
    images.push({ module: -1, path, baseLow, baseHigh, size, fromNs, toNs, identity });
  }
  return images;
}

function rangeOf({ baseLow, baseHigh, size }: { baseLow: number; baseHigh: number; size: number }): [number, number] {
  const base = addressOf(baseLow, baseHigh);
  return [base, base + size];
}

/** Address minus base; exact as long as it is below 2^53. */
function distance(image: LoadedImage, low: number, high: number): number {
  return (high - image.baseHigh) * 4294967296 + (low - image.baseLow);
}

/** \Device\HarddiskVolume2\Windows\x.dll for \Windows\x.dll: load events leave the volume away, rundowns name it (seen). */
function isLongerForm(path: string, known: string): boolean {
  return path.length > known.length && path.toLowerCase().endsWith(known.toLowerCase());
}

/** One file has several paths (\SystemRoot\…, \Device\…, \??\C:\…): its name decides. An event without one can mean any. */
function isSameFile(a: string, b: string): boolean {
  return a === '' || b === '' || fileNameOf(a).toLowerCase() === fileNameOf(b).toLowerCase();
}
