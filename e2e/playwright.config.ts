import { defineConfig } from '@playwright/test';
import type { HostOptions } from './fixtures.ts';
import { SLOWNESS } from './slow.ts';

/** The same flows in both hosts: `leaklanes serve` in a browser, and the desktop window where Electron's runtime is there. */
export default defineConfig<object, HostOptions>({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results/e2e',
  // The tests of a file too: each has its own page, and pages of one server know nothing of each other.
  fullyParallel: true,
  workers: 2,
  timeout: 60_000 * SLOWNESS,
  expect: { timeout: 15_000 * SLOWNESS },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? '../test-results/e2e.json' }]],
  use: { actionTimeout: 15_000 * SLOWNESS },
  projects: [
    { name: 'serve', use: { host: 'serve' } },
    { name: 'electron', use: { host: 'electron' } },
  ],
});
