/**
 * Which modules each process had loaded, and which build they are (stacks/moduleIdentities.ts).
 */
import type { RawImageEvent, RawImageId } from '../events/raw.ts';
import { dosPaths } from '../events/volumes.ts';
import {
  fileNameOf,
  isSameBuild,
  joined,
  ModuleIdentities,
  type ModuleVersion,
  MOST_AT_ONE_PLACE,
} from '../stacks/moduleIdentities.ts';
import type { PdbIdentity } from '../symbols/model.ts';
import type { ProcessIndex, ProcessTable } from './model.ts';
import { SYSTEM_PID, type Processes } from './processes.ts';

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
  version: ModuleVersion | null;
  pdb: PdbIdentity | null;
}

export interface ModuleSources {
  images: readonly RawImageEvent[];
  imageIds: readonly RawImageId[];
  volumes: ReadonlyMap<string, string>;
  strings: readonly string[];
  processes: Processes;
  table: ProcessTable;
}

/** The modules in order of their first event. One build that is loaded again at the same place is the same. */
export function loadedModules(sources: ModuleSources): LoadedModule[] {
  const { images, strings, volumes } = sources;
  const identities = new ModuleIdentities(sources.imageIds);
  const toDos = dosPaths(volumes);
  const modules: LoadedModule[] = [];
  /** place and file → its latest builds */
  const found = new Map<string, LoadedModule[]>();
  const ordered = [...images].sort((a, b) => a.ns - b.ns || a.sequence - b.sequence);
  for (const image of ordered) {
    const process = processOf(image, sources);
    const file = image.file < 0 ? '' : strings[image.file];
    const identity = identities.at(image, file);
    const { baseLow, baseHigh, size } = image;
    const key = `${process} ${baseHigh} ${baseLow} ${size} ${file.toLowerCase()}`;
    const builds = found.get(key) ?? [];
    found.set(key, builds);
    const known = builds.find((build) => isSameBuild(build, identity));
    if (known) {
      Object.assign(known, joined(known, identity));
      known.version ??= identities.version(size, known.timeStamp);
      continue;
    }
    const path = toDos(file);
    const version = identities.version(size, identity.timeStamp);
    const module = { process, name: fileNameOf(path), path, baseLow, baseHigh, size, ...identity, version };
    builds.push(module);
    if (builds.length > MOST_AT_ONE_PLACE) builds.shift();
    modules.push(module);
  }
  return modules;
}

/** Kernel images stand under pid 0, which is no process of its own. */
function processOf(image: RawImageEvent, { processes, table }: ModuleSources): ProcessIndex {
  return image.pid === 0 ? table.pid.indexOf(SYSTEM_PID) : processes.at(image.pid, image.ns);
}
