/**
 * Which build an image is. Image events say where a file was loaded; what a merge adds (ImageID events) says what it is, in three records
 * that share no single key:
 *
 *   Info        (pid, base) → time stamp, size, original name
 *   DbgID_RSDS  (pid, base) → PDB name, GUID, age; it follows the Info of the same pid and base
 *   FileVersion (size, time stamp) → version strings, once for all processes
 *
 * Real recordings leave the time stamp of most image events 0 and repeat the ImageID events, so Info is the bridge. A pid and a base can
 * mean one image after another (unloaded and loaded, the pid given out again): size, time stamps, the event's own time and names tell them
 * apart. Where all of them leave more than one build, none is named: no name for a function is better than a wrong one.
 */
import type { RawImageEvent, RawImageId, VersionField } from '../events/raw.ts';
import type { PdbIdentity } from '../symbols/model.ts';

export type ModuleVersion = Readonly<Record<VersionField, string>>;

export interface ImageIdentity {
  /** of the PE header; 0 unknown */
  timeStamp: number;
  pdb: PdbIdentity | null;
}

interface KnownImage extends ImageIdentity {
  /** bytes; 0: a PDB record without its Info */
  size: number;
  originalName: string;
  /** times of its records: in merged recordings exactly that of the image event (18,266 of 18,266 seen), in others late */
  times: Set<number>;
}

/** Images that one (pid, base) can have had, of which the last count: a file that has more is made up, and must not cost hours. */
export const MOST_AT_ONE_PLACE = 64;

/** The ImageID events by what they can be found with. */
export class ModuleIdentities {
  /** pid and base → the images that were there one after the other */
  private readonly places = new Map<string, KnownImage[]>();
  private readonly versions = new Map<string, ModuleVersion>();

  constructor(imageIds: readonly RawImageId[]) {
    for (const id of imageIds) {
      if (id.kind === 'info') this.info(id);
      else if (id.kind === 'pdb') this.pdb(id);
      else if (id.version) this.versions.set(versionKey(id.imageSize, id.timeStamp), id.version);
    }
  }

  /** What stood at an image's place. `file`: its path, "" unknown. */
  at(image: RawImageEvent, file: string): ImageIdentity {
    let fits = (this.places.get(placeKey(image)) ?? []).filter(
      ({ size, timeStamp }) =>
        (size === 0 || pages(size) === pages(image.size)) &&
        (timeStamp === image.timeStamp || image.timeStamp === 0 || timeStamp === 0),
    );
    const stem = stemOf(file);
    const isNamedLikeIt = ({ originalName, pdb }: KnownImage): boolean =>
      stemOf(originalName) === stem || (pdb !== null && stemOf(pdb.name) === stem);
    fits = preferred(fits, ({ times }) => times.has(image.ns));
    fits = preferred(fits, ({ size }) => size !== 0);
    fits = preferred(fits, isNamedLikeIt);
    const last = fits.at(-1);
    if (last === undefined || !fits.every((other) => isSameBuild(other, last))) {
      return { timeStamp: image.timeStamp, pdb: null };
    }
    return fits.reduce(joined, { timeStamp: image.timeStamp, pdb: null });
  }

  /** The version resource of the files with that size and time stamp; null: the trace does not have it. */
  version(size: number, timeStamp: number): ModuleVersion | null {
    return this.versions.get(versionKey(size, timeStamp)) ?? null;
  }

  private info(id: RawImageId): void {
    const there = this.there(id);
    const last = there.at(-1);
    const known = there.findIndex((other) => other.timeStamp === id.timeStamp && other.size === id.imageSize);
    // The last entry is the one that a PDB record behind it belongs to; a PDB record may also have come before its Info.
    const isBehindPdb = known < 0 && last?.size === 0 && isSameTime(last, id);
    const image = isBehindPdb ? last : known >= 0 ? there.splice(known, 1)[0] : this.add(there, id);
    if (known >= 0) there.push(image);
    image.timeStamp = id.timeStamp;
    image.size = id.imageSize;
    image.originalName ||= id.originalName;
    image.times.add(id.ns);
  }

  private pdb(id: RawImageId): void {
    const there = this.there(id);
    const pdb = { name: id.pdbName, guid: id.pdbGuid, age: id.pdbAge };
    const last = there.at(-1);
    const isItsOwn = last !== undefined && (last.pdb === null || isSamePdb(last.pdb, pdb));
    const image = isItsOwn ? last : this.add(there, id);
    image.pdb = pdb;
  }

  private add(there: KnownImage[], { ns }: RawImageId): KnownImage {
    const times = new Set([ns]);
    const image: KnownImage = { timeStamp: 0, size: 0, originalName: '', pdb: null, times };
    there.push(image);
    if (there.length > MOST_AT_ONE_PLACE) there.shift();
    return image;
  }

  private there(id: RawImageId): KnownImage[] {
    const key = placeKey(id);
    const known = this.places.get(key);
    if (known) return known;
    const made: KnownImage[] = [];
    this.places.set(key, made);
    return made;
  }
}

/** Whether two descriptions can be of one build: what both know is equal. */
export function isSameBuild(a: ImageIdentity, b: ImageIdentity): boolean {
  return (
    (a.timeStamp === b.timeStamp || a.timeStamp === 0 || b.timeStamp === 0) &&
    (a.pdb === null || b.pdb === null || isSamePdb(a.pdb, b.pdb))
  );
}

/** What two descriptions of one build know together. */
export function joined(a: ImageIdentity, b: ImageIdentity): ImageIdentity {
  return { timeStamp: a.timeStamp || b.timeStamp, pdb: a.pdb ?? b.pdb };
}

/** The part behind the last backslash. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1);
}

function isSamePdb(a: PdbIdentity, b: PdbIdentity): boolean {
  return a.guid === b.guid && a.age === b.age;
}

/** Whether a record can belong to an image that was there by its time; where no times are known it can. */
function isSameTime({ times }: KnownImage, { ns }: RawImageId): boolean {
  return times.has(ns);
}

/** Those of a list that pass a test, or all where none does. */
function preferred<T>(list: T[], test: (item: T) => boolean): T[] {
  const passing = list.filter(test);
  return passing.length > 0 ? passing : list;
}

/** "C:\x\EventLeak.pdb" → "eventleak" */
function stemOf(path: string): string {
  return fileNameOf(path)
    .toLowerCase()
    .replace(/\.[^.]*$/, '');
}

function placeKey({ pid, baseHigh, baseLow }: { pid: number; baseHigh: number; baseLow: number }): string {
  return `${pid} ${baseHigh} ${baseLow}`;
}

function versionKey(size: number, timeStamp: number): string {
  return `${pages(size)} ${timeStamp}`;
}

/** Image events give sizes in whole pages, ImageID events what stands in the file: 5,248 bytes of a driver that takes 8,192 (seen). */
function pages(size: number): number {
  return Math.ceil(size / 4096);
}
