#!/usr/bin/env node
/**
 * Finds a Chromium for the end-to-end tests, or installs one. On the command line it prints the path.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.js';

const INSTALL_TIMEOUT_MS = 6 * 60_000;

/** Path of a browser that is there, null where none is. Fast; changes nothing. */
export async function findBrowser() {
  const named = process.env.LEAKLANES_BROWSER;
  if (named) return existsSync(named) ? named : null;
  return usualPaths().find((path) => existsSync(path)) ?? (await playwrightsOwn());
}

/** As {@link findBrowser}, and where none is tries Playwright's download, then the system's packages. Throws a sentence. */
export async function findOrInstallBrowser() {
  const named = process.env.LEAKLANES_BROWSER;
  if (named && !existsSync(named)) throw new Error(`LEAKLANES_BROWSER names ${named}, which is not there.`);
  const found = await findBrowser();
  if (found !== null) return found;

  console.error('No Chrome, Chromium or Edge was found: trying `npx playwright install chromium` …');
  run(process.execPath, [join(ROOT, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium']);
  const downloaded = await findBrowser();
  if (downloaded !== null) return downloaded;

  if (isDebian() && process.getuid?.() === 0) {
    console.error('Playwright could not fetch one: trying `apt-get install chromium` …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update'], env);
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], env);
    const installed = await findBrowser();
    if (installed !== null) return installed;
  }
  throw new Error(
    'The end-to-end tests need a browser and none could be had: install Chrome, Chromium or Edge, or set LEAKLANES_BROWSER to the path of one.',
  );
}

function usualPaths() {
  if (process.platform === 'win32') {
    const programs = [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA];
    const browsers = [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
      'Chromium/Application/chrome.exe',
    ];
    return browsers.flatMap((browser) => programs.filter(Boolean).map((folder) => join(folder, browser)));
  }
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  // Ubuntu's /usr/bin/chromium-browser may be a script that only tells to install the snap: it comes last.
  return [
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
    '/usr/bin/chromium',
    '/snap/bin/chromium',
    '/usr/bin/microsoft-edge',
    '/usr/bin/chromium-browser',
  ];
}

async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function run(command, args, env = process.env) {
  spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_TIMEOUT_MS, env });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(await findOrInstallBrowser());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
