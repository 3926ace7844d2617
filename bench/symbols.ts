/**
 * Symbols: a PDB of about 100 MB (written once, kept in the folder for temporary files), opened in a process of its own. Goals: under 300 MB
 * of memory for that process, 100,000 look-ups a second and more.
 */
import { statSync } from 'node:fs';
import { bundleChild } from './childProcess.ts';
import type { SymbolsMeasured } from './symbolsChild.ts';
import { largePdb } from './symbolsPdb.ts';

export async function runSymbolsBench(): Promise<void> {
  const path = await largePdb();
  const child = await bundleChild('symbolsChild');
  try {
    process.stdout.write(`${report(path, child.run<SymbolsMeasured>(path))}\n`);
  } finally {
    child.remove();
  }
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
