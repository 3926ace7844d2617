/**
 * Which modules each process had loaded, and which build they are. Image events say where a file was loaded; what a merge adds (ImageID
 * events) says what it is, in three records that share no single key:
 *
 *   Info        (pid, base) → time stamp, size, original name
 *   DbgID_RSDS  (pid, base) → PDB name, GUID, age; it follows the Info of the same pid and base
 *   FileVersion (size, time stamp) → version strings, once for all processes
 *
 * Real recordings leave the time stamp of most image events 0 and repeat the ImageID events, so Info is the bridge.
 */
import type { RawImageEvent, RawImageId, VersionField } from '../events/raw.ts';
import type { ProcessIndex, ProcessTable } from './model.ts';
import { SYSTEM_PID, type Processes } from './processes.ts';
import { dosPaths } from '../events/volumes.ts';

export interface LoadedModule {
  /** kernel images count as System's; -1 where the trace has no such process */
  process: ProcessIndex;
  /** file name, as in `module!function` */
  name: string;
  /** with the DOS name of the volume where the trace knows it */
  path: string;
  baseLow: number;
  baseHigh: number;
  /** bytes */
  size: number;
  /** of the PE header: seconds since 1970, or a hash of reproducible builds; 0 unknown */
  timeStamp: number;
  /** version resource; null: the trace does not have it */
  version: Readonly<Record<VersionField, string>> | null;
  pdb: { name: string; guid: string; age: number } | null;
}

export interface ModuleSources {
  images: readonly RawImageEvent[];
  imageIds: readonly RawImageId[];
  volumes: ReadonlyMap<string, string>;
  strings: readonly string[];
  processes: Processes;
  table: ProcessTable;
}

/** The modules in order of their first event. One that is loaded again at the same place is the same. */
export function loadedModules(sources: ModuleSources): LoadedModule[] {
  const { images, strings, volumes } = sources;
  const identities = new ModuleIdentities(sources.imageIds);
  const toDos = dosPaths(volumes);
  const found = new Map<string, LoadedModule>();
  const ordered = [...images].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
  for (const image of ordered) {
    const process = processOf(image, sources);
    const file = image.file < 0 ? '' : strings[image.file];
    const key = `${process} ${image.baseHigh} ${image.baseLow} ${image.size} ${file.toLowerCase()}`;
    const known = found.get(key);
    if (known && (known.timeStamp !== 0 || image.timeStamp === 0)) continue;
    const { timeStamp, pdb } = identities.at(image);
    const path = toDos(file);
    const name = path.slice(path.lastIndexOf('\\') + 1);
    const version = identities.version(image.size, timeStamp);
    const { baseLow, baseHigh, size } = image;
    found.set(key, { process, name, path, baseLow, baseHigh, size, timeStamp, version, pdb });
  }
  return [...found.values()];
}

/** Kernel images stand under pid 0, which is no process of its own. */
function processOf(image: RawImageEvent, { processes, table }: ModuleSources): ProcessIndex {
  return image.pid === 0 ? table.pid.indexOf(SYSTEM_PID) : processes.at(image.pid, image.ns);
}

interface Identity {
  timeStamp: number;
  size: number;
  pdb: LoadedModule['pdb'];
}

/** The ImageID events by what they can be found with. */
class ModuleIdentities {
  /** pid and base → the images that were there one after the other */
  private readonly places = new Map<string, Identity[]>();
  private readonly versions = new Map<string, Record<VersionField, string>>();

  constructor(imageIds: readonly RawImageId[]) {
    for (const id of imageIds) {
      if (id.kind === 'info') this.info(id);
      else if (id.kind === 'pdb') this.pdb(id);
      else if (id.version) this.versions.set(`${id.imageSize} ${id.timeStamp}`, id.version);
    }
  }

  /** What stood at an image's place: with its size, and its time stamp where the event has one. */
  at(image: RawImageEvent): { timeStamp: number; pdb: LoadedModule['pdb'] } {
    const there = this.places.get(placeKey(image)) ?? [];
    const fits = there.findLast(
      (id) =>
        (id.size === image.size || id.size === 0) &&
        (id.timeStamp === image.timeStamp || image.timeStamp === 0 || id.timeStamp === 0),
    );
    return { timeStamp: image.timeStamp || (fits?.timeStamp ?? 0), pdb: fits?.pdb ?? null };
  }

  version(size: number, timeStamp: number): Record<VersionField, string> | null {
    return this.versions.get(`${size} ${timeStamp}`) ?? null;
  }

  private info(id: RawImageId): void {
    const there = this.there(id);
    const known = there.findIndex((other) => other.timeStamp === id.timeStamp && other.size === id.imageSize);
    // The last entry is the one that a PDB record behind it belongs to.
    const identity =
      known >= 0 ? there.splice(known, 1)[0] : { timeStamp: id.timeStamp, size: id.imageSize, pdb: null };
    there.push(identity);
  }

  private pdb(id: RawImageId): void {
    const there = this.there(id);
    const pdb = { name: id.pdbName, guid: id.pdbGuid, age: id.pdbAge };
    const last = there.at(-1);
    if (last) last.pdb = pdb;
    else there.push({ timeStamp: 0, size: 0, pdb });
  }

  private there(id: RawImageId): Identity[] {
    const key = placeKey(id);
    const known = this.places.get(key);
    if (known) return known;
    const made: Identity[] = [];
    this.places.set(key, made);
    return made;
  }
}

function placeKey({ pid, baseHigh, baseLow }: { pid: number; baseHigh: number; baseLow: number }): string {
  return `${pid} ${baseHigh} ${baseLow}`;
}
