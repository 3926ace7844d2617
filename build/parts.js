import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.js';

/**
 * The parts of dist/, each with the sources that go into it. `needs` are files without which the part cannot be built;
 * `folders` are what the part puts into dist/.
 */
export const PARTS = {
  node: {
    sources: ['shared', 'worker', 'cli', 'build/vite.node.config.ts'],
    needs: ['cli/main.ts', 'worker/service.ts'],
    folders: ['node'],
  },
  viewer: {
    sources: ['shared', 'worker', 'electron', 'renderer', 'build/electron.vite.config.ts'],
    needs: ['renderer/index.html', 'renderer/main.tsx', 'electron/main.ts'],
    folders: ['electron', 'renderer'],
  },
};

const EVERY_PART = ['package.json', 'package-lock.json', 'build/build.js', 'build/paths.js', 'build/parts.js'];

/** Files of the source folders that are in no bundle. */
const NOT_BUILT = /\.test\.tsx?$|\.md$|(^|\/)testing$|(^|\/)node_modules$/;

/**
 * A text that changes when a source of the part changes. It is made of sizes and modification times, not of contents: the
 * launcher makes it at every start, and has to be quick.
 */
export function fingerprint(part) {
  const hash = createHash('sha256');
  for (const source of [...PARTS[part].sources, ...EVERY_PART]) visit(source);
  return hash.digest('hex');

  function visit(path) {
    if (NOT_BUILT.test(path)) return;
    const stats = statSync(join(ROOT, path), { throwIfNoEntry: false });
    if (stats === undefined) hash.update(`${path} missing\n`);
    else if (!stats.isDirectory()) hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
    else for (const name of readdirSync(join(ROOT, path)).sort()) visit(`${path}/${name}`);
  }
}

/** The fingerprint that the part in dist/ was built from, null where there is none. */
export function builtFingerprint(part) {
  try {
    return readFileSync(stampFile(part), 'utf8');
  } catch {
    return null;
  }
}

export function stampFile(part) {
  return join(ROOT, 'dist', `.stamp-${part}`);
}

export function isUpToDate(part) {
  return (
    PARTS[part].folders.every((folder) => existsSync(join(ROOT, 'dist', folder))) &&
    builtFingerprint(part) === fingerprint(part)
  );
}

/** The files without which the part cannot be built and which are not there. */
export function missingSources(part) {
  return PARTS[part].needs.filter((path) => !existsSync(join(ROOT, path)));
}

/** True in a checkout, where dist/ follows the sources; an installed package has dist/ alone. */
export function isCheckout() {
  return existsSync(join(ROOT, 'worker/thread.ts'));
}
