import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { OUT, ROOT } from './paths.js';

/** The desktop window: main process, preload script, and the renderer, which `leaklanes serve` shows as well. */
export default defineConfig({
  main: {
    build: {
      outDir: join(OUT, 'electron'),
      emptyOutDir: true,
      sourcemap: true,
      rolldownOptions: {
        input: { main: join(ROOT, 'electron/main.ts') },
        output: { entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: join(OUT, 'electron'),
      emptyOutDir: false,
      sourcemap: true,
      // A sandboxed preload has neither ES modules nor node_modules: CommonJS, with everything in it.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: join(ROOT, 'electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(ROOT, 'renderer'),
    base: './',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: join(OUT, 'renderer'),
      emptyOutDir: true,
      sourcemap: true,
      minify: true,
      // One script from the disk or from this machine: there is nothing to gain from parts.
      chunkSizeWarningLimit: 4000,
      // Not Electron's own Chromium only: `leaklanes serve` has to work in the browsers that people have.
      target: 'es2022',
      rolldownOptions: { input: join(ROOT, 'renderer/index.html') },
    },
  },
});
