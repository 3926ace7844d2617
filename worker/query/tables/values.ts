/**
 * Where the cells of a column come from. A row is a number that its table gives a meaning (an object, a handle, an event …); what is
 * sorted, searched and shown follows from a few functions of it.
 */
import type { Cell } from '../../../shared/tables.ts';
import { formatPointer } from '../../../shared/format.ts';
import { fold } from '../../../shared/textFilter.ts';
import { hexTest } from '../hexTest.ts';
import type { SortKey } from '../radix.ts';
import type { Words } from './words.ts';

export type Values = TextValues | NumberValues | HexValues | FlagValues;

/** One of a list of texts; index -1: none. */
export interface TextValues {
  is: 'text';
  /** made when it is first needed: some lists cost a walk over the trace */
  words: () => Words;
  index: (row: number) => number;
  /** the text without the list, where that is quicker for a few rows */
  text?: (row: number) => string | null;
}

/** NaN: no value. */
export interface NumberValues {
  is: 'number';
  value: (row: number) => number;
  /** where rows without a value stand in rising order; `missing`: at the end of any order */
  unknown: 'first' | 'last' | 'missing';
  /** a number that things are known by (id, pid, tid): can be searched for */
  identifies?: boolean;
}

/** "0x…" */
export interface HexValues {
  is: 'hex';
  /** absent: 0 */
  high?: (row: number) => number;
  low: (row: number) => number;
  /** absent: all rows have a value */
  has?: (row: number) => boolean;
}

export interface FlagValues {
  is: 'flag';
  value: (row: number) => boolean;
}

export function cellOf(values: Values, row: number): Cell {
  switch (values.is) {
    case 'text':
      return values.text === undefined ? values.words().text(values.index(row)) : values.text(row);
    case 'number': {
      const value = values.value(row);
      return Number.isNaN(value) ? null : value;
    }
    case 'hex':
      if (values.has !== undefined && !values.has(row)) return null;
      return formatPointer(values.high === undefined ? 0 : values.high(row), values.low(row));
    case 'flag':
      return values.value(row);
  }
}

/** A column as keys that radix.ts sorts by. */
export function sortKey(values: Values, rows: Uint32Array, descending: boolean): SortKey {
  const flip = descending ? 0xffffffff : 0;
  const low = new Uint32Array(rows.length);
  switch (values.is) {
    case 'text': {
      const rank = values.words().ranks();
      const { index } = values;
      let high: Uint32Array | null = null;
      for (let at = 0; at < rows.length; at++) {
        const word = index(rows[at]);
        if (word >= 0) low[at] = rank[word] ^ flip;
        else (high ??= new Uint32Array(rows.length))[at] = 1;
      }
      return { high, low };
    }
    case 'number':
      return numberKey(values, rows, flip);
    case 'hex':
      return hexKey(values, rows, flip);
    case 'flag':
      for (let at = 0; at < rows.length; at++) low[at] = Number(values.value(rows[at])) ^ flip;
      return { high: null, low };
  }
}

const double = new Float64Array(1);
const [LOW_HALF, HIGH_HALF] = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? [0, 1] : [1, 0];
const halves = new Uint32Array(double.buffer);

/** Doubles in the order of their bits: with the sign turned over, and all bits of a negative one. */
function numberKey(values: NumberValues, rows: Uint32Array, flip: number): SortKey {
  const high = new Uint32Array(rows.length);
  const low = new Uint32Array(rows.length);
  const unknown = values.unknown === 'first' ? -Infinity : Infinity;
  for (let at = 0; at < rows.length; at++) {
    const value = values.value(rows[at]);
    if (Number.isNaN(value) && values.unknown === 'missing') {
      high[at] = 0xffffffff;
      continue;
    }
    double[0] = Number.isNaN(value) ? unknown : value + 0; // -0 is 0
    const turn = halves[HIGH_HALF] >= 0x80000000 ? 0xffffffff : 0;
    low[at] = halves[LOW_HALF] ^ turn ^ flip;
    high[at] = halves[HIGH_HALF] ^ (turn | 0x80000000) ^ flip;
  }
  return { high, low };
}

/** Unsigned 64 bits; a row without a value is last (no address reaches all ones). */
function hexKey(values: HexValues, rows: Uint32Array, flip: number): SortKey {
  const high = new Uint32Array(rows.length);
  const low = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (values.has !== undefined && !values.has(row)) {
      high[at] = 0xffffffff;
      low[at] = 0xffffffff;
      continue;
    }
    high[at] = (values.high === undefined ? 0 : values.high(row)) ^ flip;
    low[at] = values.low(row) ^ flip;
  }
  return { high, low };
}

/**
 * Tells whether the text of a row contains what is searched; null where no row of the column does. Texts count in any case, hex digits
 * with or without "0x", identifying numbers as a whole; times and counts are no texts, as they are shown in many ways.
 */
export function finder(values: Values, find: string): ((row: number) => boolean) | null {
  const needle = fold(find);
  switch (values.is) {
    case 'text': {
      const found = values.words().containing(needle);
      const { index } = values;
      return found === null ? null : (row) => index(row) >= 0 && found[index(row)] === 1;
    }
    case 'number': {
      if (values.identifies !== true || !/^\d{1,15}$/.test(needle)) return null;
      const wanted = Number(needle);
      return (row) => values.value(row) === wanted;
    }
    case 'hex': {
      const contains = hexFinder(needle);
      const { has, high, low } = values;
      if (contains === null) return null;
      return (row) => (has === undefined || has(row)) && contains(high === undefined ? 0 : high(row), low(row) >>> 0);
    }
    case 'flag':
      return null;
  }
}

/** Tells whether "0x…" of two unsigned halves contains a text; null where it never does. */
function hexFinder(needle: string): ((high: number, low: number) => boolean) | null {
  if (!/^(0?x)?[0-9a-f]{0,16}$/.test(needle)) return null;
  if (/^[0-9a-f]{1,8}$/.test(needle) && needle !== '0') return digitsFinder(needle);
  return hexTest(`*${needle}*`);
}

/**
 * Up to eight digits, without writing the number down: a trace has a million pointers. The upper half is mostly the one of the last number:
 * whether the digits are in it alone is known then, and what is left are the eight places that end in the lower half.
 */
function digitsFinder(digits: string): (high: number, low: number) => boolean {
  const wanted = Number.parseInt(digits, 16) | 0;
  const mask = digits.length === 8 ? -1 : (1 << (4 * digits.length)) - 1;
  const isInHalf = (half: number): boolean => {
    const length = 8 - (Math.clz32(half | 1) >> 2);
    for (let shift = 4 * (length - digits.length); shift >= 0; shift -= 4) {
      if (((half >>> shift) & mask) === wanted) return true;
    }
    return false;
  };
  let knownHigh = 0;
  let isInHigh = false;
  /** of the first place that ends in the lower half and does not begin before the number does */
  let firstShift = 0;
  return (high, low) => {
    if (high === 0) return isInHalf(low);
    if (high !== knownHigh) {
      knownHigh = high;
      isInHigh = isInHalf(high);
      firstShift = Math.min(28, 4 * (16 - (Math.clz32(high) >> 2) - digits.length));
    }
    if (isInHigh || (low & mask) === wanted) return true;
    for (let shift = firstShift; shift > 0; shift -= 4) {
      if ((((low >>> shift) | (high << (32 - shift))) & mask) === wanted) return true;
    }
    return false;
  };
}
