import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withLock } from './lock.js';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leaklanes-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that takes the lock and writes down when it went in and out. */
const HOLDER = `
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { withLock } from ${JSON.stringify(new URL('lock.js', import.meta.url).href)};
const [lock, log] = process.argv.slice(1);
await withLock(lock, async () => {
  appendFileSync(log, 'in\\n');
  await setTimeout(30);
  appendFileSync(log, 'out\\n');
});
`;

function runHolder(): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, lock, join(folder, 'log')], {
    stdio: 'inherit',
  });
  return new Promise((done) => child.on('exit', done));
}

function pidOfDeadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('the lock of a build', () => {
  it('lets one process in at a time, also where all find the lock of a dead one', async () => {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(pidOfDeadProcess()));
    expect(await Promise.all(Array.from({ length: 5 }, runHolder))).toEqual([0, 0, 0, 0, 0]);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in\nout\n'.repeat(5));
    expect(existsSync(lock)).toBe(false);
  });

  it('waits for a process that lives, and says so once', async () => {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    const onWait = vi.fn();
    const work = vi.fn(() => 'done');
    const waiting = withLock(lock, work, onWait);
    await new Promise((tick) => setTimeout(tick, 350));
    expect(work).not.toHaveBeenCalled();
    rmSync(lock, { recursive: true });
    expect(await waiting).toBe('done');
    expect(onWait).toHaveBeenCalledTimes(1);
  });

  it('is taken over from a process that has shown no life for a minute', async () => {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    const minuteAgo = new Date(Date.now() - 61_000);
    utimesSync(lock, minuteAgo, minuteAgo);
    expect(await withLock(lock, () => 'done')).toBe('done');
  });

  it('is given back when the work fails', async () => {
    const broken = withLock(lock, () => {
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });
});
