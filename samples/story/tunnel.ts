import type { Cast } from './cast.ts';
import type { Schedule } from './schedule.ts';
import { BUSY_UNTIL_NS, type ObjectPool, type World } from './world.ts';

const MS = 1_000_000;
const SERVICE_THREAD = 10236;
const TIMER_THREAD = 11840;
const SESSION_THREAD = 12004;
const TRAY_THREAD = 13264;

/** How many Thread handles ZSATunnel.exe leaks: one every 29 ms, from 35 ms on. */
export const TUNNEL_LEAKS = 324;

/**
 * ZSATunnel.exe starts a short-lived probe thread on every tick of a timer and never closes its handle: the thread ends, the object stays. Its
 * sockets and events are closed as they should be. ZSATrayManager.exe hands it a section now and then.
 */
export function tellTunnel(
  world: World,
  schedule: Schedule,
  cast: Cast,
  pools: Record<'thread' | 'file' | 'event' | 'section', ObjectPool>,
): void {
  const { random } = world;
  const { tunnel, tray } = cast;

  for (let i = 0; i < TUNNEL_LEAKS; i++) {
    schedule.at(35 * MS + i * 29 * MS + random.int(-900, 900) * 1000, (ns) => {
      const tid = world.newTid();
      world.startThread(tunnel, { ns, tid, byTid: TIMER_THREAD });
      world.open(tunnel, {
        ns: ns + 1400,
        tid: TIMER_THREAD,
        type: 'Thread',
        pool: pools.thread,
        stack: 'tunnelThread',
      });
      schedule.at(ns + random.int(1500, 14_000) * 1000, (endNs) => world.endThread(endNs, tid));
    });
  }

  for (let i = 0; i < 70; i++) {
    schedule.at(random.int(20, BUSY_UNTIL_NS / MS - 200) * MS + random.int(0, 9999) * 100, (ns) => {
      const socket = world.open(tunnel, {
        ns,
        tid: SESSION_THREAD,
        type: 'File',
        name: '\\Device\\Afd',
        pool: pools.file,
        stack: 'tunnelSocket',
      });
      schedule.at(ns + random.int(2, 90) * MS, (closeNs) =>
        world.close(socket, { ns: closeNs, tid: SESSION_THREAD, stack: 'tunnelSocketClose' }),
      );
    });
  }

  for (let i = 0; i < 90; i++) {
    schedule.at(random.int(20, BUSY_UNTIL_NS / MS - 100) * MS + random.int(0, 9999) * 100, (ns) => {
      const reply = world.open(tunnel, {
        ns,
        tid: SESSION_THREAD,
        type: 'Event',
        pool: pools.event,
        stack: 'tunnelEvent',
      });
      schedule.at(ns + random.int(80, 24_000) * 1000, (closeNs) =>
        world.close(reply, { ns: closeNs, tid: SESSION_THREAD, stack: 'tunnelEventClose' }),
      );
    });
  }

  for (let i = 0; i < 5; i++) {
    schedule.at(640 * MS + i * 1900 * MS, (ns) => {
      const section = world.open(tray, {
        ns,
        tid: TRAY_THREAD,
        type: 'Section',
        pool: pools.section,
        stack: 'traySection',
      });
      const copy = world.duplicate(section, tunnel, { ns: ns + 38_000, tid: TRAY_THREAD, stack: 'trayDuplicate' });
      world.close(section, { ns: ns + 61_000, tid: TRAY_THREAD, stack: 'trayClose' });
      schedule.at(ns + 2_700_000, (closeNs) =>
        world.close(copy, { ns: closeNs, tid: SERVICE_THREAD, stack: 'tunnelReceive' }),
      );
    });
  }
}
