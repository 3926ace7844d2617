import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** A holder that has not touched its lock for so long is gone, whatever its process id says (another container, a suspended laptop). */
const STALE_MS = 60_000;

/**
 * Runs `work` while holding a lock that is a folder: mkdir is atomic everywhere. A second process waits; the lock of a
 * process that died is taken over.
 */
export async function withLock(folder, work, onWait = () => {}) {
  let waited = false;
  while (!tryLock(folder)) {
    if (!waited) onWait();
    waited = true;
    await sleep(100);
  }
  const heartbeat = setInterval(() => touch(folder), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryLock(folder) {
  if (makeFolder(folder)) {
    writeFileSync(join(folder, 'pid'), String(process.pid));
    return true;
  }
  if (!isStale(folder)) return false;
  // Two processes that both see a stale lock must not both remove it: the second would remove the first one's new lock.
  const takeover = `${folder}-takeover`;
  if (!makeFolder(takeover)) {
    if (ageMs(takeover) > STALE_MS) rmSync(takeover, { recursive: true, force: true });
    return false;
  }
  try {
    if (isStale(folder)) rmSync(folder, { recursive: true, force: true });
  } finally {
    rmSync(takeover, { recursive: true, force: true });
  }
  return false;
}

function makeFolder(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(folder) {
  if (ageMs(folder) > STALE_MS) return true;
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: the process lives and is another user's. No pid file yet: the holder is about to write it.
    return error.code === 'ESRCH';
  }
}

/** Age of the last heartbeat; 0 where the folder has gone. */
function ageMs(folder) {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

function touch(folder) {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Removed under us: the build goes on, the next holder rebuilds if it has to.
  }
}
