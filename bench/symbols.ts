/**
 * Symbols: a PDB of about 100 MB (written once, kept in the folder for temporary files), opened in a process of its own. Goals: under 300 MB
 * of memory for that process, 100,000 look-ups a second and more.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import type { SymbolsMeasured } from './symbolsChild.ts';
import { largePdb } from './symbolsPdb.ts';

export async function runSymbolsBench(): Promise<void> {
  const path = await largePdb();
  const child = await bundleChild();
  try {
    const measured = JSON.parse(
      execFileSync(process.execPath, [child.script, path], { encoding: 'utf8' }),
    ) as SymbolsMeasured;
    process.stdout.write(`${report(path, measured)}\n`);
  } finally {
    child.remove();
  }
}

/** A program of its own: the process that is measured must not have the bundler in its memory. */
async function bundleChild(): Promise<{ script: string; remove: () => void }> {
  const root = join(import.meta.dirname, '..');
  // Inside the checkout, so that the bundle finds node_modules.
  const outDir = join(root, 'node_modules/.cache/leaklanes', `symbols-child-${process.pid}`);
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: join(import.meta.dirname, 'symbolsChild.ts'),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'child.mjs' } },
    },
  });
  return { script: join(outDir, 'child.mjs'), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}

function report(path: string, measured: SymbolsMeasured): string {
  const perSecond = (value: number): string => Math.round(value).toLocaleString('en-US');
  const rows: [string, string][] = [
    ['PDB', `${(statSync(path).size / 1e6).toFixed(1)} MB, ${measured.functions.toLocaleString('en-US')} functions`],
    ['identity', `${measured.identityMs.toFixed(1)} ms`],
    ['open', `${measured.openMs.toFixed(1)} ms`],
    [
      'functions()',
      `${measured.functionsMs.toFixed(0)} ms, the event loop waited ${measured.longestPauseMs.toFixed(0)} ms at most`,
    ],
    ['look-ups/s', `${perSecond(measured.lookUpsPerSecond)} (goal 100,000)`],
    ['look-ups with name/s', perSecond(measured.namesPerSecond)],
    ['sources() of 1,000', `${measured.sourcesMs.toFixed(0)} ms, ${measured.sourcesFound} with a line`],
    ['peak RSS', `${measured.peakRssMb.toFixed(0)} MB (goal 300), of it Node ${measured.nodeRssMb.toFixed(0)} MB`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(22)}${value}`).join('\n');
}
