import type { Cast } from './cast.ts';
import type { Schedule } from './schedule.ts';
import type { StackName } from './stacks.ts';
import type { ObjectType } from './types.ts';
import { BUSY_UNTIL_NS, type ObjectPool, type World } from './world.ts';

const MS = 1_000_000;
const MAIN = 2619968;
const WORKERS = [2621344, 2622080];
const WATCHER = 2622096;
const POOL = 2623508;
const DISPATCHER = 2625632;

type PoolName = 'event' | 'file' | 'key' | 'section' | 'other';

interface Job {
  type: ObjectType;
  pool: PoolName;
  tids: readonly number[];
  open: StackName;
  close: StackName;
  name: (n: number) => string;
  /** how many in the whole trace */
  count: number;
}

const SOURCES = '\\Device\\HarddiskVolume5\\Source\\HandleLeak\\';
const SETTINGS =
  '\\REGISTRY\\USER\\S-1-5-21-2130456992-1604156536-1887207655-1001\\Software\\Microsoft\\VisualStudio\\17.0_d3e0f5b2\\';

const JOBS: readonly Job[] = [
  {
    type: 'Key',
    pool: 'key',
    tids: [MAIN],
    open: 'vsKey',
    close: 'vsKeyClose',
    count: 900,
    name: (n) => `${SETTINGS}General\\Page${n % 61}`,
  },
  {
    type: 'File',
    pool: 'file',
    tids: WORKERS,
    open: 'vsProject',
    close: 'vsProjectClose',
    count: 520,
    name: (n) => `${SOURCES}EventLeak\\EventLeak${n % 17}.vcxproj`,
  },
  {
    type: 'File',
    pool: 'file',
    tids: [WATCHER],
    open: 'vsWatch',
    close: 'vsWatchClose',
    count: 380,
    name: (n) => `${SOURCES}EventLeak\\Source${n % 29}.cpp`,
  },
  {
    type: 'File',
    pool: 'file',
    tids: [POOL],
    open: 'vsLog',
    close: 'vsLogClose',
    count: 60,
    name: () => '\\Device\\HarddiskVolume3\\Users\\alex\\AppData\\Local\\Temp\\VSLogs\\ActivityLog.xml',
  },
  {
    type: 'Section',
    pool: 'section',
    tids: WORKERS,
    open: 'vsSection',
    close: 'vsSectionClose',
    count: 140,
    name: () => '',
  },
  {
    type: 'Event',
    pool: 'event',
    tids: [DISPATCHER, POOL],
    open: 'vsEvent',
    close: 'vsEventClose',
    count: 420,
    name: () => '',
  },
  {
    type: 'Mutant',
    pool: 'other',
    tids: WORKERS,
    open: 'vsMutant',
    close: 'vsMutantClose',
    count: 120,
    name: (n) => `\\Sessions\\1\\BaseNamedObjects\\VsGate_${n}`,
  },
  {
    type: 'Semaphore',
    pool: 'other',
    tids: WORKERS,
    open: 'vsSemaphore',
    close: 'vsSemaphoreClose',
    count: 60,
    name: () => '',
  },
];

/** Handles that devenv.exe opens itself. */
export const DEVENV_CREATES = JOBS.reduce((sum, job) => sum + job.count, 0) + 6;

/** devenv.exe opens and closes thousands of handles and leaks none. */
export function tellDevenv(world: World, schedule: Schedule, cast: Cast, pools: Record<PoolName, ObjectPool>): void {
  const { random } = world;
  const { devenv } = cast;
  for (const job of JOBS) {
    for (let n = 0; n < job.count; n++) {
      const start = busyTime(random.next(), random.next());
      schedule.at(start, (ns) => {
        const tid = random.pick(job.tids);
        const handle = world.open(devenv, {
          ns,
          tid,
          type: job.type,
          name: job.name(n),
          pool: pools[job.pool],
          stack: job.open,
        });
        const closeAt = Math.min(ns + holdTime(random.next(), random.next()), BUSY_UNTIL_NS - random.int(1, 40) * MS);
        schedule.at(Math.max(closeAt, ns + 5000), (closeNs) =>
          world.close(handle, { ns: closeNs, tid, stack: job.close }),
        );
      });
    }
  }
  lendToSystem(world, schedule, cast, pools.event);
  closeOld(world, schedule, cast);
}

/** Most of the work is in two bursts: a solution is loaded at 1.2 s, a build starts at 4.6 s. */
function busyTime(where: number, within: number): number {
  const [from, to] = where < 0.42 ? [1200, 2700] : where < 0.68 ? [4600, 6100] : [30, 9400];
  return Math.round((from + (to - from) * within) * 10_000) * 100;
}

/** Most handles live for less than half a millisecond, a few for a good part of a second. */
function holdTime(kind: number, within: number): number {
  const [from, to] = kind < 0.7 ? [12, 420] : kind < 0.94 ? [900, 21_000] : [40_000, 420_000];
  return Math.round((from + (to - from) * within * within) * 10) * 100;
}

/** Six events are copied into System for a driver, which closes its copies. The first one has the values of the recorded payload. */
function lendToSystem(world: World, schedule: Schedule, cast: Cast, pool: ObjectPool): void {
  const { devenv, system } = cast;
  for (let i = 0; i < 6; i++) {
    schedule.at(870 * MS + i * 1510 * MS, (ns) => {
      const source = i === 0 && !devenv.table.has(0x5648) ? 0x5648 : undefined;
      const event = world.open(devenv, { ns, tid: DISPATCHER, type: 'Event', pool, handle: source, stack: 'vsEvent' });
      const copy = world.duplicate(event, system, { ns: ns + 16_000, tid: DISPATCHER, stack: 'vsDuplicate' });
      schedule.at(ns + 1_480_000, (closeNs) => world.close(copy, { ns: closeNs, tid: 220, stack: 'systemClose' }));
      schedule.at(ns + 2_020_000, (closeNs) =>
        world.close(event, { ns: closeNs, tid: DISPATCHER, stack: 'vsEventClose' }),
      );
    });
  }
}

/** Ten files from before the trace are closed in it. */
function closeOld(world: World, schedule: Schedule, cast: Cast): void {
  for (let i = 0; i < 10; i++) {
    const name = `${SOURCES}.vs\\HandleLeak\\v17\\ipch\\${(0x3b1f0c + i * 7919).toString(16)}.ipch`;
    const file = world.existing(cast.devenv, { type: 'File', name, pointer: 0xffff8100233f1a50n + BigInt(i) * 0x190n });
    schedule.at(1_260 * MS + i * 83 * MS, (ns) => world.close(file, { ns, tid: WORKERS[0], stack: 'vsProjectClose' }));
  }
}
