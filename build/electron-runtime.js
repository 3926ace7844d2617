import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.js';

const PACKAGE = join(ROOT, 'node_modules/electron');
const FETCH_TIMEOUT_MS = 5 * 60_000;

/** Path of the Electron program, null where only its npm package is there. Never downloads. */
export function findElectron() {
  const overridden = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  try {
    const program = readFileSync(join(PACKAGE, 'path.txt'), 'utf8').trim();
    const path = join(overridden ?? join(PACKAGE, 'dist'), program);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** As {@link findElectron}, and tries to fetch the runtime once: `{ path }`, or `{ path: null, reason }`. */
export function fetchElectron() {
  const path = findElectron();
  if (path !== null) return { path };
  const install = join(PACKAGE, 'install.js');
  if (!existsSync(install)) return { path: null, reason: 'The npm package electron is not installed' };
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD === '1') {
    return { path: null, reason: 'ELECTRON_SKIP_BINARY_DOWNLOAD=1 is set and the Electron runtime is not there' };
  }
  console.error('Fetching the Electron runtime (once, about 120 MB) …');
  const { status, error } = spawnSync(process.execPath, [install], {
    cwd: ROOT,
    // Its output is progress; a stack trace of a failed download is not for people: one sentence follows.
    stdio: ['ignore', 2, 'pipe'],
    timeout: FETCH_TIMEOUT_MS,
    encoding: 'utf8',
  });
  const fetched = findElectron();
  if (status === 0 && fetched !== null) return { path: fetched };
  const why =
    error?.code === 'ETIMEDOUT'
      ? 'the download took more than 5 minutes'
      : `the download failed${status === null ? '' : ` (code ${status})`}`;
  return { path: null, reason: `The Electron runtime cannot be had, ${why}` };
}
