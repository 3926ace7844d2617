import type { Cast } from './cast.ts';
import type { Schedule } from './schedule.ts';
import { BUSY_UNTIL_NS, cpuOf, type ObjectPool, type OpenHandle, type World } from './world.ts';

const MS = 1_000_000;
const MAIN = 60064;
const TRAY = 61212;
const VOLUME = 66436;
const DEVENV_MAIN = 2619968;
const BROKER = 2904;

export const EXPLORER_LEAKS = { EtwRegistration: 52, Event: 36 } as const;

type Pools = Record<'event' | 'file' | 'key' | 'other', ObjectPool>;

/** explorer.exe leaks EtwRegistration and Event handles slowly, amid keys and files that it closes. */
export function tellExplorer(world: World, schedule: Schedule, cast: Cast, pools: Pools): void {
  const { random } = world;
  const { explorer } = cast;
  const spread = (count: number, i: number): number =>
    60 * MS + Math.round(((BUSY_UNTIL_NS - 160 * MS) * (i + 0.15 + 0.7 * random.next())) / count / 100) * 100;

  for (let i = 0; i < EXPLORER_LEAKS.EtwRegistration; i++) {
    schedule.at(
      spread(EXPLORER_LEAKS.EtwRegistration, i),
      (ns) =>
        void world.open(explorer, { ns, tid: TRAY, type: 'EtwRegistration', pool: pools.other, stack: 'explorerEtw' }),
    );
  }
  for (let i = 0; i < EXPLORER_LEAKS.Event; i++) {
    schedule.at(
      spread(EXPLORER_LEAKS.Event, i),
      (ns) => void world.open(explorer, { ns, tid: TRAY, type: 'Event', pool: pools.event, stack: 'explorerEvent' }),
    );
  }
  for (let i = 0; i < 220; i++) {
    schedule.at(spread(220, i), (ns) => {
      const clsid = `{${random.int(0x10000000, 0xfffffff0).toString(16).toUpperCase()}-0000-0000-C000-000000000046}`;
      const name = `\\REGISTRY\\USER\\S-1-5-21-2130456992-1604156536-1887207655-1001_Classes\\CLSID\\${clsid}`;
      const key = world.open(explorer, { ns, tid: MAIN, type: 'Key', name, pool: pools.key, stack: 'explorerKey' });
      schedule.at(ns + random.int(9, 700) * 1000, (closeNs) =>
        world.close(key, { ns: closeNs, tid: MAIN, stack: 'explorerKeyClose' }),
      );
    });
  }
  for (let i = 0; i < 110; i++) {
    schedule.at(spread(110, i), (ns) => {
      const name = `\\Device\\HarddiskVolume3\\Users\\alex\\AppData\\Local\\Microsoft\\Windows\\Explorer\\iconcache_${random.pick([16, 32, 48, 256])}.db`;
      const file = world.open(explorer, { ns, tid: MAIN, type: 'File', name, pool: pools.file, stack: 'explorerFile' });
      schedule.at(ns + random.int(40, 9000) * 1000, (closeNs) =>
        world.close(file, { ns: closeNs, tid: MAIN, stack: 'explorerFileClose' }),
      );
    });
  }
  shareEvents(world, schedule, cast, pools.event);
  closeOld(world, schedule, cast);
}

/** Events handed to devenv.exe, and two handles that a service takes over: it closes them in explorer.exe. */
function shareEvents(world: World, schedule: Schedule, cast: Cast, pool: ObjectPool): void {
  const { explorer, devenv, svchost } = cast;
  for (let i = 0; i < 8; i++) {
    schedule.at(410 * MS + i * 1130 * MS, (ns) => {
      const event = world.open(explorer, { ns, tid: MAIN, type: 'Event', pool, stack: 'explorerShare' });
      const copy = world.duplicate(event, devenv, { ns: ns + 24_000, tid: MAIN, stack: 'explorerDuplicate' });
      schedule.at(ns + 3_100_000, (closeNs) =>
        world.close(copy, { ns: closeNs, tid: DEVENV_MAIN, stack: 'vsEventClose' }),
      );
      schedule.at(ns + 5_200_000, (closeNs) => world.close(event, { ns: closeNs, tid: MAIN, stack: 'explorerClose' }));
    });
  }
  for (let i = 0; i < 2; i++) {
    schedule.at(2_205 * MS + i * 5_310 * MS, (ns) => {
      const event = world.open(explorer, { ns, tid: MAIN, type: 'Event', pool, stack: 'explorerShare' });
      schedule.at(ns + 900_000, (takeNs) => {
        const act = { tid: BROKER, by: svchost, stack: 'brokerClose' } as const;
        const taken = world.duplicate(event, svchost, { ns: takeNs, ...act });
        world.close(event, { ns: takeNs + 2000, ...act });
        schedule.at(takeNs + 7_500_000, (closeNs) => world.close(taken, { ns: closeNs, ...act }));
      });
    });
  }
}

/** Six handles from before the trace are closed in it: their opens are not to be seen. */
function closeOld(world: World, schedule: Schedule, cast: Cast): void {
  const { explorer } = cast;
  const old: OpenHandle[] = [];
  for (let i = 0; i < 3; i++) {
    const name = `\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FolderDescriptions\\${i}`;
    old.push(world.existing(explorer, { type: 'Key', name, pointer: 0xffffa889701c3120n + BigInt(i) * 0x1b0n }));
  }
  for (let i = 0; i < 3; i++) {
    const name = `\\Device\\HarddiskVolume3\\Users\\alex\\Downloads\\${['Invoice.pdf', 'Setup.msi', 'notes.txt'][i]}`;
    old.push(world.existing(explorer, { type: 'File', name, pointer: 0xffff810021c0d4e0n + BigInt(i) * 0x190n }));
  }
  old.forEach((handle, i) => {
    const stack = handle.object.type === 'Key' ? 'explorerKeyClose' : 'explorerFileClose';
    schedule.at(730 * MS + i * 1370 * MS, (ns) => world.close(handle, { ns, tid: MAIN, stack }));
  });
}

/** Point in the trace of the seed's 16:07:56.918270. */
const VOLUME_NS = 6_918_270_000;
export const VOLUME_POINTER = 0xffff81002a8033c0n;

/**
 * The File object of the seed's object trace: explorer.exe opens a volume through a kernel handle, and every change of its reference count is
 * recorded. The order and the times are the seed's; where it shows two events in one microsecond they are 400 ns apart here.
 */
export function tellVolumeObject(world: World, cast: Cast): void {
  const { t } = world;
  const { explorer, system } = cast;
  const who = { pid: explorer.pid, tid: VOLUME, cpu: cpuOf(VOLUME) };
  const act = { tid: VOLUME, by: explorer, exact: true } as const;
  const handle = world.open(system, {
    ...act,
    ns: VOLUME_NS,
    afterObjectNs: 9000,
    type: 'File',
    name: '\\Device\\HarddiskVolume5',
    pointer: VOLUME_POINTER,
    handle: 0x8000fd28,
    stack: 'volumeOpen',
  });
  const changes = [
    [3000, 1, 'volumeReference'],
    [5000, 1, 'volumeReferenceOpen'],
    [7000, -1, 'volumeDereference'],
    [7400, 1, 'volumeReferenceHandle'],
    [13_000, -1, 'volumeDereference'],
    [13_400, 1, 'volumeReferenceIrp'],
    [22_000, 1, 'volumeReferenceClose'],
    [23_000, -1, 'volumeDereference'],
  ] as const;
  for (const [offset, change, stack] of changes) {
    const ns = world.at(VOLUME_NS + offset, true);
    const event = { ns, ...who, object: VOLUME_POINTER, ...world.stack(ns, stack, who.cpu) };
    if (change > 0) t.reference(event);
    else t.dereference(event);
  }
  world.close(handle, { ...act, ns: VOLUME_NS + 24_000, beforeDeleteNs: 300, stack: 'volumeClose' });
}
