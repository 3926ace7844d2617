import { FACETS, type FacetEntry, type FacetName } from '../../shared/service.ts';
import { squash } from '../../shared/nearest.ts';
import { formatQuery, QUERY_KEYS } from '../../shared/queryText.ts';

/** What can be written next in the query text: keys, and values of the lists that facets count. */

/** The word of a query text that the caret is in or behind. */
interface Word {
  from: number;
  to: number;
  negated: boolean;
  /** null: a bare word, or the beginning of a key */
  key: string | null;
  /** what stands between key and caret, without quotes */
  value: string;
}

export interface Suggestion {
  /** What stands in the list, and beside it. */
  label: string;
  detail: string;
  /** The whole query text where it is taken, and where the caret goes. */
  text: string;
  caret: number;
  /** A complete filter: it can be put into force at once. */
  complete: boolean;
}

/** What each key keeps; flags stand alone, the others have a value. */
const KEY_HINTS: Record<string, { hint: string; flag?: true; facet?: FacetName }> = {
  process: { hint: 'created by this process', facet: 'process' },
  related: { hint: 'a process of any event or handle', facet: 'relatedProcess' },
  type: { hint: 'object type', facet: 'type' },
  name: { hint: 'object name', facet: 'objectName' },
  object: { hint: 'object pointer, 0x…' },
  handle: { hint: 'handle value, 0x…' },
  createStack: { hint: 'text in the creating stack' },
  createStackId: { hint: 'number of the creating stack', facet: 'createStackId' },
  destroyStack: { hint: 'text in the destroying stack' },
  stack: { hint: 'only events whose stack has it' },
  end: { hint: 'how a handle ended', facet: 'end' },
  inheritedPair: { hint: 'parent > child that it was handed to', facet: 'inheritedPair' },
  ptrInMap: { hint: 'an address inside a view, 0x…' },
  viewBase: { hint: 'where a view begins, 0x…' },
  id: { hint: '10..20' },
  lifetime: { hint: '1ms..5s, <5s, >=1ms' },
  time: { hint: 'events of this stretch: 1s..2s' },
  mapSize: { hint: '64KB..1MB' },
  leak: { hint: 'never closed', flag: true },
  leakAtExit: { hint: 'closed only by the end of its process', flag: true },
  inherit: { hint: 'handed to a child process', flag: true },
  multiProcess: { hint: 'used by several processes', flag: true },
  overlapped: { hint: 'two handles open at once', flag: true },
  map: { hint: 'mappings only; !map none', flag: true },
};

/** Which list has the values for the word at the caret, and what they must contain; null where none has. */
export function wantedValues(text: string, caret: number): { facet: FacetName; search: string } | null {
  const word = wordAt(text, caret);
  const facet = word.key === null ? undefined : facetOfKey(word.key);
  if (facet === undefined) return null;
  return { facet, search: lastAlternative(word.value).plain.replace(/[*?]/g, '').slice(0, 1000) };
}

/** @param entries what the list of {@link wantedValues} has */
export function suggestions(text: string, caret: number, entries: readonly FacetEntry[]): Suggestion[] {
  const word = wordAt(text, caret);
  if (word.key === null) return keySuggestions(text, word);
  const facet = facetOfKey(word.key);
  if (facet === undefined) return [];
  const { before, negated } = lastAlternative(word.value);
  return entries.map((entry) => {
    const value = [...before, `${negated ? '!' : ''}${entry.value}`].join(';');
    const written = formatQuery({ [facet]: word.negated ? excluding(value) : value });
    return {
      label: entry.label,
      detail: entry.detail ?? '',
      ...replaced(text, word, `${written} `),
      complete: true,
    };
  });
}

function keySuggestions(text: string, word: Word): Suggestion[] {
  const typed = squash(word.value);
  return QUERY_KEYS.filter((key) => squash(key).startsWith(typed)).flatMap((key) => {
    const { hint = '', flag = false } = KEY_HINTS[key] ?? {};
    if (flag && word.negated && key !== 'map') return [];
    const written = `${word.negated ? '!' : ''}${key}${flag ? ' ' : ':'}`;
    return [{ label: flag ? key : `${key}:`, detail: hint, ...replaced(text, word, written), complete: flag }];
  });
}

function replaced(text: string, word: Word, written: string): { text: string; caret: number } {
  const after = text.slice(word.to);
  const joined = written.endsWith(' ') && after.startsWith(' ') ? after.slice(1) : after;
  return { text: text.slice(0, word.from) + written + joined, caret: word.from + written.length };
}

function facetOfKey(key: string): FacetName | undefined {
  const wanted = squash(key);
  const known = Object.keys(KEY_HINTS).find((name) => squash(name) === wanted);
  return known === undefined ? FACETS.find((facet) => squash(facet) === wanted) : KEY_HINTS[known].facet;
}

function lastAlternative(value: string): { before: string[]; plain: string; negated: boolean } {
  const before = value.split(';');
  const last = before.pop() ?? '';
  return { before, plain: last.replace(/^!/, ''), negated: last.startsWith('!') };
}

function excluding(value: string): string {
  return value
    .split(';')
    .map((part) => `!${part.replace(/^!/, '')}`)
    .join(';');
}

/** Words are cut as in shared/queryText.ts: at spaces that are not inside of quotes. */
function wordAt(text: string, caret: number): Word {
  let from = 0;
  for (let at = 0, quoted = false; at < caret; at++) {
    if (quoted && text[at] === '\\') at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(text[at])) from = at + 1;
  }
  let to = caret;
  while (to < text.length && !/\s/.test(text[to])) to++;
  const [, not, key, value] = /^(!?)(?:([A-Za-z][A-Za-z-]*):)?(.*)$/s.exec(text.slice(from, caret)) ?? [];
  return { from, to, negated: not === '!', key: key ?? null, value: unquoted(value ?? '') };
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  return value
    .slice(1)
    .replace(/([^\\])"$/, '$1')
    .replace(/\\(["\\])/g, '$1');
}
