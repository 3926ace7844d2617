import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SAMPLE_FILE } from '../shared/sample.ts';

/** Where the parts of the program are, seen from dist/electron/main.js; inside an asar archive as well. */
export const RENDERER_DIR = fileURLToPath(new URL('../renderer', import.meta.url));
export const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));
export const WORKER_SCRIPT = new URL('../node/worker.js', import.meta.url);

/** The trace that comes with the program. A package has it beside the archive: there it is a file like any other, for every thread. */
export function sampleFile(isPackaged: boolean): string {
  return isPackaged
    ? join(process.resourcesPath, SAMPLE_FILE)
    : fileURLToPath(new URL(`../../${SAMPLE_FILE}`, import.meta.url));
}
