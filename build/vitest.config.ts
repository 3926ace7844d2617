import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Nothing may depend on what the user has in his caches and settings, or change it. */
const HOME = join(tmpdir(), `leaklanes-tests-${process.pid}`);

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{shared,worker,cli,electron,renderer,build,samples,bench}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    env: {
      LEAKLANES_CACHE: join(HOME, 'cache'),
      LEAKLANES_CONFIG_DIR: join(HOME, 'config'),
      LEAKLANES_NO_CACHE: '1',
      _NT_SYMBOL_PATH: '',
      _NT_ALT_SYMBOL_PATH: '',
    },
  },
});
