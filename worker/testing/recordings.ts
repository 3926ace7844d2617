/** Where the real recordings are: tests look there and skip, with a printed reason, where the folder is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const RECORDINGS =
  process.env.LEAKLANES_TRACES ?? fileURLToPath(new URL('../../../shared/traces', import.meta.url));

/** null where the recordings are there, else why they cannot be used. */
export function recordingsMissing(): string | null {
  if (existsSync(join(RECORDINGS, 'expect'))) return null;
  return `skipped: no real recordings at ${RECORDINGS} (set LEAKLANES_TRACES to a folder that has them)`;
}
