/**
 * The filter options, in our spelling (--object-name) and in ETWAnalyzer's (-ObjectName, any case, one dash).
 * Arguments are brought into one spelling before commander sees them.
 */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { filterSchema, type Filter, type Range } from '../shared/filter.ts';
import { nearest, squash } from '../shared/nearest.ts';
import { parseQuery } from '../shared/queryText.ts';
import { hasWildcard, parseHex64 } from '../shared/textFilter.ts';
import { fromEtwAnalyzer } from './etwAnalyzer.ts';
import { UsageError } from './output.ts';
import { toBase, unitFactor, UNITS, type Unit } from '../shared/units.ts';

export interface FilterOption {
  /** name without dashes, as in `--object-name` */
  name: string;
  field: keyof Filter;
  kind: 'text' | 'process' | 'hex' | 'address' | 'flag' | 'range' | 'map';
  unit?: Unit;
  help: string;
  /** other spellings, lower case, without dashes */
  aliases?: string[];
}

export const FILTER_OPTIONS: readonly FilterOption[] = [
  {
    name: 'process',
    field: 'process',
    kind: 'process',
    help: 'created by this process: name, name(pid) or pid',
    aliases: ['pn', 'processname'],
  },
  {
    name: 'related-process',
    field: 'relatedProcess',
    kind: 'process',
    help: 'with this process in any event, inheritance included',
  },
  { name: 'type', field: 'type', kind: 'text', help: 'of this type: Event, Thread, *Etw*' },
  { name: 'object-name', field: 'objectName', kind: 'text', help: 'with this name' },
  { name: 'object', field: 'object', kind: 'hex', help: 'with this object pointer, 0x…' },
  { name: 'handle', field: 'handle', kind: 'hex', help: 'with such a handle value, 0x…; only its events stay' },
  { name: 'create-stack', field: 'createStack', kind: 'text', help: 'with this in the creating stack' },
  { name: 'destroy-stack', field: 'destroyStack', kind: 'text', help: 'with this in the destroying stack' },
  { name: 'stack-filter', field: 'stack', kind: 'text', help: 'only events with this in their stack stay' },
  { name: 'min-max-id', field: 'id', kind: 'range', unit: 'id', help: 'ids: min [max]' },
  {
    name: 'min-max-duration',
    field: 'lifetime',
    kind: 'range',
    unit: 'seconds',
    help: 'lifetime: min [max], in s or with a unit (5us, 10ms)',
  },
  {
    name: 'min-max-time',
    field: 'time',
    kind: 'range',
    unit: 'seconds',
    help: 'only events of this time stay: min [max]',
  },
  {
    name: 'min-max-map-size',
    field: 'mapSize',
    kind: 'range',
    unit: 'bytes',
    help: 'mapping size: min [max], in bytes or with a unit (1MB)',
  },
  { name: 'leak', field: 'leak', kind: 'flag', help: 'leaks: opened in the trace and never closed' },
  {
    name: 'leak-at-exit',
    field: 'leakAtExit',
    kind: 'flag',
    help: 'leaks until exit: closed only when their process ended',
  },
  { name: 'inherit', field: 'inherit', kind: 'flag', help: 'handed to a child process' },
  { name: 'multi-process', field: 'multiProcess', kind: 'flag', help: 'used by more than one process' },
  { name: 'overlapped', field: 'overlapped', kind: 'flag', help: 'with two handles open at the same time' },
  { name: 'map', field: 'map', kind: 'map', help: '1: mappings only, 0: none' },
  { name: 'ptr-in-map', field: 'ptrInMap', kind: 'address', help: 'mappings with this address inside, 0x…' },
  { name: 'view-base', field: 'viewBase', kind: 'hex', help: 'mappings with this base, 0x…' },
];

/** Other options that have an ETWAnalyzer spelling or are written without hyphens. */
const OTHER_OPTIONS = [
  'format',
  'out',
  'events',
  'show-stack',
  'show-ref',
  'csv-separator',
  'time-format',
  'time-digits',
  'no-cmd-line',
  'query',
  'by',
  'top',
  'inverted',
  'fail-on',
  'recursive',
  'force',
  'jobs',
  'show-total',
  'process-format',
  'command-line',
  'new-process',
  'dll',
  'version-filter',
  'module-filter',
  'missing-pdb',
  'pdb',
  'symbols',
  'no-symbols',
  'symbol-path',
  'names',
  'offline',
  'retry',
  'allow-http',
  'port',
  'help',
  'version',
  'open',
];
/** ETWAnalyzer's names of them, lower case. */
const OTHER_ALIASES: Record<string, string> = {
  timefmt: 'time-format',
  processfmt: 'process-format',
  topn: 'top',
  cmdline: 'command-line',
};
/** Options whose value may begin with a dash. */
const BOUND_OPTIONS = ['command-line', 'new-process', 'fail-on', 'query', 'symbol-path'];
/** Options that take one number or two. */
const PAIR_OPTIONS = ['top'];

const SPELLINGS = new Map<string, string>([
  ...FILTER_OPTIONS.flatMap(({ name, aliases = [] }): [string, string][] =>
    [squash(name), ...aliases].map((spelling) => [spelling, name]),
  ),
  ...OTHER_OPTIONS.map((name): [string, string] => [squash(name), name]),
  ...Object.entries(OTHER_ALIASES),
]);

/** Arguments with every known option in its `--kebab-case` spelling and ranges as one argument (`--min-max-id=1..5`). */
export function normalizeArguments(given: readonly string[]): string[] {
  const args = fromEtwAnalyzer(given);
  const normalized: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === '--') return [...normalized, ...args.slice(at)];
    const match = /^--?([A-Za-z][A-Za-z-]*)(=[\s\S]*)?$/.exec(arg);
    if (!match) {
      normalized.push(arg);
      continue;
    }
    const name = SPELLINGS.get(squash(match[1]));
    if (name === undefined) {
      normalized.push(unknownOption(arg));
      continue;
    }
    const option = FILTER_OPTIONS.find((entry) => entry.name === name);
    if (match[2] !== undefined) {
      normalized.push(`--${name}${match[2]}`);
    } else if (option?.kind === 'range' || PAIR_OPTIONS.includes(name)) {
      const parts = [valueOf(args, at + 1, arg)];
      if (looksLikeLimit(args[at + 2])) parts.push(args[at + 2]);
      at += parts.length;
      normalized.push(`--${name}=${parts.join('..')}`);
    } else if ((option && option.kind !== 'flag') || BOUND_OPTIONS.includes(name)) {
      // The value may begin with a dash or be a wildcard: bound to its option it cannot be taken for one.
      normalized.push(`--${name}=${valueOf(args, ++at, arg)}`);
    } else {
      normalized.push(`--${name}`);
    }
  }
  return normalized;
}

/**
 * How options were written, by the spelling that commander knows them by: "--show-total" was "-ShowTotal". Errors name an option as it
 * was typed.
 */
export function typedOptions(given: readonly string[]): Map<string, string> {
  const typed = new Map<string, string>();
  for (const arg of given) {
    if (arg === '--') break;
    const match = /^(--?([A-Za-z][A-Za-z-]*))(=[\s\S]*)?$/.exec(arg);
    if (!match) continue;
    const name = SPELLINGS.get(squash(match[2]));
    const known = name === undefined ? unknownOption(match[1]) : `--${name}`;
    if (!typed.has(known)) typed.set(known, match[1]);
    // What etwAnalyzer.ts makes of them.
    if (squash(match[2]) === 'csv') typed.set('--out', match[1]).set('--format', match[1]);
    if (squash(match[2]) === 'symserver') typed.set('--symbols', match[1]).set('--symbol-path', match[1]);
  }
  return typed;
}

/** A sentence with its options as they were typed. */
export function asTyped(sentence: string, typed: ReadonlyMap<string, string>): string {
  return sentence.replace(/(?<![\w-])--?[a-z][a-z-]*/gi, (option) => typed.get(option) ?? option);
}

/** The option of a command (names without dashes) that an unknown one may mean: by its end, its start (the shortest such), or as the nearest. */
export function nearestOption(typed: string, names: readonly string[]): string | null {
  const word = squash(typed);
  const squashed = names.map(squash).sort((a, b) => a.length - b.length);
  const atEnd = word.length > 1 ? squashed.find((name) => name.endsWith(word)) : undefined;
  const part = atEnd ?? squashed.find((name) => name.startsWith(word));
  const near = part ?? nearest(word, squashed);
  return names.find((name) => squash(name) === near) ?? null;
}

/** Another option is no value: `--type --leak` has lost its type. */
function valueOf(args: readonly string[], at: number, option: string): string {
  const value = args[at];
  const match = value === undefined ? null : /^--?([A-Za-z][A-Za-z-]*)(=[\s\S]*)?$/.exec(value);
  if (value === undefined || (match && SPELLINGS.has(squash(match[1])))) {
    throw new UsageError(`${option} needs a value.`);
  }
  return value;
}

/** "-ObjctName" as "--objct-name", for which the nearest option is found; "-h" is itself. */
function unknownOption(arg: string): string {
  if (!/^-[A-Za-z]{2}/.test(arg)) return arg;
  return `-${arg.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()}`;
}

function looksLikeLimit(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?[a-zA-Z]{0,5}$/.test(text);
}

/** What the help shows for a value. */
const VALUES: Record<Exclude<FilterOption['kind'], 'flag'>, string> = {
  text: '<filter>',
  process: '<filter>',
  hex: '<filter>',
  address: '<address>',
  range: '<min [max]>',
  map: '<0|1>',
};

/** The value of a filter from its text. Throws InvalidArgumentError with the sentence that says what is wrong. */
export function parseFilterValue({ kind, unit }: FilterOption, text: string): string | boolean | Range {
  switch (kind) {
    case 'flag':
      return true;
    case 'range':
      return parseRange(text, unit ?? 'id');
    case 'map':
      return parseMap(text);
    case 'hex':
      return parseHexFilterText(text);
    case 'address':
      return parseAddress(text);
    case 'text':
      return parseText(text);
    case 'process':
      return parseProcessText(text);
  }
}

/** "5" or "5..2": how many, and how many to skip before them. */
export function parseTop(text: string): { count: number; skip: number } {
  const { min, max } = parseRange(text, 'id', true);
  if (min === null || min < 1) throw new InvalidArgumentError('It is a number from 1.');
  return { count: min, skip: max ?? 0 };
}

export function addFilterOptions(command: Command): Command {
  for (const option of FILTER_OPTIONS) {
    if (option.kind === 'flag') command.option(`--${option.name}`, option.help);
    else
      command.option(`--${option.name} ${VALUES[option.kind]}`, option.help, (text) => parseFilterValue(option, text));
  }
  command.option('--query <text>', 'all filters as one text: "type:Event leak !name:*ConDrv*"', parseQueryText);
  return command;
}

/** The filter that commander's options describe. */
export function filterOf(options: Record<string, unknown>): Filter {
  const filter: Record<string, unknown> = { ...(options.query as Filter | undefined) };
  for (const { name, field } of FILTER_OPTIONS) {
    const value = options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (value === undefined) continue;
    if (filter[field] !== undefined)
      throw new UsageError(`--query and --${name} both filter by that; use one of them.`);
    filter[field] = value;
  }
  return filterSchema.parse(filter);
}

/** shared/queryText.ts: the first thing that is wrong with it, with its place. */
function parseQueryText(text: string): Filter {
  const { filter, errors } = parseQuery(text);
  if (errors.length > 0) throw new InvalidArgumentError(`At character ${errors[0].at + 1}: ${errors[0].message}`);
  return filter;
}

export function parseText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty; give a text such as *Signal*.');
  if (/^[;\s]+$/.test(text))
    throw new InvalidArgumentError('There is nothing beside the ";"; give a text such as *Signal*.');
  if (text.split(';').includes('!')) throw new InvalidArgumentError('There is nothing behind the "!" to exclude.');
  return text;
}

/** A process filter: `name(pid)` with both of its brackets. */
export function parseProcessText(text: string): string {
  for (const part of parseText(text).split(';')) {
    if (hasWildcard(part) || part.split('(').length === part.split(')').length) continue;
    throw new InvalidArgumentError(`"${part}" has one bracket of two; write name(pid), or name* for a start.`);
  }
  return text;
}

function parseHexFilterText(text: string): string {
  for (const part of parseText(text).split(';')) {
    const plain = part.replace(/^!/, '');
    const isValid = /[*?]/.test(plain) ? /^(0x)?[0-9a-f*?]+$/i.test(plain) : plain === '' || parseHex64(plain) !== null;
    if (!isValid) throw new InvalidArgumentError(`"${plain}" is no hexadecimal number; write it as 0x1234 or 0x12*.`);
  }
  return text;
}

function parseAddress(text: string): string {
  if (parseHex64(text) === null) throw new InvalidArgumentError(`"${text}" is no address; write it as 0x1234.`);
  return text;
}

function parseMap(text: string): boolean {
  if (text !== '0' && text !== '1') throw new InvalidArgumentError('It is 1 (mappings only) or 0 (no mappings).');
  return text === '1';
}

/** "min" or "min..max", each with an optional unit. */
export function parseRange(text: string, unit: Unit, anyOrder = false): Range {
  const parts = text.split('..');
  if (parts.length > 2) throw new InvalidArgumentError('A range is: min [max].');
  const [min, max = null] = parts.map((part) => parseLimit(part, unit));
  if (!anyOrder && max !== null && min > max)
    throw new InvalidArgumentError(`The range is upside down: ${parts[0]} is more than ${parts[1]}.`);
  return { min, max };
}

/** A number with or without a unit, in ids, seconds or bytes. */
export function parseLimit(text: string, unit: Unit): number {
  const match = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text);
  const factor = match && unitFactor(unit, match[2]);
  if (!match || typeof factor !== 'number') {
    const units = UNITS[unit].map(([name]) => name.toLowerCase()).filter((name) => name !== '');
    const known = units.length > 0 ? `, with or without a unit (${units.join(', ')})` : '';
    throw new InvalidArgumentError(`"${text}" is no number${known}.`);
  }
  const value = toBase(Number(match[1]), factor);
  if (value < 0) throw new InvalidArgumentError(`${text} is negative.`);
  if (unit === 'id' && !Number.isInteger(value)) throw new InvalidArgumentError(`${text} is no whole number.`);
  return value;
}
