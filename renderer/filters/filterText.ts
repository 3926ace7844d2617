import { MAX_FILTER_TEXT, type Filter } from '../../shared/filter.ts';
import { formatQuery, parseQuery } from '../../shared/queryText.ts';
import { fold, hasWildcard } from '../../shared/textFilter.ts';
import { announce, type Viewer } from '../state/viewer.ts';

/** Filter texts (shared/textFilter.ts) as lists of alternatives, for panels whose entries are included and excluded. */

type FieldsOf<T> = { [K in keyof Filter]-?: Exclude<Filter[K], undefined> extends T ? K : never }[keyof Filter];
export type TextField = FieldsOf<string>;

/** What a filter says of a value: it is wanted, it is not, or (null) it is not named. */
export type ValueState = 'include' | 'exclude' | null;

/** The alternatives of a text filter, without empty ones. */
export function alternatives(text: string | undefined): string[] {
  return (text ?? '').split(';').filter((part) => part !== '' && part !== '!');
}

export function joinAlternatives(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(';');
}

/** @param value as facets give it: the text of a filter that means just this value */
export function valueState(text: string | undefined, value: string): ValueState {
  const wanted = fold(value);
  const parts = alternatives(text).map(fold);
  if (parts.includes(wanted)) return 'include';
  return parts.includes(`!${wanted}`) ? 'exclude' : null;
}

/** The text with the value in this state, or without it where it is in that state already. */
export function toggleValue(text: string | undefined, value: string, state: 'include' | 'exclude'): string | undefined {
  const wanted = fold(value);
  const kept = alternatives(text).filter((part) => fold(part).replace(/^!/, '') !== wanted);
  if (valueState(text, value) === state) return joinAlternatives(kept);
  return joinAlternatives([...kept, state === 'include' ? value : `!${value}`]);
}

/** The text that names just this value; nothing where it does so already. */
export function onlyValue(text: string | undefined, value: string): string | undefined {
  const parts = alternatives(text);
  return parts.length === 1 && valueState(text, value) === 'include' ? undefined : value;
}

/** What is typed into a search box as a filter: an alternative without wildcards is looked for anywhere in the text. */
export function containsFilter(typed: string): string | undefined {
  const parts = alternatives(typed).map((part) => {
    const excludes = part.startsWith('!');
    const pattern = excludes ? part.slice(1) : part;
    return `${excludes ? '!' : ''}${hasWildcard(pattern) ? pattern : `*${pattern}*`}`;
  });
  return joinAlternatives(parts);
}

/** What is wrong with a text as this filter, in a sentence; null where nothing is. */
export function textProblem(field: TextField, text: string): string | null {
  if (text.length > MAX_FILTER_TEXT) return TOO_LONG;
  return parseQuery(formatQuery({ [field]: text })).errors[0]?.message ?? null;
}

const TOO_LONG = `A filter can have ${MAX_FILTER_TEXT} characters: take something out, or use a wildcard.`;

/** Puts a text into force, or says why it cannot be. */
export function patchText(viewer: Viewer, field: TextField, text: string | undefined): void {
  if ((text ?? '').length > MAX_FILTER_TEXT) announce(viewer, TOO_LONG);
  else viewer.filter.getState().patch({ [field]: text });
}
