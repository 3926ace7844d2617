/**
 * A machine without symbols, settings and proxies for the tests of the command line: to be imported first by each test that runs it, in this
 * process or in another. Everything that it keeps goes into a folder of the test's own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'leaklanes-machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

Object.assign(process.env, {
  LEAKLANES_CACHE: join(folder, 'cache'),
  LEAKLANES_CONFIG_DIR: join(folder, 'config'),
  XDG_CACHE_HOME: join(folder, 'xdg-cache'),
  XDG_CONFIG_HOME: join(folder, 'xdg-config'),
});
for (const name of Object.keys(process.env)) {
  if (/^(_NT_.*|(https?|all|no)_proxy)$/i.test(name)) delete process.env[name];
}
