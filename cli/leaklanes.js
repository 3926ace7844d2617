#!/usr/bin/env node
/**
 * The program `leaklanes`: in a checkout it first makes sure that dist/ is what the sources say (building on stderr, so that
 * the output of a command stays clean), then it runs the command line from there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isCheckout, isUpToDate } from '../build/parts.js';

const program = new URL('../dist/node/cli.js', import.meta.url);
/** The commands that show the viewer need it built; the others must not wait for it. */
const parts = ['serve', 'open'].includes(process.argv[2] ?? '') ? ['node', 'viewer'] : ['node'];

if (isCheckout() && !parts.every(isUpToDate)) {
  const build = fileURLToPath(new URL('../build/build.js', import.meta.url));
  // Only a person wants to know; a script that looks at stderr must not take it for an error.
  const quiet = process.stderr.isTTY ? [] : ['--quiet'];
  const { status } = spawnSync(process.execPath, [build, ...quiet, ...parts], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('leaklanes: the sources could not be built (see above).\n');
    process.exit(1);
  }
}
if (!existsSync(program)) {
  process.stderr.write(
    'leaklanes: there is no dist/node/cli.js; run `npm ci` in the folder of Leaklanes to build it.\n',
  );
  process.exit(1);
}
await import(program.href);
