import { join } from 'node:path';
import { defineConfig } from 'vite';
import { OUT, ROOT } from './paths.js';

/** The side that runs in Node: the command line, and the worker thread that every host starts. */
export default defineConfig({
  root: ROOT,
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: join(OUT, 'node'),
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { cli: join(ROOT, 'cli/main.ts'), worker: join(ROOT, 'worker/thread.ts') },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
