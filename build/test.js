#!/usr/bin/env node
/**
 * `npm test`: the unit tests (vitest), then the end-to-end tests (Playwright), and at the very end one line with the sums of
 * both: "N passed, N failed, N skipped". Options: --unit-only, --e2e-only; what else is given goes to Playwright.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findOrInstallBrowser } from './find-browser.js';
import { ROOT } from './paths.js';
import { playwrightResults, vitestResults } from './test-results.js';

const RESULTS = join(ROOT, 'test-results');
const args = process.argv.slice(2);
const unit = !args.includes('--e2e-only');
const endToEnd = !args.includes('--unit-only');
const playwrightArgs = args.filter((arg) => !['--e2e-only', '--unit-only'].includes(arg));

const total = { passed: 0, failed: 0, skipped: [] };
if (unit) add('unit tests', runUnitTests());
if (endToEnd) add('end-to-end tests', await runEndToEndTests());

for (const [reason, names] of byReason(total.skipped))
  console.log(`skipped: ${reason} (${names.length}: ${names.join('; ')})`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

function runUnitTests() {
  const json = resultFile('unit.json');
  const vitest = [
    'run',
    '--config',
    'build/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${json}`,
  ];
  const status = node('node_modules/vitest/vitest.mjs', vitest);
  return results(json, vitestResults, status);
}

async function runEndToEndTests() {
  let browser;
  try {
    browser = await findOrInstallBrowser();
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: [] };
  }
  if (node('build/build.js', []) !== 0) {
    console.error('The end-to-end tests were not run: the program could not be built.');
    return { passed: 0, failed: 1, skipped: [] };
  }
  console.log(`End-to-end tests in ${browser}`);
  const json = resultFile('e2e.json');
  const status = node(
    'node_modules/@playwright/test/cli.js',
    ['test', '--config', 'e2e/playwright.config.ts', ...playwrightArgs],
    { LEAKLANES_BROWSER: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: json },
  );
  return results(json, playwrightResults, status);
}

/** What the report says; a runner that failed without naming a failed test (it crashed, a file did not load) is a failure too. */
function results(json, read, status) {
  let found;
  try {
    found = read(JSON.parse(readFileSync(json, 'utf8')));
  } catch (error) {
    console.error(`The test runner left no report (${error.message}).`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  return status !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found;
}

/** Names of the skipped tests by what keeps them from running here. */
function byReason(skipped) {
  const reasons = new Map();
  for (const { name, reason } of skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  return reasons;
}

function resultFile(name) {
  mkdirSync(RESULTS, { recursive: true });
  const path = join(RESULTS, name);
  rmSync(path, { force: true });
  return path;
}

function node(script, scriptArgs, env = {}) {
  const run = spawnSync(process.execPath, [join(ROOT, script), ...scriptArgs], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return run.status ?? 1;
}

function add(name, { passed, failed, skipped }) {
  console.log(`\n${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
}
