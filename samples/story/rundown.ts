import type { Cast } from './cast.ts';
import { VIEW } from './defender.ts';
import { type ModuleSymbol, moduleNamed } from './symbols.ts';
import { OBJECT_TYPES } from './types.ts';
import type { Proc, World } from './world.ts';

const RUNDOWN_NS = 9_600_000_000;
/** The keys of the stacks are defined 1 µs after the last event: at 10 s. */
const LAST_NS = 9_999_999_000;
const RUNDOWN_CPU = 3;

/** What the trace says at its start of what runs already. */
export function writeStartRundown(world: World, cast: Cast): void {
  const { t } = world;
  const header = 'perfInfo';
  let ns = 20_000;
  const next = (): number => world.at((ns += 1700));
  for (const process of Object.values(cast) as Proc[]) {
    if (process.startedInTrace) continue;
    t.processDCStart({ ns: next(), header, ...facts(process) });
    for (const tid of process.threads) t.threadDCStart({ ns: next(), pid: process.pid, tid });
    for (const module of modulesOf(cast, process)) {
      t.image({
        ns: next(),
        header: process.pid === 4 ? 'system' : header,
        kind: 'dcStart',
        pid: imagePid(process),
        ...module,
      });
    }
  }
}

/** The end of the trace: types, every open handle, processes, threads, images and their versions, file names, volumes. */
export function writeEndRundown(world: World, cast: Cast): void {
  const { t } = world;
  const processes = (Object.values(cast) as Proc[]).filter((process) => !process.startedInTrace);
  const cpu = RUNDOWN_CPU;
  const header = 'perfInfo';
  let ns = RUNDOWN_NS;
  const next = (step: number): number => world.at((ns += step));

  for (const [name, type] of Object.entries(OBJECT_TYPES)) t.typeName(type, name, { ns: next(1100), cpu, header });
  const open = [...world.handles].sort((a, b) => a.owner.pid - b.owner.pid || a.value - b.value);
  for (const { owner, value, object } of open) {
    t.handleDCEnd({
      ns: next(26_000),
      cpu,
      header,
      object: object.pointer,
      pid: owner.pid,
      handle: value,
      type: OBJECT_TYPES[object.type],
      name: object.name,
    });
  }
  for (const process of processes) {
    t.processDCEnd({ ns: next(2300), cpu, header, ...facts(process) });
    const started = [...world.threads].filter(([, owner]) => owner === process).map(([tid]) => tid);
    for (const tid of [...process.threads, ...started]) t.threadDCEnd({ ns: next(1900), cpu, pid: process.pid, tid });
    for (const module of modulesOf(cast, process)) {
      t.image({
        ns: next(2100),
        cpu,
        header: process.pid === 4 ? 'system' : header,
        kind: 'dcEnd',
        pid: imagePid(process),
        ...module,
      });
    }
  }
  t.fileName({ ns: next(40_000), cpu, header, opcode: 'rundown', key: VIEW.fileKey, name: VIEW.file });
  t.fileName({
    ns: next(3000),
    cpu,
    header,
    opcode: 'rundown',
    key: 0xffff82082c41d210n,
    name: '\\Device\\HarddiskVolume3\\$Mft',
  });

  // What a merge adds: identity and version of every image.
  for (const process of Object.values(cast) as Proc[]) {
    for (const module of modulesOf(cast, process)) {
      const common = { ns: next(5000), cpu, pid: imagePid(process), base: module.base };
      t.imageFileVersion({
        ...common,
        size: module.size,
        timeStamp: module.timeStamp,
        originalName: module.name,
        description: module.description,
        fileVersion: module.fileVersion,
        binaryVersion: module.productVersion,
        productName: module.product,
        companyName: module.company,
        productVersion: module.productVersion,
      });
      t.imageId({ ...common, size: module.size, timeStamp: module.timeStamp, originalName: module.name });
      t.imageDbgId({ ...common, guid: module.guid, age: module.age, pdb: module.pdb });
    }
  }
  const volumes = [
    ['\\Device\\HarddiskVolume3\\', 'C:\\'],
    ['\\Device\\HarddiskVolume5\\', 'D:\\'],
    ['\\SystemRoot\\', 'C:\\Windows\\'],
    ['\\??\\', ''],
  ] as const;
  volumes.forEach(([nt, dos], i) => t.volumeMapping(nt, dos, { ns: LAST_NS - (volumes.length - 1 - i) * 3000, cpu }));
}

function facts(process: Proc): {
  pid: number;
  parentPid: number;
  name: string;
  commandLine: string;
  sessionId: number;
  sid: readonly number[];
} {
  const { pid, parentPid, name, commandLine, session, sid } = process;
  return { pid, parentPid, name, commandLine, sessionId: session, sid };
}

/** The kernel's image stands under pid 0. */
function imagePid(process: Proc): number {
  return process.pid === 4 ? 0 : process.pid;
}

function modulesOf(cast: Cast, process: Proc): ModuleSymbol[] {
  if (process === cast.system) return [moduleNamed('ntoskrnl.exe')];
  return process.modules.map(moduleNamed);
}
