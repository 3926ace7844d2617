import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{shared,worker,cli,electron,renderer,build,samples,bench}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
  },
});
