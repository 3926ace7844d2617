/**
 * Filter values that can match nothing: a word without a wildcard that is nowhere in a trace is mostly a slip of the finger, and an empty
 * output does not tell it from a trace without leaks. What a filter excludes may well be missing.
 */
import type { Filter } from '../shared/filter.ts';
import { nearest } from '../shared/nearest.ts';
import { compileProcessFilter, compileTextFilter, hasWildcard } from '../shared/textFilter.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import type { FileRequest } from './fileWork.ts';

export interface Hint {
  what: 'type' | 'process' | 'module';
  value: string;
  /** what may have been meant */
  near: string | null;
}

/** The values of a request's filters, those of its conditions included, that are nowhere in a trace. */
export function hintsOf(trace: Trace, { filter, failOn, print }: FileRequest): Hint[] {
  const hints: Hint[] = [];
  const add = (text: string | undefined, hintOf: (value: string) => Hint | null): void => {
    for (const value of wantedWords(text)) {
      const hint = hintOf(value);
      if (hint !== null && !hints.some((known) => isSame(known, hint))) hints.push(hint);
    }
  };
  const filters: Filter[] = [filter, ...failOn.map((condition) => condition.filter)];
  for (const { type, process, relatedProcess } of filters) {
    add(type, (value) => typeHint(trace, value));
    add(process, (value) => processHint(trace, value));
    add(relatedProcess, (value) => processHint(trace, value));
  }
  if (print.what === 'modules') {
    add(print.filter.dll, (value) => moduleHint(trace, value));
    add(print.filter.module, (value) => moduleHint(trace, value));
  }
  return hints;
}

/** A line a value that none of the files has: `no type "Evnt" in handle-leak.etl; did you mean Event?` */
export function hintLines(files: readonly { file: string; hints: readonly Hint[] }[]): string[] {
  if (files.length === 0) return [];
  const where = files.length === 1 ? `in ${files[0].file}` : `in any of ${files.length} files`;
  return files[0].hints.flatMap((first) => {
    const all = files.map(({ hints }) => hints.find((hint) => isSame(hint, first)));
    if (all.includes(undefined)) return [];
    const near = all.find((hint) => typeof hint?.near === 'string')?.near;
    return [`no ${first.what} "${first.value}" ${where}${near === undefined ? '.' : `; did you mean ${near}?`}`];
  });
}

function isSame(a: Hint, b: Hint): boolean {
  return a.what === b.what && a.value === b.value;
}

/** Alternatives that ask for one value. */
function wantedWords(text = ''): string[] {
  return text.split(';').filter((word) => word !== '' && !word.startsWith('!') && !hasWildcard(word));
}

function typeHint({ typeNames }: Trace, value: string): Hint | null {
  return typeNames.some(compileTextFilter(value)) ? null : { what: 'type', value, near: nearest(value, typeNames) };
}

function processHint({ processes }: Trace, value: string): Hint | null {
  const { length, name, pid } = processes;
  const matches = compileProcessFilter(value);
  const names = new Set<string>();
  for (let process = 0; process < length; process++) {
    if (matches(name[process], pid[process])) return null;
    const withPid = value.includes('(') ? `(${pid[process]})` : '';
    names.add(name[process] + withPid).add(name[process].replace(/\.exe$/i, '') + withPid);
  }
  // Every pid is near to some other: that is no help.
  const near = /^\d+$/.test(value) ? null : nearest(value, [...names]);
  return { what: 'process', value, near };
}

function moduleHint(trace: Trace, value: string): Hint | null {
  const names = [...new Set(trace.loadedModules().map((module) => module.name))];
  return names.some(compileTextFilter(value)) ? null : { what: 'module', value, near: nearest(value, names) };
}
