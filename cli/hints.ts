/**
 * Filter values that can match nothing: a word without a wildcard that is nowhere in a trace is mostly a slip of the finger, and an empty
 * output does not tell it from a trace without leaks. What a filter excludes may well be missing. A stack filter that fits no stack is told
 * where function names are missing: then it may be for want of them.
 */
import type { Filter } from '../shared/filter.ts';
import { nearest } from '../shared/nearest.ts';
import { compileProcessFilter, compileTextFilter, hasWildcard, parseStackFilter } from '../shared/textFilter.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import { textsOf } from '../worker/query/texts.ts';
import type { FileRequest } from './fileWork.ts';

export interface Hint {
  what: 'type' | 'process' | 'module' | 'stack';
  value: string;
  /** what may have been meant */
  near: string | null;
}

/** The values of a request's filters, those of its conditions included, that are nowhere in a trace. */
export function hintsOf(trace: Trace, { filter, failOn, print }: FileRequest): Hint[] {
  const hints: Hint[] = [];
  const push = (hint: Hint | null): void => {
    if (hint !== null && !hints.some((known) => isSame(known, hint))) hints.push(hint);
  };
  const add = (text: string | undefined, hintOf: (value: string) => Hint | null): void => {
    for (const value of alternatives(text)) if (!hasWildcard(value)) push(hintOf(value));
  };
  const filters: Filter[] = [filter, ...failOn.map((condition) => condition.filter)];
  for (const { type, process, relatedProcess, createStack, destroyStack, stack: anyStack } of filters) {
    add(type, (value) => typeHint(trace, value));
    add(process, (value) => processHint(trace, value));
    add(relatedProcess, (value) => processHint(trace, value));
    for (const stack of [createStack, destroyStack, anyStack]) {
      for (const value of alternatives(stack)) push(stackHint(trace, value));
    }
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
    const what = first.what === 'stack' ? 'stack with' : first.what;
    const help = first.what === 'stack' ? UNNAMED : near === undefined ? '.' : `; did you mean ${near}?`;
    return [`no ${what} "${first.value}" ${where}${help}`];
  });
}

function isSame(a: Hint, b: Hint): boolean {
  return a.what === b.what && a.value === b.value;
}

/** Of a filter those parts that keep something. */
function alternatives(text = ''): string[] {
  return text.split(';').filter((word) => word !== '' && !word.startsWith('!'));
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

const UNNAMED = '; not all frames have function names: `leaklanes symbols` says why.';

function stackHint(trace: Trace, value: string): Hint | null {
  if (trace.trust.framesWithoutSymbol === 0) return null;
  const filter = parseStackFilter(value);
  const fits = (text: string): boolean => filter.accepts(filter.classify(text));
  const texts = textsOf(trace);
  for (let stack = 0; stack < trace.stacks.length; stack++) {
    const frames = texts.filteredFrames(stack) ?? [];
    if (frames.some(fits) || (filter.wholeText && fits(frames.join('\n')))) return null;
  }
  return { what: 'stack', value, near: null };
}

function moduleHint(trace: Trace, value: string): Hint | null {
  const names = [...new Set(trace.loadedModules().map((module) => module.name))];
  return names.some(compileTextFilter(value)) ? null : { what: 'module', value, near: nearest(value, names) };
}
