import { escapeForFilter, fold, hasWildcard } from '../../shared/textFilter.ts';

/** Filter texts (shared/textFilter.ts) as lists of alternatives, for panels whose entries are toggled. */

/** The alternatives of a text filter, without empty ones. */
export function alternatives(text: string | undefined): string[] {
  return (text ?? '').split(';').filter((part) => part !== '');
}

export function joinAlternatives(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(';');
}

/** Whether a value of a facet list is one of the filter's alternatives. */
export function isSelected(text: string | undefined, value: string): boolean {
  const wanted = fold(escapeForFilter(value));
  return alternatives(text).some((part) => fold(part) === wanted);
}

/** Adds the value to the filter, or takes it out. Characters that mean something in a filter become `?`. */
export function toggleValue(text: string | undefined, value: string): string | undefined {
  const wanted = escapeForFilter(value);
  const parts = alternatives(text);
  const kept = parts.filter((part) => fold(part) !== fold(wanted));
  return joinAlternatives(kept.length === parts.length ? [...parts, wanted] : kept);
}

/** What is typed into a search box as a filter: an alternative without wildcards is looked for anywhere in the text. */
export function containsFilter(typed: string): string | undefined {
  const parts = alternatives(typed).map((part) => {
    const excludes = part.startsWith('!');
    const pattern = excludes ? part.slice(1) : part;
    if (pattern === '') return '';
    return `${excludes ? '!' : ''}${hasWildcard(pattern) ? pattern : `*${pattern}*`}`;
  });
  return joinAlternatives(parts.filter((part) => part !== ''));
}
