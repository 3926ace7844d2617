/** Programs that are measured in processes of their own, so that neither code nor memory of the bench stands in their way. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

export interface Child {
  /** Runs it and gives back the JSON of the last line it prints. */
  run<T>(...args: string[]): T;
  remove(): void;
}

/** Bundles a script of this folder. Inside the checkout, so that the bundle finds node_modules. */
export async function bundleChild(script: string): Promise<Child> {
  const root = join(import.meta.dirname, '..');
  const outDir = join(root, 'node_modules/.cache/leaklanes', `${script}-${process.pid}`);
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: join(import.meta.dirname, `${script}.ts`),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'child.mjs' } },
    },
  });
  return {
    run: <T>(...args: string[]) => {
      const output = execFileSync(process.execPath, ['--expose-gc', join(outDir, 'child.mjs'), ...args], {
        encoding: 'utf8',
      });
      return JSON.parse(output.trimEnd().split('\n').at(-1)!) as T;
    },
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  };
}
