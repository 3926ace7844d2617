import { fileURLToPath } from 'node:url';

/** Where the parts of the program are, seen from dist/electron/main.js; inside an asar archive as well. */
export const RENDERER_DIR = fileURLToPath(new URL('../renderer', import.meta.url));
export const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));
export const WORKER_SCRIPT = new URL('../node/worker.js', import.meta.url);
