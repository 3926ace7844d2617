/**
 * All filters of filter.ts as one text, for the search box, saved views and `--query`:
 *
 *   type:Event process:EventLeak leak stack:*NtTerminate* lifetime:<5s !name:*ConDrv* id:10..20
 *
 * Words are separated by spaces. `key:value` sets a filter, a value with spaces stands in double quotes (inside them `\"` and `\\`
 * stand for `"` and `\`). A flag (`leak`, `inherit`, `map`, `!map`) stands alone; `map:1` and `map:0`, the
 * command line's spelling, are `map` and `!map`. `!` before a text filter excludes. A word without a key is
 * looked for in object names. A key that comes again adds alternatives; a range that comes again narrows.
 */
import type { Filter, Range } from './filter.ts';
import { nearestName, squash } from './nearest.ts';
import { HANDLE_ENDS } from './records.ts';
import { fold, hasWildcard, NO_TEXT, parseHex64 } from './textFilter.ts';
import { toBase, unitFactor, UNITS, type Unit } from './units.ts';

export interface QueryError {
  /** where in the text, in UTF-16 units: the word that is wrong */
  at: number;
  length: number;
  /** one sentence: what is wrong and what to write instead */
  message: string;
}

export interface ParsedQuery {
  /** what could be understood, also where `errors` is not empty */
  filter: Filter;
  errors: QueryError[];
}

type FieldsOf<T> = { [K in keyof Filter]-?: Exclude<Filter[K], undefined> extends T ? K : never }[keyof Filter];
type TextField = FieldsOf<string>;
type RangeField = FieldsOf<Range>;
type FlagField = FieldsOf<boolean>;

/** Longest text of a filter (filterSchema). */
const MAX_TEXT = 4096;

/** What the values of a text filter must be; texts with wildcards may be anything. */
type ValueKind = 'hex' | 'number' | 'end';

/** Keys of text filters, in the order in which {@link formatQuery} writes them. */
const TEXT_KEYS: readonly { key: string; field: TextField; values?: ValueKind; aliases?: readonly string[] }[] = [
  { key: 'process', field: 'process', aliases: ['pn', 'processname'] },
  { key: 'related', field: 'relatedProcess', aliases: ['relatedprocess'] },
  { key: 'type', field: 'type' },
  { key: 'name', field: 'objectName', aliases: ['objectname'] },
  { key: 'object', field: 'object', values: 'hex', aliases: ['pointer'] },
  { key: 'handle', field: 'handle', values: 'hex' },
  { key: 'createStack', field: 'createStack' },
  { key: 'createStackId', field: 'createStackId', values: 'number' },
  { key: 'destroyStack', field: 'destroyStack' },
  { key: 'stack', field: 'stack', aliases: ['stackfilter'] },
  { key: 'end', field: 'end', values: 'end' },
  { key: 'inheritedPair', field: 'inheritedPair' },
  { key: 'ptrInMap', field: 'ptrInMap', values: 'hex' },
  { key: 'viewBase', field: 'viewBase', values: 'hex' },
];
const RANGE_KEYS: readonly { key: RangeField; unit: Unit; aliases?: readonly string[] }[] = [
  { key: 'id', unit: 'id' },
  { key: 'lifetime', unit: 'seconds', aliases: ['duration'] },
  { key: 'time', unit: 'seconds' },
  { key: 'mapSize', unit: 'bytes' },
];
const FLAG_KEYS: readonly FlagField[] = ['leak', 'leakAtExit', 'inherit', 'multiProcess', 'overlapped', 'map'];

/** Every key and flag, as they are written. */
export const QUERY_KEYS: readonly string[] = [
  ...TEXT_KEYS.map(({ key }) => key),
  ...RANGE_KEYS.map(({ key }) => key),
  ...FLAG_KEYS,
];

/** Steps of a whole unit: ranges include their ends, so `<5s` ends one step before 5 s. */
const STEPS_PER_UNIT: Record<Unit, number> = { id: 1, seconds: 1e9, bytes: 1 };

interface Word {
  at: number;
  length: number;
  negated: boolean;
  /** null: a bare word */
  key: string | null;
  value: string;
  quoted: boolean;
  /** what is wrong with its quotes */
  broken: string | null;
}

/** Reads a query text. What is wrong is told with its place; the rest of the text still counts. */
export function parseQuery(text: string): ParsedQuery {
  const filter: Filter = {};
  const errors: QueryError[] = [];
  for (const word of words(text)) {
    const message = word.broken ?? applyWord(filter, word);
    if (message !== null) errors.push({ at: word.at, length: word.length, message });
  }
  return { filter, errors };
}

/** The shortest usual text of a filter; {@link parseQuery} gives the same filter back. "" keeps everything. */
export function formatQuery(filter: Filter): string {
  const written: string[] = [];
  for (const { key, field } of TEXT_KEYS) {
    const text = filter[field];
    if (text === undefined || text === '') continue;
    const positive = withoutExclusion(text);
    written.push(positive === null ? `${key}:${quoteValue(text)}` : `!${key}:${quoteValue(positive)}`);
  }
  for (const { key, unit } of RANGE_KEYS) {
    const range = filter[key];
    if (range && (range.min !== null || range.max !== null)) written.push(`${key}:${formatRange(range, unit)}`);
  }
  for (const flag of FLAG_KEYS) if (filter[flag]) written.push(flag);
  if (filter.map === false) written.push('!map');
  return written.join(' ');
}

function words(text: string): Word[] {
  const found: Word[] = [];
  const start = /\S/g;
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const word = readWord(text, match.index);
    found.push(word);
    start.lastIndex = word.at + word.length;
  }
  return found;
}

function readWord(text: string, at: number): Word {
  let next = at;
  const negated = text[next] === '!';
  if (negated) next++;
  const key = /[A-Za-z][A-Za-z-]*(?=:)/y;
  key.lastIndex = next;
  const name = key.exec(text)?.[0] ?? null;
  if (name !== null) next += name.length + 1;
  const value = text[next] === '"' ? readQuoted(text, next) : readPlain(text, next);
  return { at, negated, key: name, ...value, length: value.end - at };
}

function readPlain(text: string, from: number): Pick<Word, 'value' | 'quoted' | 'broken'> & { end: number } {
  let end = from;
  while (end < text.length && !/\s/.test(text[end])) end++;
  return { value: text.slice(from, end), quoted: false, broken: null, end };
}

function readQuoted(text: string, from: number): Pick<Word, 'value' | 'quoted' | 'broken'> & { end: number } {
  let value = '';
  let at = from + 1;
  for (; at < text.length && text[at] !== '"'; at++) {
    // Paths are full of backslashes: only before a quote or another one it is an escape.
    if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at++;
    value += text[at];
  }
  if (at >= text.length) {
    return {
      value,
      quoted: true,
      broken: 'The quote is not closed: add a " at the end of the value.',
      end: text.length,
    };
  }
  const rest = readPlain(text, at + 1);
  const broken = rest.value === '' ? null : 'A space must follow the closing quote: put the whole value in quotes.';
  return { value, quoted: true, broken, end: rest.end };
}

/** Adds what a word says; the sentence that tells what is wrong with it, null where nothing is. */
function applyWord(filter: Filter, word: Word): string | null {
  if (word.key === null) return applyBare(filter, word);
  const wanted = squash(word.key);
  const text = TEXT_KEYS.find(({ key, aliases }) => squash(key) === wanted || aliases?.includes(wanted));
  if (text) return applyText(filter, text, word);
  const range = RANGE_KEYS.find(({ key, aliases }) => squash(key) === wanted || aliases?.includes(wanted));
  if (range) return applyRange(filter, range.key, range.unit, word);
  const flag = FLAG_KEYS.find((name) => squash(name) === wanted);
  if (flag === 'map' && /^[01]$/.test(word.value)) {
    filter.map = (word.value === '1') !== word.negated;
    return null;
  }
  if (flag) return `"${flag}" takes no value: write ${flag === 'map' ? 'map or !map' : flag} alone.`;
  const near = nearestName(word.key, QUERY_KEYS);
  const help = near === null ? `The filters are ${QUERY_KEYS.join(', ')}` : `Did you mean "${near}"`;
  return `There is no filter "${word.key}". ${help}${near === null ? '' : '?'} A name that contains a colon goes into quotes.`;
}

function applyBare(filter: Filter, word: Word): string | null {
  const { value, negated, quoted } = word;
  const flag = quoted ? undefined : FLAG_KEYS.find((name) => squash(name) === squash(value));
  if (flag !== undefined) {
    if (negated && flag !== 'map') return `"${flag}" cannot be excluded: leave it out.`;
    filter[flag] = !negated;
    return null;
  }
  if (value === '') return 'A text is missing after the "!".';
  const contains = value
    .split(';')
    .map((part) =>
      part === '' || hasWildcard(part) ? part : part.startsWith('!') ? `!*${part.slice(1)}*` : `*${part}*`,
    )
    .join(';');
  return addText(filter, 'objectName', contains, negated);
}

function applyText(filter: Filter, key: (typeof TEXT_KEYS)[number], word: Word): string | null {
  if (word.value === '')
    return `"${key.key}:" needs a value, such as ${key.key}:${EXAMPLE_VALUES[key.values ?? 'text']}.`;
  const message = addText(filter, key.field, word.value, word.negated);
  return message ?? (key.values === undefined ? null : valueProblem(word.value, key.values));
}

const EXAMPLE_VALUES: Record<ValueKind | 'text', string> = {
  hex: '0x1234',
  number: '12',
  end: 'processExit',
  text: '*Signal*',
};

/** Adds alternatives to a text filter, with a "!" each where they are excluded. */
function addText(filter: Filter, field: TextField, value: string, negated: boolean): string | null {
  const parts = value.split(';');
  if (negated && parts.some((part) => part.startsWith('!'))) return 'It is excluded twice: leave one "!" out.';
  const added = negated ? parts.map((part) => (part === '' ? '' : `!${part}`)).join(';') : value;
  const before = filter[field];
  const merged = before === undefined ? added : `${before};${added}`;
  if (merged.length > MAX_TEXT) return `The text is longer than ${MAX_TEXT} characters: use a wildcard.`;
  filter[field] = merged;
  return null;
}

function valueProblem(text: string, kind: ValueKind): string | null {
  for (const part of text.split(';')) {
    const plain = part.replace(/^!/, '');
    if (plain === '' || hasWildcard(plain)) continue;
    if (kind === 'hex' && parseHex64(plain) === null) return `"${plain}" is no hexadecimal number: write it as 0x1234.`;
    if (fold(plain) === NO_TEXT) continue;
    if (kind === 'number' && !/^\d+$/.test(plain)) return `"${plain}" is no number of a stack: write it as 12.`;
    if (kind === 'end' && !HANDLE_ENDS.some((end) => fold(end) === fold(plain)))
      return `No handle ends as "${plain}": write ${HANDLE_ENDS.join(', ')}.`;
  }
  return null;
}

/** Alternatives without their "!" where each of them excludes, else null. */
function withoutExclusion(text: string): string | null {
  const parts = text.split(';');
  return parts.every((part) => /^![^!]/.test(part)) ? parts.map((part) => part.slice(1)).join(';') : null;
}

function quoteValue(value: string): string {
  return /\s|^"/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

function applyRange(filter: Filter, field: RangeField, unit: Unit, word: Word): string | null {
  if (word.negated) return `A range cannot be excluded: write ${field}:<… or ${field}:>… instead.`;
  const range = readRange(word.value, unit);
  if (typeof range === 'string') return range;
  const both = narrowed(filter[field], range);
  filter[field] = both;
  if ((both.min ?? 0) < 0 || (both.max ?? 0) < 0) return `"${word.value}" is negative.`;
  return both.min !== null && both.max !== null && both.min > both.max
    ? `The range is upside down: nothing is at least ${both.min} and at most ${both.max}.`
    : null;
}

function narrowed(a: Range | undefined, b: Range): Range {
  if (a === undefined) return b;
  const min = a.min === null || b.min === null ? (a.min ?? b.min) : Math.max(a.min, b.min);
  const max = a.max === null || b.max === null ? (a.max ?? b.max) : Math.min(a.max, b.max);
  return { min, max };
}

/** `<5s`, `<=5s`, `>5s`, `>=5s`, `1s..5s`, `1s..`, `..5s`, `5s`; a sentence where it is none of them. */
function readRange(text: string, unit: Unit): Range | string {
  const compared = /^([<>]=?)(.*)$/s.exec(text);
  if (compared) {
    const limit = readLimit(compared[2], unit);
    if (typeof limit === 'string') return limit;
    const strict = compared[1].length === 1;
    return compared[1].startsWith('<')
      ? { min: null, max: strict ? stepped(limit, -1, unit) : limit }
      : { min: strict ? stepped(limit, 1, unit) : limit, max: null };
  }
  const parts = text.split('..');
  if (parts.length > 2 || text === '..') return `"${text}" is no range: write ${EXAMPLES[unit]}.`;
  const limits = parts.map((part) => (part === '' && parts.length === 2 ? null : readLimit(part, unit)));
  const wrong = limits.find((limit) => typeof limit === 'string');
  if (wrong !== undefined) return wrong;
  const [min, max = min] = limits as (number | null)[];
  return { min, max };
}
const EXAMPLES: Record<Unit, string> = {
  id: '10..20, <10 or >=20',
  seconds: '1ms..5s, <5s or >=1ms',
  bytes: '1MB..1GB, <64KB or >1MB',
};

function readLimit(text: string, unit: Unit): number | string {
  const match = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)([a-z]*)$/i.exec(text);
  const factor = match && unitFactor(unit, match[2]);
  if (!match || typeof factor !== 'number') return `"${text}" is no limit: write ${EXAMPLES[unit]}.`;
  const value = toBase(Number(match[1]), factor);
  if (!Number.isFinite(value)) return `"${text}" is too large.`;
  return value;
}

function inUnit(value: number, factor: number): number {
  return factor < 1 ? value * Math.round(1 / factor) : value / factor;
}

/** The value one step of the unit (id, nanosecond, byte) further: what is left of `<` and `>` with ends that are included. */
function stepped(value: number, direction: 1 | -1, unit: Unit): number {
  const steps = value * STEPS_PER_UNIT[unit];
  // A limit between two steps leaves the next whole one.
  const near = Math.abs(steps - Math.round(steps)) < 1e-3 ? Math.round(steps) + direction : steps + direction / 2;
  const whole = direction > 0 ? Math.floor(near) : Math.ceil(near);
  return whole / STEPS_PER_UNIT[unit];
}

function formatRange(range: Range, unit: Unit): string {
  const { min, max } = range;
  if (min === null) return shortest(['<', '<='], max ?? 0, unit);
  if (max === null) return shortest(['>', '>='], min, unit);
  return min === max ? formatLimit(min, unit) : `${formatLimit(min, unit)}..${formatLimit(max, unit)}`;
}

/** `<5s` rather than `<=4.999999999s`, where both mean the same number. */
function shortest(signs: readonly [string, string], value: number, unit: Unit): string {
  const open = stepped(value, signs[0] === '<' ? 1 : -1, unit);
  const inclusive = signs[1] + formatLimit(value, unit);
  const strict = signs[0] + formatLimit(open, unit);
  const back = readRange(strict, unit);
  const same = typeof back !== 'string' && (signs[0] === '<' ? back.max : back.min) === value;
  return same && strict.length < inclusive.length ? strict : inclusive;
}

/** The shortest spelling of a number among its units that reads back as exactly this number. */
function formatLimit(value: number, unit: Unit): string {
  let best: string | null = null;
  for (const [name, factor] of UNITS[unit]) {
    if (name === '' && unit === 'seconds') continue;
    // 0.0003 s are 300.00000000000006 us in binary: fifteen digits say 300.
    for (const count of [inUnit(value, factor), Number(inUnit(value, factor).toPrecision(15))]) {
      const text = `${count}${name}`;
      if (readLimit(text, unit) === value && (best === null || text.length < best.length)) best = text;
    }
  }
  return best ?? String(value);
}
