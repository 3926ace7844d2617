/**
 * Text filters as ETWAnalyzer's users know them: `*` (any run) and `?` (any one UTF-16 code unit), case-insensitive,
 * `;` between alternatives, an alternative with a leading `!` excludes. A text passes when one of the positive alternatives
 * matches it, or there is none, and no excluding alternative does.
 *
 * Names come from traces and can be 32,000 characters long, filters 4,096: nothing here backtracks. A pattern is cut at its
 * stars, every piece is searched once, leftmost first, so that the time grows with the length of the text alone
 * (times the words of a bit vector for pieces with `?` and for long ones).
 */

/** Bits of what {@link TextFilter.classify} found: OR them over the texts of one thing, then ask {@link TextFilter.accepts}. */
export const MATCH_POSITIVE = 1;
export const MATCH_NEGATIVE = 2;

/** As a whole alternative: what has no text (no name, no known process, no stack), which no other pattern but `*` matches. */
export const NO_TEXT = '(none)';

/** Tells whether one pattern (without `;` and without its `!`) matches a value, which may come in two parts. */
type Test<A, B> = (a: A, b: B) => boolean;

/**
 * A parsed filter over values of type A, or in two parts A and B. Things with several texts (an object with two names, a stack with many frames,
 * an object with many processes) are asked text by text: one positive match anywhere is enough, one excluded text is too many.
 */
export interface Classifier<A, B = void> {
  /** no alternative at all: it keeps everything */
  readonly empty: boolean;
  /** {@link MATCH_POSITIVE} | {@link MATCH_NEGATIVE} of one value */
  classify(a: A, b: B): number;
  /** whether a thing with these ORed bits passes */
  accepts(bits: number): boolean;
}
export type TextFilter = Classifier<string>;
/** Over name and pid. */
export type ProcessFilter = Classifier<string, number>;
/** Over the high and the low half of a 64-bit number. */
export type HexFilter = Classifier<number, number>;

function parse<A, B = void>(text: string, compile: (pattern: string) => Test<A, B> | null): Classifier<A, B> {
  const positive: Test<A, B>[] = [];
  const negative: Test<A, B>[] = [];
  for (const alternative of text.split(';')) {
    if (alternative === '') continue;
    const excludes = alternative.startsWith('!');
    const test = compile(excludes ? alternative.slice(1) : alternative);
    if (test !== null) (excludes ? negative : positive).push(test);
  }
  const anyPositive = positive.length > 0;
  return {
    empty: !anyPositive && negative.length === 0,
    classify: (a, b) =>
      (anyMatches(positive, a, b) ? MATCH_POSITIVE : 0) | (anyMatches(negative, a, b) ? MATCH_NEGATIVE : 0),
    accepts: (bits) => (!anyPositive || (bits & MATCH_POSITIVE) !== 0) && (bits & MATCH_NEGATIVE) === 0,
  };
}

function anyMatches<A, B>(tests: readonly Test<A, B>[], a: A, b: B): boolean {
  for (const test of tests) if (test(a, b)) return true;
  return false;
}

/** Text filter over whole strings: `Event` matches only "Event" (in any case), `*event*` everything that contains it. */
export function parseTextFilter(text: string): TextFilter {
  return parse(text, (pattern) => {
    const matches = compileWildcard(pattern);
    return isNoText(pattern) ? (value) => value === '' || matches(value) : matches;
  });
}

function isNoText(pattern: string): boolean {
  return fold(pattern) === NO_TEXT;
}

/** {@link parseTextFilter} for things with one text. An empty filter keeps everything. */
export function compileTextFilter(text: string): (value: string) => boolean {
  const filter = parseTextFilter(text);
  return (value) => filter.accepts(filter.classify(value));
}

/**
 * Process filter. Without a wildcard: a bare number is a pid, `name(pid)` the process whose name starts so and that has this pid,
 * anything else the start of the name. With wildcards: the whole name (its ".exe" may be left out, as in ETWAnalyzer), and
 * "name(pid)" where the pattern has a "(". "foo (x86)" and "foo (2)" stay usable as the start of a name.
 */
export function parseProcessFilter(text: string): ProcessFilter {
  return parse(text, compileProcessPattern);
}

export function compileProcessFilter(text: string): (name: string, pid: number) => boolean {
  const filter = parseProcessFilter(text);
  return (name, pid) => filter.accepts(filter.classify(name, pid));
}

function compileProcessPattern(pattern: string): Test<string, number> | null {
  if (pattern === '') return null;
  // A process that is not known has no pid.
  if (isNoText(pattern)) return (_name, pid) => pid < 0;
  if (hasWildcard(pattern)) {
    const matches = compileWildcard(pattern);
    const withPid = pattern.includes('(');
    return (name, pid) =>
      matches(name) ||
      (EXE.test(name) && matches(name.slice(0, -4))) ||
      (withPid && (matches(`${name}(${pid})`) || (EXE.test(name) && matches(`${name.slice(0, -4)}(${pid})`))));
  }
  if (/^\d+$/.test(pattern)) {
    const wanted = Number(pattern);
    return (_name, pid) => pid === wanted;
  }
  const start = fold(pattern);
  const parts = /^(.*?) *\((\d+)\)$/s.exec(pattern);
  if (parts === null) return (name) => fold(name).startsWith(start);
  const nameStart = fold(parts[1]);
  const wanted = Number(parts[2]);
  return (name, pid) => {
    const folded = fold(name);
    return (pid === wanted && folded.startsWith(nameStart)) || folded.startsWith(start);
  };
}
const EXE = /\.exe$/i;

/**
 * Filter over 64-bit numbers written as "0x…": an exact value with or without "0x", leading zeros and windbg's backtick allowed;
 * with wildcards the text "0xFFFF…" (upper case, no padding), or its digits alone.
 */
export function parseHexFilter(text: string): HexFilter {
  return parse(text, compileHexPattern);
}

export function compileHexFilter(text: string): (high: number, low: number) => boolean {
  const filter = parseHexFilter(text);
  return (high, low) => filter.accepts(filter.classify(high, low));
}

function compileHexPattern(pattern: string): Test<number, number> {
  const exact = parseHex64(pattern);
  if (exact !== null) return (high, low) => high === exact.high && low === exact.low;
  const matches = compileFolded(pattern);
  const bare = !/^0x/i.test(pattern);
  return (high, low) => {
    const digits = hexDigits(high, low);
    return matches(`0x${digits}`) || (bare && matches(digits));
  };
}

/** Digits in lower case, as folded patterns are. The upper half is mostly the one of the last number: kernel pointers share theirs. */
function hexDigits(high: number, low: number): string {
  if (high === 0) return low.toString(16);
  if (high !== lastHigh) lastHighDigits = high.toString(16);
  lastHigh = high;
  return lastHighDigits + low.toString(16).padStart(8, '0');
}
let lastHigh = 0;
let lastHighDigits = '0';

/** Two unsigned halves of "0x1B544000000", "1b544000000" or "000001b5`44000000"; null where that is no 64-bit hex number. */
export function parseHex64(text: string): { high: number; low: number } | null {
  const digits = /^\s*(?:0x)?([0-9a-f`]+)\s*$/i
    .exec(text)?.[1]
    ?.replaceAll('`', '')
    .replace(/^0+(?=.)/, '');
  if (digits === undefined || digits.length === 0 || digits.length > 16) return null;
  return { high: Number.parseInt(digits.slice(0, -8) || '0', 16), low: Number.parseInt(digits.slice(-8), 16) };
}

/**
 * Stack filter over frames and over the whole stack (frames joined by newline, leaf first). A pattern without a wildcard is looked for
 * inside the text, as nobody types a whole frame; with wildcards it matches a whole frame or the whole stack.
 * `wholeText` says whether the second question can have another answer than the frames one by one:
 * for `text` and `*text*` it cannot, which saves joining every stack of the trace.
 */
export function parseStackFilter(text: string): TextFilter & { readonly wholeText: boolean } {
  let wholeText = false;
  const filter = parse<string>(text, (pattern) => {
    if (isNoText(pattern)) return (value) => value === '';
    const inside = hasWildcard(pattern) ? pattern : pattern === '' ? '' : `*${pattern}*`;
    if (!/^(\*|\*[^*?\n]*\*|)$/.test(inside)) wholeText = true;
    return compileWildcard(inside);
  });
  return { ...filter, wholeText };
}

/** A filter may be 4,096 characters long: a longer value goes by how it begins, so that three of them fit beside each other. */
const LONGEST_VALUE = 1300;

/**
 * A value (a facet's, a cell's) as a filter that matches it: the characters that mean something become `?`, the end of a very
 * long value a `*`. It can match a few other values than this one, never fewer.
 */
export function escapeForFilter(value: string): string {
  const start = value.length > LONGEST_VALUE ? value.slice(0, LONGEST_VALUE) : value;
  const escaped = start.replace(/[*?;]/g, '?').replace(/^!/, '?');
  if (start !== value) return `${escaped}*`;
  return isNoText(escaped) ? escaped.replace('(', '?') : escaped;
}

export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/**
 * Text in one case, code unit by code unit (so that its length stays): upper, then lower, where either is a single code unit.
 * String.toLowerCase alone turns "İ" into two units and knows two lower-case sigmas.
 */
export function fold(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const upper = unit.toUpperCase();
    const lower = (upper.length === 1 ? upper : unit).toLowerCase();
    folded += lower.length === 1 ? lower : unit;
  }
  return folded;
}

const ANY_RUN = '*';
const ANY_ONE = 0x3f;

/** One pattern with `*` and `?` against whole texts, case-insensitive. */
export function compileWildcard(pattern: string): (value: string) => boolean {
  const matches = compileFolded(pattern);
  return (value) => matches(fold(value));
}

/** {@link compileWildcard} for texts that are folded already. */
function compileFolded(pattern: string): (folded: string) => boolean {
  const pieces = fold(pattern).split(ANY_RUN);
  const first = pieces[0];
  if (pieces.length === 1) return (text) => text.length === first.length && matchesAt(text, 0, first);
  const last = pieces[pieces.length - 1];
  const finders = pieces
    .slice(1, -1)
    .filter((piece) => piece !== '')
    .map(pieceFinder);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !matchesAt(text, 0, first) || !matchesAt(text, end, last)) return false;
    let at = first.length;
    for (const find of finders) {
      at = find(text, at, end);
      if (at < 0) return false;
    }
    return true;
  };
}

function matchesAt(text: string, at: number, piece: string): boolean {
  for (let i = 0; i < piece.length; i++) {
    const unit = piece.charCodeAt(i);
    if (unit !== ANY_ONE && unit !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

/** End of the leftmost place of a piece inside text[from, end), -1 where it has none. */
type Finder = (text: string, from: number, end: number) => number;

/** The longest plain piece that indexOf may look for: its worst case is length × text. */
const PLAIN_LIMIT = 32;

function pieceFinder(piece: string): Finder {
  if (piece.includes('?') || piece.length > PLAIN_LIMIT) return bitFinder(piece);
  return (text, from, end) => {
    const at = text.indexOf(piece, from);
    return at < 0 || at + piece.length > end ? -1 : at + piece.length;
  };
}

/**
 * Shift-And: bit i of the state says that the text so far ends with the first i + 1 units of the piece.
 * One step a unit of the text over ceil(length / 32) words, whatever text and piece look like.
 */
function bitFinder(piece: string): Finder {
  const words = Math.ceil(piece.length / 32);
  const anyOne = new Int32Array(words);
  const masks = new Map<number, Int32Array>();
  for (let i = 0; i < piece.length; i++) {
    if (piece.charCodeAt(i) === ANY_ONE) anyOne[i >> 5] |= 1 << (i & 31);
  }
  for (let i = 0; i < piece.length; i++) {
    const unit = piece.charCodeAt(i);
    if (unit === ANY_ONE) continue;
    let mask = masks.get(unit);
    if (mask === undefined) masks.set(unit, (mask = anyOne.slice()));
    mask[i >> 5] |= 1 << (i & 31);
  }
  const lastWord = words - 1;
  const lastBit = 1 << ((piece.length - 1) & 31);
  return (text, from, end) => {
    const state = new Int32Array(words);
    for (let at = from; at < end; at++) {
      const mask = masks.get(text.charCodeAt(at)) ?? anyOne;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const bits = state[word];
        state[word] = ((bits << 1) | carry) & mask[word];
        carry = bits >>> 31;
      }
      if ((state[lastWord] & lastBit) !== 0) return at + 1;
    }
    return -1;
  };
}
