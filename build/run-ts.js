#!/usr/bin/env node
/**
 * Runs a TypeScript script of the repository: `node build/run-ts.js FILE args…`. The script is bundled (npm packages stay
 * outside) into node_modules/.cache and imported. In every module `import.meta.url`, `.filename` and `.dirname` stay those of
 * the source, so that a script finds the files beside it.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from './paths.js';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('run-ts: node build/run-ts.js FILE.ts [args…]');
  process.exit(2);
}
const script = resolve(file);
if (!existsSync(script)) {
  console.error(`run-ts: there is no ${script}`);
  process.exit(2);
}

// Inside the checkout, so that the bundle finds node_modules; one folder a process, so that scripts can run side by side.
const outDir = join(ROOT, 'node_modules/.cache/leaklanes', `${basename(script, '.ts')}-${process.pid}`);
mkdirSync(outDir, { recursive: true });
process.on('exit', () => rmSync(outDir, { recursive: true, force: true }));

await build({
  configFile: false,
  root: ROOT,
  publicDir: false,
  logLevel: 'warn',
  plugins: [keepImportMeta()],
  build: {
    ssr: script,
    target: 'node20',
    outDir,
    emptyOutDir: true,
    sourcemap: 'inline',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: { output: { format: 'es', entryFileNames: 'script.mjs', chunkFileNames: '[name]-[hash].mjs' } },
  },
});

process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], script, ...args];
await import(pathToFileURL(join(outDir, 'script.mjs')).href);

function keepImportMeta() {
  return {
    name: 'leaklanes:keep-import-meta',
    transform(code, id) {
      if (!code.includes('import.meta.') || id.includes('node_modules')) return null;
      const path = id.split('?')[0];
      return {
        code: code
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.filename', JSON.stringify(path))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
        map: null,
      };
    },
  };
}
