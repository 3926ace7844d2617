import type { Cast } from './cast.ts';
import { moduleNamed } from './symbols.ts';
import { cpuOf, type ObjectPool, type OpenHandle, type World } from './world.ts';

/**
 * cmd.exe starts EventLeak.exe, which inherits seven handles, makes 100 events from four threads each and leaks eight of them until its exit:
 * seed/screens.md, to the microsecond where that tells it. Times below are microseconds since 12:46:37; the trace starts at 12:46:34.
 */
const BASE_US = 3_000_000;
const at = (us: number): number => Math.round((BASE_US + us) * 10) * 100;

export const EVENT_NAME = '\\Sessions\\1\\BaseNamedObjects\\SignalEvent_';
const CACHES = '\\BaseNamedObjects\\C:*ProgramData*Microsoft*Windows*Caches*';
const MAIN = 1416312;
const CMD_THREAD = 1988012;

/** [object, name, handles in parent and child, duplicated at, closed at] */
const INHERITED = [
  { pointer: 0xffff810d03c59420n, type: 'File', name: '\\Device\\ConDrv', handles: [[0x124, 764_854, 792_882]] },
  {
    pointer: 0xffff810d03c77d40n,
    type: 'File',
    name: '\\Device\\ConDrv',
    handles: [
      [0x128, 764_854.4, 792_882.2],
      [0x1e8, 764_854.8, 792_882.6],
    ],
  },
  {
    pointer: 0xffffa8898d006910n,
    type: 'Section',
    name: `${CACHES}cversions.2.ro`,
    handles: [
      [0x2d4, 764_855.6, 792_882.7],
      [0x2dc, 764_856.2, 792_882.9],
    ],
  },
  {
    pointer: 0xffffa8898d00d4b0n,
    type: 'Section',
    name: `${CACHES}{6AF0698E-D558-4F6E-9B3C-3716689AF493}.2.ver0x000000000000000c.db`,
    handles: [[0x2d8, 764_855.9, 792_882.8]],
  },
  {
    pointer: 0xffffa8898d00e370n,
    type: 'Section',
    name: `${CACHES}{DDF571F2-BE98-426D-8288-1A9A39C3FDA2}.2.ver0x0000000000000002.db`,
    handles: [[0x2e0, 764_856.5, 792_883]],
  },
] as const;

/**
 * The races: lifetime of the event, microseconds until the second thread opens it too, the two handles and when the exit sweep reaches the
 * first of them (it goes through the table in the order of values).
 */
const RACES: ReadonlyMap<
  number,
  { lifetime: number; second: number; handles: readonly [number, number]; sweep: number; closeAfter: number }
> = new Map([
  [0, { lifetime: 16_939, second: 11, handles: [0xc0, 0xc4], sweep: 792_874, closeAfter: 172 }],
  [13, { lifetime: 13_739, second: 4, handles: [0xc8, 0xcc], sweep: 792_875, closeAfter: 131 }],
  [21, { lifetime: 12_146, second: 7, handles: [0xd0, 0xd4], sweep: 792_876, closeAfter: 96 }],
  [27, { lifetime: 11_196, second: 2, handles: [0xd8, 0xb4], sweep: 792_877, closeAfter: 104 }],
  [28, { lifetime: 11_033, second: 9, handles: [0xdc, 0xe0], sweep: 792_878, closeAfter: 88 }],
  [29, { lifetime: 10_883, second: 3, handles: [0xe4, 0xb8], sweep: 792_879, closeAfter: 94 }],
  [36, { lifetime: 9_811, second: 6, handles: [0xec, 0xe8], sweep: 792_880, closeAfter: 83 }],
  [56, { lifetime: 6_941, second: 5, handles: [0x110, 0x10c], sweep: 792_881, closeAfter: 80 }],
]);

/** When the first thread of an iteration creates its event; between these the iterations are evenly spaced. */
const CREATED: readonly (readonly [number, number])[] = [
  [0, 775_935],
  [1, 776_216],
  [2, 776_650],
  [3, 776_960],
  ...[...RACES].filter(([i]) => i > 0).map(([i, race]) => [i, race.sweep - race.lifetime] as const),
  [99, 792_097],
];

/** Lifetimes and handles that the pictures show. */
const SHOWN: ReadonlyMap<number, { handle?: number; life?: number }> = new Map([
  [1, { handle: 0xa8, life: 362 }],
  [2, { life: 218 }],
  [99, { handle: 0x13c, life: 72 }],
]);

const CREATORS: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1349480, 352576]],
  [1, [1122960]],
  [99, [2941128]],
]);

/** Values that the races and the pictures need at their time. */
const KEPT = new Set([0xa8, 0x13c, ...[...RACES.values()].flatMap((race) => race.handles), 0x124, 0x128, 0x1e8]);

export const REUSED_POINTER = 0xffff810008be6290n;
const FIRST_POINTER = 0xffff810008be66f0n;
const LAST_POINTER = 0xffff810cda5648b0n;
const OTHER_POINTERS = [
  0xffff810008be7410n,
  0xffff810008be9a30n,
  0xffff810cda564450n,
  0xffff810cda567d10n,
  0xffff810cd9e02b70n,
];

export function tellEventLeak(world: World, cast: Cast, threads: ObjectPool): void {
  const { t, random } = world;
  const { cmd, eventLeak } = cast;
  const inParent = INHERITED.flatMap((object) => {
    const first = world.existing(cmd, { ...object, handle: object.handles[0][0] });
    const others = object.handles
      .slice(1)
      .map(([handle]) => world.existing(cmd, { ...object, object: first.object, handle }));
    return [first, ...others].map((handle, i) => ({
      handle,
      inheritUs: object.handles[i][1],
      closeUs: object.handles[i][2],
    }));
  });

  // cmd.exe runs EventLeak.exe.
  const inherited = inParent.map(({ handle, inheritUs, closeUs }) => ({
    handle: world.inherit(handle, eventLeak, { ns: at(inheritUs), tid: CMD_THREAD, stack: 'inherit', exact: true }),
    closeUs,
  }));
  const birth = {
    pid: eventLeak.pid,
    parentPid: cmd.pid,
    name: eventLeak.name,
    commandLine: eventLeak.commandLine,
    sid: eventLeak.sid,
    sessionId: eventLeak.session,
  };
  t.processStart({ ...birth, ns: world.at(at(765_301)), byPid: cmd.pid, byTid: CMD_THREAD, cpu: cpuOf(CMD_THREAD) });
  const processHandle = world.open(cmd, {
    ns: at(765_310),
    tid: CMD_THREAD,
    type: 'Process',
    pointer: 0xffff810cf91c4080n,
    stack: 'processCreate',
  });
  world.startThread(eventLeak, { ns: at(765_322), tid: MAIN, by: cmd, byTid: CMD_THREAD });
  const threadHandle = world.open(cmd, {
    ns: at(765_330),
    tid: CMD_THREAD,
    type: 'Thread',
    pool: threads,
    stack: 'mainThreadCreate',
  });
  world.close(threadHandle, { ns: at(766_104), tid: CMD_THREAD, stack: 'cmdCloseThread' });
  eventLeak.modules.forEach((name, i) => {
    const module = moduleNamed(name);
    t.image({
      ns: world.at(at(766_320 + i * 610)),
      cpu: cpuOf(MAIN),
      kind: 'load',
      pid: eventLeak.pid,
      tid: MAIN,
      ...module,
    });
  });

  // The loop of main().
  const freePointers = [...OTHER_POINTERS];
  const leaked: { handle: OpenHandle; sweep: number }[] = [];
  for (let i = 0; i < 100; i++) {
    const created = createdAt(i);
    const gap = i < 99 ? createdAt(i + 1) - created : 200;
    const race = RACES.get(i);
    const pointer = pointerOf(i, freePointers);
    const tids = startWorkers(world, cast, threads, i, created);

    const first = world.open(eventLeak, {
      ns: at(created),
      tid: tids.workers[0].tid,
      type: 'Event',
      name: `${EVENT_NAME}${i}`,
      pointer,
      handle: race?.handles[0] ?? SHOWN.get(i)?.handle ?? freeValue(world, cast),
      stack: 'leakCreate',
      exact: true,
    });
    let owned = first;
    let closeUs = created + (SHOWN.get(i)?.life ?? random.int(72, Math.min(gap - 52, 210)));
    if (race !== undefined) {
      // The other thread saw no event either: it opens the same one by its name, and its handle replaces the first.
      const { tid } = tids.workers[1];
      owned = world.open(eventLeak, {
        ns: at(created + race.second),
        tid,
        object: first.object,
        handle: race.handles[1],
        stack: 'leakCreate',
        exact: true,
      });
      closeUs = created + race.second + Math.min(race.closeAfter, gap - race.second - 50);
      leaked.push({ handle: first, sweep: race.sweep });
    }
    tids.join(closeUs);
    world.close(owned, { ns: at(closeUs), tid: MAIN, stack: 'leakClose', exact: true });
    if (race === undefined && OTHER_POINTERS.includes(pointer)) freePointers.unshift(pointer);
  }

  // The end: the last thread and the process go, then the kernel sweeps the handle table.
  world.endThread(at(792_862), MAIN);
  t.processEnd({ ...birth, ns: world.at(at(792_868)), byPid: eventLeak.pid, byTid: MAIN, cpu: cpuOf(MAIN) });
  const sweep = [
    ...leaked.map((l) => ({ handle: l.handle, us: l.sweep })),
    ...inherited.map((h) => ({ handle: h.handle, us: h.closeUs })),
  ];
  sweep.sort((a, b) => a.us - b.us);
  for (const { handle, us } of sweep) world.close(handle, { ns: at(us), tid: MAIN, stack: 'exitSweep', exact: true });
  eventLeak.modules.forEach((name, i) => {
    const module = moduleNamed(name);
    t.image({
      ns: world.at(at(792_930 + i * 14)),
      cpu: cpuOf(MAIN),
      kind: 'unload',
      pid: eventLeak.pid,
      tid: MAIN,
      ...module,
    });
  });
  world.close(processHandle, { ns: at(793_412), tid: CMD_THREAD, stack: 'cmdCloseProcess' });
}

function createdAt(i: number): number {
  const exact = CREATED.find(([n]) => n === i);
  if (exact !== undefined) return exact[1];
  const after = CREATED.findIndex(([n]) => n > i);
  const [n0, us0] = CREATED[after - 1];
  const [n1, us1] = CREATED[after];
  return Math.round(us0 + ((us1 - us0) * (i - n0)) / (n1 - n0));
}

/** SignalEvent_1 to 5 and 13 share an address, one after the other; a leaked one keeps its own until the exit. */
function pointerOf(i: number, free: bigint[]): bigint {
  if (i === 0) return FIRST_POINTER;
  if (i === 99) return LAST_POINTER;
  if ((i >= 1 && i <= 5) || i === 13) return REUSED_POINTER;
  if (!RACES.has(i)) return free.shift() ?? missing('address');
  return 0xffff810008bea000n + BigInt(i) * 0x230n;
}

/** A value of EventLeak's handle table that no picture claims. */
function freeValue(world: World, cast: Cast): number {
  for (;;) {
    const value = 0xa0 + world.random.int(0, 0x30) * 4;
    if (!KEPT.has(value) && !cast.eventLeak.table.has(value)) return value;
  }
}

/** Four std::threads of one iteration: each is a thread, a Thread object and a handle that main() closes in join(). */
function startWorkers(
  world: World,
  cast: Cast,
  pool: ObjectPool,
  iteration: number,
  createdUs: number,
): { workers: { tid: number; handle: OpenHandle }[]; join: (closeUs: number) => void } {
  const { eventLeak } = cast;
  const workers = [0, 1, 2, 3].map((n) => {
    const tid = world.newTid(CREATORS.get(iteration)?.[n]);
    const us = createdUs - 44 + n * 11;
    world.startThread(eventLeak, { ns: at(us - 0.7), tid, byTid: MAIN });
    const handle = world.open(eventLeak, {
      ns: at(us),
      tid: MAIN,
      type: 'Thread',
      pool,
      handle: freeValue(world, cast),
      stack: 'leakThreadCreate',
    });
    return { tid, handle };
  });
  const join = (closeUs: number): void => {
    workers.forEach(({ tid, handle }, n) => {
      world.endThread(at(createdUs + 24 + n * 5.3), tid);
      world.close(handle, { ns: at(closeUs - 14 + n * 3.5), tid: MAIN, stack: 'leakThreadClose' });
    });
  };
  return { workers, join };
}

function missing(what: string): never {
  throw new Error(`the story has no ${what} left`);
}
