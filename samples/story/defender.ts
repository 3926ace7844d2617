import type { Cast } from './cast.ts';
import { cpuOf, type ObjectPool, type World } from './world.ts';

const SCANNER = 10532;
/** Point in the trace of the seed's 16:08:05.671648. */
const MAP_NS = 5_671_648_000;

export const VIEW = {
  base: 0x1b544000000n,
  size: 0x1000000,
  fileKey: 0xffff82082c3ffb70n,
  file: '\\Device\\HarddiskVolume3\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\Default\\mpavbase.vdm',
} as const;

/** MsMpEng.exe maps 16 MB of a file for 86 µs: the seed's file mapping. The file's name is known from the rundown alone. */
export function tellDefender(world: World, cast: Cast, pools: Record<'file' | 'section', ObjectPool>): void {
  const { t } = world;
  const { defender } = cast;
  const cpu = cpuOf(SCANNER);
  const act = { tid: SCANNER } as const;
  const file = world.open(defender, {
    ...act,
    ns: MAP_NS - 61_000,
    type: 'File',
    name: VIEW.file,
    pool: pools.file,
    stack: 'scanFile',
  });
  const section = world.open(defender, {
    ...act,
    ns: MAP_NS - 34_000,
    type: 'Section',
    pool: pools.section,
    stack: 'scanSection',
  });
  const view = {
    pid: defender.pid,
    tid: SCANNER,
    cpu,
    base: VIEW.base,
    fileKey: VIEW.fileKey,
    size: VIEW.size,
    offset: 0,
  };
  const mapNs = world.at(MAP_NS, true);
  t.mapFile({ ns: mapNs, ...view, ...world.stack(mapNs, 'scanMap', cpu) });
  world.close(section, { ...act, ns: MAP_NS + 21_000, stack: 'scanClose' });
  const unmapNs = world.at(MAP_NS + 86_000, true);
  t.unmapFile({ ns: unmapNs, ...view, ...world.stack(unmapNs, 'scanUnmap', cpu) });
  world.close(file, { ...act, ns: MAP_NS + 108_000, stack: 'scanClose' });
}
