/**
 * `--fail-on`: conditions over counts that make a command a gate, e.g. `leak>0`, `open(type=Thread, process=ZSATunnel)>1000`,
 * `mapBytes>=1GB`.
 */
import { InvalidArgumentError } from 'commander';
import type { Filter } from '../shared/filter.ts';
import { squash } from '../shared/nearest.ts';
import {
  END_LOST,
  END_OPEN,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MAPPING,
  type HandleIndex,
} from '../worker/lifetimes/model.ts';
import { selectObjects, type Selection } from '../worker/query/select.ts';
import { countOpenMaps } from '../worker/query/totals.ts';
import { noneOf } from './choice.ts';
import { FILTER_OPTIONS, nearestOption, parseFilterValue, parseLimit } from './options.ts';

/** What can be counted; docs/ci-gate.md says what each means. */
export const METRICS = ['leak', 'leakAtExit', 'open', 'objects', 'handles', 'lost', 'mappings', 'mapBytes'] as const;
export type Metric = (typeof METRICS)[number];

export interface Condition {
  /** as it was written */
  text: string;
  metric: Metric;
  /** on top of the filters of the command line */
  filter: Filter;
  operator: Operator;
  limit: number;
}

const OPERATORS = {
  '>': (count: number, limit: number) => count > limit,
  '>=': (count: number, limit: number) => count >= limit,
  '<': (count: number, limit: number) => count < limit,
  '<=': (count: number, limit: number) => count <= limit,
  '=': (count: number, limit: number) => count === limit,
  '!=': (count: number, limit: number) => count !== limit,
};
type Operator = keyof typeof OPERATORS;

const CONDITION = /^\s*([a-z-]+)\s*(?:\((.*)\))?\s*(>=|<=|!=|==?|>|<)\s*(\S+)\s*$/is;

/** Parses METRIC[(filter=value,…)] OP NUMBER. */
export function parseCondition(text: string): Condition {
  const match = CONDITION.exec(text);
  if (!match) {
    throw new InvalidArgumentError(
      `"${text}" is no condition; write one such as leak>0 or open(type=Thread)>1000, with > >= < <= = or !=.`,
    );
  }
  const [, name, filters, operator, limit] = match;
  const metric = METRICS.find((entry) => entry.toLowerCase() === squash(name));
  if (metric === undefined) throw new InvalidArgumentError(noneOf(name, METRICS));
  return {
    text: text.trim(),
    metric,
    filter: parseFilters(filters ?? ''),
    operator: (operator === '==' ? '=' : operator) as Operator,
    limit: parseLimit(limit, metric === 'mapBytes' ? 'bytes' : 'id'),
  };
}

/** `type=Thread, leak, objectName="a,b"`: filters by their option's name, in any spelling; what has a comma stands in quotes. */
function parseFilters(text: string): Filter {
  const filter: Record<string, unknown> = {};
  for (const [, name, equals, quoted, plain] of text.matchAll(/\s*([^=,]+?)\s*(=\s*(?:"([^"]*)"|([^,]*)))?(?:,|$)/gs)) {
    const wanted = squash(name);
    const option = FILTER_OPTIONS.find(
      (entry) =>
        squash(entry.name) === wanted || entry.field.toLowerCase() === wanted || entry.aliases?.includes(wanted),
    );
    if (option === undefined) {
      const near = nearestOption(
        name,
        FILTER_OPTIONS.map((entry) => entry.name),
      );
      throw new InvalidArgumentError(`There is no filter "${name}"${near ? `; did you mean ${near}?` : '.'}`);
    }
    if (option.kind !== 'flag' && equals === undefined)
      throw new InvalidArgumentError(`${name} needs a value: ${name}=….`);
    filter[option.field] = parseFilterValue(option, (quoted ?? plain ?? '').trim());
  }
  return filter;
}

/** How many a selection has of what a condition counts. */
export function countMetric(selection: Selection, condition: Condition): number {
  const narrowed = narrow(selection, condition.filter);
  const { flags, handleStart } = narrowed.trace.objects;
  const { end } = narrowed.trace.handles;
  const countObjects = (fits: (flags: number) => boolean): number =>
    narrowed.objects.reduce((sum, object) => sum + (fits(flags[object]) ? 1 : 0), 0);
  const countHandles = (fits: (handle: HandleIndex) => boolean): number => {
    let count = 0;
    for (const object of narrowed.objects) {
      for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
        if ((narrowed.handleKept === null || narrowed.handleKept(handle)) && fits(handle)) count++;
      }
    }
    return count;
  };
  switch (condition.metric) {
    case 'leak':
      return countObjects((bits) => (bits & OBJECT_LEAK) !== 0);
    case 'leakAtExit':
      return countObjects((bits) => (bits & OBJECT_LEAK_AT_EXIT) !== 0);
    case 'objects':
      return countObjects((bits) => (bits & OBJECT_MAPPING) === 0);
    case 'open':
      return countHandles((handle) => end[handle] === END_OPEN);
    case 'handles':
      return countHandles(() => true);
    case 'lost':
      return countHandles((handle) => end[handle] === END_LOST);
    case 'mappings':
      return countOpenMaps(narrowed).count;
    case 'mapBytes':
      return countOpenMaps(narrowed).bytes;
  }
}

/** What both keep. */
function narrow(selection: Selection, filter: Filter): Selection {
  if (Object.keys(filter).length === 0) return selection;
  const other = selectObjects(selection.trace, filter);
  const kept = new Set(other.objects);
  const [first, second] = [selection.handleKept, other.handleKept];
  return {
    ...selection,
    objects: selection.objects.filter((object) => kept.has(object)),
    handleKept: first && second ? (handle) => first(handle) && second(handle) : (first ?? second),
  };
}

export function isMet({ operator, limit }: Condition, count: number): boolean {
  return OPERATORS[operator](count, limit);
}
