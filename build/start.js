#!/usr/bin/env node
/**
 * `npm start -- [FILE]`: opens the window with FILE. Where the Electron runtime cannot be had, or there is no display, it says
 * so and serves the same viewer to a browser instead.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants } from 'node:os';
import { fetchElectron } from './electron-runtime.js';
import { isCheckout, isUpToDate, PARTS } from './parts.js';
import { ROOT } from './paths.js';

const args = process.argv.slice(2).filter((arg) => arg !== '--');
const file = resolveFile(args);
buildWhenStale();

const noWindow = hasDisplay() ? null : 'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
const runtime = noWindow === null ? fetchElectron() : { path: null, reason: noWindow };
const failure = runtime.path === null ? runtime.reason : await openWindow(runtime.path);
if (failure !== null) await serveInstead(failure);

/** npm runs scripts in the folder of the package; INIT_CWD is where the caller stands. */
function resolveFile([name, ...more]) {
  if (name === undefined) return null;
  if (more.length > 0 || name.startsWith('-'))
    stop(2, `usage: npm start -- [FILE], one .etl file at most (got ${args.join(' ')})`);
  const candidates = [process.env.INIT_CWD, process.cwd()].filter(Boolean).map((folder) => resolve(folder, name));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) stop(1, `${candidates[0]}: there is no such file; give the path of an .etl file.`);
  if (statSync(found).isDirectory()) stop(1, `${found} is a folder; give the path of an .etl file.`);
  return found;
}

function buildWhenStale() {
  if (!isCheckout() || Object.keys(PARTS).every(isUpToDate)) return;
  const { status } = spawnSync(process.execPath, [join(ROOT, 'build/build.js')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) stop(1, 'the sources could not be built (see above).');
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Runs the window until it is closed. Returns a reason where it could not even start. */
async function openWindow(electron) {
  const electronArgs = [ROOT];
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    console.error('Running as root, which Chromium refuses to do with its sandbox: starting with --no-sandbox.');
    electronArgs.unshift('--no-sandbox');
  }
  if (file !== null) electronArgs.push(file);
  const child = spawn(electron, electronArgs, { stdio: 'inherit' });
  // Ctrl+C reaches the child as well; this process stays to pass on how it ended.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { code, signal, error } = await new Promise((done) => {
    child.on('error', (error) => done({ error }));
    child.on('exit', (code, signal) => done({ code, signal }));
  });
  if (error !== undefined) return `The Electron runtime does not start (${error.message})`;
  // 127 is the dynamic linker's: the libraries of a desktop are not installed.
  if (code === 127) return 'The Electron runtime does not start, libraries of the desktop are missing (see above)';
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  return null;
}

async function serveInstead(reason) {
  console.error(`${reason}: serving the viewer to a browser instead.`);
  const serveArgs = ['serve', ...(file === null ? [] : [file])];
  if (hasDisplay() && !process.env.CI) serveArgs.push('--open');
  process.argv = [process.argv[0], join(ROOT, 'cli/leaklanes.js'), ...serveArgs];
  await import('../cli/leaklanes.js');
}

function stop(code, sentence) {
  console.error(`leaklanes: ${sentence}`);
  process.exit(code);
}
