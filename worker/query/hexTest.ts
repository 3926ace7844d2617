/**
 * Hex filters over columns of a million numbers: the same answers as parseHexFilter() of shared/textFilter.ts, without writing a number
 * down as text.
 */
import { fold, MATCH_NEGATIVE, MATCH_POSITIVE, parseHex64, parseHexFilter } from '../../shared/textFilter.ts';

/** Of the unsigned halves of a 64-bit number. */
type HexTest = (high: number, low: number) => boolean;

/** Tells which numbers pass a hex filter. */
export function hexTest(text: string): HexTest {
  const filter = parseHexFilter(text);
  const accepted = Uint8Array.from({ length: (MATCH_POSITIVE | MATCH_NEGATIVE) + 1 }, (_, bits) =>
    Number(filter.accepts(bits)),
  );
  const alternatives = text
    .split(';')
    .filter((alternative) => alternative !== '')
    .map((alternative) =>
      alternative.startsWith('!')
        ? { bit: MATCH_NEGATIVE, matches: patternTest(alternative.slice(1)) }
        : { bit: MATCH_POSITIVE, matches: patternTest(alternative) },
    );
  return (high, low) => {
    let bits = 0;
    for (const { bit, matches } of alternatives) if (matches(high, low)) bits |= bit;
    return accepted[bits] === 1;
  };
}

/** "0x" and 16 digits */
const LONGEST_TEXT = 18;

/**
 * One pattern as an automaton: bit i of a state says that the digits so far can be what the first i symbols of the pattern stand for.
 * The upper half is mostly the one of the last number, as kernel pointers share theirs: its digits are not gone through again.
 */
function patternTest(pattern: string): HexTest {
  const exact = parseHex64(pattern);
  if (exact !== null) return (high, low) => high === exact.high && low === exact.low;
  const folded = fold(pattern);
  const symbols = folded.replaceAll('*', '');
  if (symbols.length > LONGEST_TEXT) return () => false;
  /** bit i: a star follows the first i symbols */
  let stars = 0;
  for (let at = 0, before = 0; at < folded.length; at++) {
    if (folded[at] === '*') stars |= 1 << before;
    else before++;
  }
  const takers = (unit: string): number => {
    let mask = 0;
    for (let i = 0; i < symbols.length; i++) if (symbols[i] === unit || symbols[i] === '?') mask |= 1 << i;
    return mask;
  };
  const ofDigit = Int32Array.from('0123456789abcdef', takers);
  const next = (state: number, mask: number): number => ((state & mask) << 1) | (state & stars);
  const afterDigits = (before: number, half: number, firstShift: number): number => {
    let state = before;
    for (let shift = firstShift; shift >= 0; shift -= 4) state = next(state, ofDigit[(half >>> shift) & 15]);
    return state;
  };

  const afterPrefix = next(next(1, ofDigit[0]), takers('x'));
  const first = folded.startsWith('0x') ? afterPrefix : afterPrefix | 1;
  let knownHigh = 0;
  let afterHigh = first;
  return (high, low) => {
    if (high !== knownHigh) {
      knownHigh = high;
      afterHigh = high === 0 ? first : afterDigits(first, high, highestDigit(high));
    }
    const state = afterDigits(afterHigh, low, high === 0 ? highestDigit(low) : 28);
    return ((state >>> symbols.length) & 1) === 1;
  };
}

/** Shift that brings the first digit that is written of a half to its end. */
function highestDigit(half: number): number {
  return (31 - Math.clz32(half | 1)) & ~3;
}
