#!/usr/bin/env node
/**
 * Builds dist/: `node build/build.js [--force] [--quiet] [PART…]`, PART of parts.js, default all. Parts whose sources have
 * not changed since are left alone. A part is built into a folder of its own and put in place when complete, so that a
 * program that runs from dist/ never sees half of one.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.js';
import { fingerprint, isUpToDate, missingSources, PARTS, stampFile } from './parts.js';
import { ROOT } from './paths.js';

const DIST = join(ROOT, 'dist');
const STAGING = join(DIST, '.staging');

const args = process.argv.slice(2);
const force = args.includes('--force');
const quiet = args.includes('--quiet');
const named = args.filter((arg) => !arg.startsWith('--'));
const unknown = named.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`build: there is no part ${unknown.join(', ')}; the parts are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const parts = named.length > 0 ? named : Object.keys(PARTS);

if (!existsSync(join(ROOT, 'node_modules/vite'))) {
  // `npm ci --omit=dev` runs `prepare` too, and has nothing to build with.
  console.error('build: skipped, the development dependencies are not installed');
  process.exit(0);
}
if (force || !parts.every(isUpToDate)) {
  // electron-vite finds package.json by the current folder.
  process.chdir(ROOT);
  mkdirSync(DIST, { recursive: true });
  try {
    await withLock(join(DIST, '.lock'), buildStale, () => say('another build is running, waiting for it'));
  } catch (error) {
    // Stacks of the bundler's own say nothing of what is wrong with the source.
    console.error(`build: failed. ${error.message}`);
    process.exit(1);
  }
} else {
  say('up to date');
}

async function buildStale() {
  for (const part of parts) {
    const missing = missingSources(part);
    if (missing.length > 0) say(`${part}: skipped, there is no ${missing.join(', ')}`);
    else if (force || !isUpToDate(part)) await buildPart(part);
  }
}

async function buildPart(part) {
  const started = Date.now();
  // Taken before the build: what changes meanwhile makes the next run build again.
  const built = fingerprint(part);
  rmSync(STAGING, { recursive: true, force: true });
  process.env.LEAKLANES_BUILD_OUT = STAGING;
  if (part === 'node') await buildNode();
  else await buildViewer();
  rmSync(stampFile(part), { force: true });
  for (const folder of PARTS[part].folders) putInPlace(folder);
  rmSync(STAGING, { recursive: true, force: true });
  writeFileSync(stampFile(part), built);
  say(`${part}: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function buildNode() {
  const { build } = await import('vite');
  await build({ configFile: join(ROOT, 'build/vite.node.config.ts'), logLevel: 'warn' });
}

async function buildViewer() {
  const { build } = await import('electron-vite');
  await build({ configFile: join(ROOT, 'build/electron.vite.config.ts'), logLevel: 'warn' });
}

function putInPlace(folder) {
  const old = join(DIST, `.old-${folder}`);
  const target = join(DIST, folder);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(target)) renameSync(target, old);
  renameSync(join(STAGING, folder), target);
  rmSync(old, { recursive: true, force: true });
}

function say(text) {
  if (!quiet) console.error(`build: ${text}`);
}
