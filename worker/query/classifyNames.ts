/** What a text filter finds in the names of a trace. */
import { fold, MATCH_NEGATIVE, MATCH_POSITIVE, parseTextFilter } from '../../shared/textFilter.ts';
import type { Trace } from '../lifetimes/model.ts';
import { wordsOf } from './tables/words.ts';

/**
 * MATCH_… bits by index into Trace.strings; of "" none is asked. For each alternative of the filter the names that contain its longest piece
 * without a wildcard are found in one walk; only these are asked whether they match, and of `*piece*` not even they.
 */
export function classifyNames(trace: Trace, text: string): Uint8Array {
  const { strings } = trace;
  const names = wordsOf(trace).strings;
  const found = new Uint8Array(strings.length);
  for (const alternative of text.split(';')) {
    const { piece, isAll } = longestPiece(alternative.replace(/^!/, ''));
    const bit = alternative.startsWith('!') ? MATCH_NEGATIVE : MATCH_POSITIVE;
    const filter = parseTextFilter(alternative);
    const ask = (name: number): void => void (found[name] |= filter.classify(strings[name]));
    if (filter.empty) continue;
    names.forEachContaining(piece, isAll ? (name) => void (found[name] |= bit) : ask);
  }
  return found;
}

/** Longer ones are cut: what String.indexOf may cost is their length times that of the text. */
const LONGEST_PIECE = 32;

/** The longest piece of a pattern without a wildcard, folded; `isAll`: what contains it matches, and nothing else. */
export function longestPiece(pattern: string): { piece: string; isAll: boolean } {
  const folded = fold(pattern);
  const longest = folded.split(/[*?]/).reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  const piece = longest.slice(0, LONGEST_PIECE);
  return { piece, isAll: piece !== '' && folded === `*${piece}*` };
}
