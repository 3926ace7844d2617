import { fileURLToPath } from 'node:url';

/** The root of the checkout (or of the installed package). */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where a build goes. build.js builds into a folder beside dist/ first, and puts it in place when it is complete. */
export const OUT = process.env.LEAKLANES_BUILD_OUT ?? fileURLToPath(new URL('../dist', import.meta.url));
