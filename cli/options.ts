/**
 * The filter options, in our spelling (--object-name) and in ETWAnalyzer's (-ObjectName, any case, one dash).
 * Arguments are brought into one spelling before commander sees them.
 */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { filterSchema, type Filter, type Range } from '../shared/filter.ts';
import { parseHex64 } from '../shared/textFilter.ts';

type Unit = 'id' | 'seconds' | 'bytes';

interface FilterOption {
  /** name without dashes, as in `--object-name` */
  name: string;
  field: keyof Filter;
  kind: 'text' | 'hex' | 'flag' | 'range' | 'map';
  unit?: Unit;
  help: string;
  /** other spellings, lower case, without dashes */
  aliases?: string[];
}

export const FILTER_OPTIONS: readonly FilterOption[] = [
  {
    name: 'process',
    field: 'process',
    kind: 'text',
    help: 'created by this process: name, name(pid) or pid',
    aliases: ['pn', 'processname'],
  },
  {
    name: 'related-process',
    field: 'relatedProcess',
    kind: 'text',
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
  { name: 'ptr-in-map', field: 'ptrInMap', kind: 'hex', help: 'mappings with this address inside, 0x…' },
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
  'port',
  'help',
  'version',
  'open',
];
const OTHER_ALIASES: Record<string, string> = { timefmt: 'time-format', timedigits: 'time-digits' };

const squash = (name: string): string => name.replaceAll('-', '').toLowerCase();

const SPELLINGS = new Map<string, string>([
  ...FILTER_OPTIONS.flatMap(({ name, aliases = [] }): [string, string][] =>
    [squash(name), ...aliases].map((spelling) => [spelling, name]),
  ),
  ...OTHER_OPTIONS.map((name): [string, string] => [squash(name), name]),
  ...Object.entries(OTHER_ALIASES),
]);

/** Arguments with every known option in its `--kebab-case` spelling and ranges as one argument (`--min-max-id=1..5`). */
export function normalizeArguments(args: readonly string[]): string[] {
  const normalized: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === '--') return [...normalized, ...args.slice(at)];
    const match = /^--?([A-Za-z][A-Za-z-]*)(=[\s\S]*)?$/.exec(arg);
    const name = match && SPELLINGS.get(squash(match[1]));
    if (!match || !name) {
      normalized.push(arg);
      continue;
    }
    const option = FILTER_OPTIONS.find((entry) => entry.name === name);
    if (option?.kind === 'range' && match[2] === undefined) {
      const parts = [args[at + 1] ?? ''];
      if (looksLikeLimit(args[at + 2])) parts.push(args[at + 2]);
      at += parts.length;
      normalized.push(`--${name}=${parts.join('..')}`);
    } else if (option && option.kind !== 'flag' && match[2] === undefined && at + 1 < args.length) {
      // The value may begin with a dash or be a wildcard: bound to its option it cannot be taken for one.
      normalized.push(`--${name}=${args[++at]}`);
    } else {
      normalized.push(`--${name}${match[2] ?? ''}`);
    }
  }
  return normalized;
}

function looksLikeLimit(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+(\.\d+)?([eE][+-]?\d+)?[a-zA-Z]{0,5}$/.test(text);
}

export function addFilterOptions(command: Command): Command {
  for (const { name, kind, unit, help } of FILTER_OPTIONS) {
    if (kind === 'flag') command.option(`--${name}`, help);
    else if (kind === 'range') command.option(`--${name} <min [max]>`, help, (text) => parseRange(text, unit ?? 'id'));
    else if (kind === 'map') command.option(`--${name} <0|1>`, help, parseMap);
    else if (kind === 'hex') command.option(`--${name} <filter>`, help, parseHexFilterText);
    else command.option(`--${name} <filter>`, help, parseText);
  }
  return command;
}

/** The filter that commander's options describe. */
export function filterOf(options: Record<string, unknown>): Filter {
  const filter: Record<string, unknown> = {};
  for (const { name, field } of FILTER_OPTIONS) {
    const value = options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (value !== undefined) filter[field] = value;
  }
  return filterSchema.parse(filter);
}

function parseText(text: string): string {
  if (text === '' || text === '!') throw new InvalidArgumentError('It is empty; give a text such as *Signal*.');
  return text;
}

function parseHexFilterText(text: string): string {
  const parts = parseText(text).split(';');
  for (const part of parts) {
    const plain = part.replace(/^!/, '');
    if (!/[*?]/.test(plain) && parseHex64(plain) === null) {
      throw new InvalidArgumentError(`"${plain}" is no hexadecimal number; write it as 0x1234.`);
    }
  }
  return text;
}

function parseMap(text: string): boolean {
  if (text !== '0' && text !== '1') throw new InvalidArgumentError('It is 1 (mappings only) or 0 (no mappings).');
  return text === '1';
}

const UNITS: Record<Unit, Record<string, number>> = {
  id: { '': 1 },
  seconds: { '': 1, s: 1, sec: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60, h: 3600 },
  bytes: { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 },
};

/** "min" or "min..max", each with an optional unit. */
export function parseRange(text: string, unit: Unit): Range {
  const parts = text.split('..');
  if (parts.length > 2) throw new InvalidArgumentError('A range is: min [max].');
  const [min, max = null] = parts.map((part) => parseLimit(part, unit));
  if (max !== null && min > max)
    throw new InvalidArgumentError(`The range is upside down: ${parts[0]} is more than ${parts[1]}.`);
  return { min, max };
}

function parseLimit(text: string, unit: Unit): number {
  const match = /^(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text);
  const factor = match && UNITS[unit][match[2].toLowerCase()];
  if (!match || typeof factor !== 'number') {
    const units = Object.keys(UNITS[unit]).filter((name) => name !== '');
    const known = units.length > 0 ? `, with or without a unit (${units.join(', ')})` : '';
    throw new InvalidArgumentError(`"${text}" is no number${known}.`);
  }
  const value = Number(match[1]) * factor;
  if (value < 0) throw new InvalidArgumentError(`${text} is negative.`);
  if (unit === 'id' && !Number.isInteger(value)) throw new InvalidArgumentError(`${text} is no whole number.`);
  return value;
}
