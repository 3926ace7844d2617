import { InvalidArgumentError } from 'commander';
import { nearest } from '../shared/nearest.ts';

/** `"jsno" is none of text, json, csv; did you mean json?` */
export function noneOf(word: string, names: readonly string[]): string {
  // Every number is one change away from every other: that is no help.
  const near = /[a-z]{2}/i.test(word) ? nearest(word, names) : null;
  return `"${word}" is none of ${names.join(', ')}${near === null ? '.' : `; did you mean ${near}?`}`;
}

/** Parser of an option that takes one of some names, in any case, or another spelling of one (lower case). */
export function choice<Name extends string>(
  names: readonly Name[],
  otherSpellings: Readonly<Record<string, Name>> = {},
): (text: string) => Name {
  return (text) => {
    const wanted = text.toLowerCase();
    const name = names.find((entry) => entry.toLowerCase() === wanted) ?? otherSpellings[wanted];
    if (name === undefined) throw new InvalidArgumentError(noneOf(text, names));
    return name;
  };
}
