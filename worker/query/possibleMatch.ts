/**
 * A first look at whether a text filter can find something in a text: many texts are passed over by their length, or because the longest
 * piece of a pattern that has no wildcard is not in them. What it lets through, the filter has to be asked.
 */
import { fold } from '../../shared/textFilter.ts';

interface Pattern {
  /** a match has no fewer code units; with `exact` no more either */
  length: number;
  exact: boolean;
  /** in every match */
  piece: string;
}

/** Tells of a folded text that is not empty whether an alternative of a text filter, one that excludes or not, may match it. */
export function possibleMatch(filter: string): (folded: string) => boolean {
  const patterns = filter
    .split(';')
    .filter((alternative) => alternative !== '' && alternative !== '!')
    .map(patternOf);
  return (folded) => {
    for (const { length, exact, piece } of patterns) {
      if ((exact ? folded.length === length : folded.length >= length) && folded.includes(piece)) return true;
    }
    return false;
  };
}

function patternOf(alternative: string): Pattern {
  const pattern = fold(alternative.replace(/^!/, ''));
  const piece = pattern.split(/[*?]/).reduce((longest, each) => (each.length > longest.length ? each : longest), '');
  return { length: pattern.replaceAll('*', '').length, exact: !pattern.includes('*'), piece };
}
