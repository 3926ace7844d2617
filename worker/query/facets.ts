/** What the filter panel shows: for every value, how many objects choosing it would leave. */
import { MAX_FILTER_TEXT } from '../../shared/filter.ts';
import { HANDLE_ENDS } from '../../shared/records.ts';
import {
  FACETS,
  type FacetEntry,
  type FacetList,
  type FacetName,
  type FacetRequest,
  type Facets,
} from '../../shared/service.ts';
import { escapeForFilter, fold, hasWildcard, NO_TEXT, parseProcessFilter } from '../../shared/textFilter.ts';
import type { StackIndex, Trace } from '../lifetimes/model.ts';
import { facetCounts, type LifetimeBins, type Tally } from './facetCounts.ts';
import { shortened } from './labels.ts';
import { objectColumn } from './objectColumns.ts';
import { inheritancesOf } from './objectProcesses.ts';
import { naturalKey } from './radix.ts';
import type { SelectionCache } from './selectionCache.ts';
import { wordsOf } from './tables/words.ts';
import { homeProcess, textsOf, UNKNOWN_PROCESS } from './texts.ts';

const DEFAULT_LIMIT = 200;

/** Facets of a filter; see {@link Facets}. */
export function facetsOf(cache: SelectionCache, request: FacetRequest): Facets {
  const { trace } = cache;
  const { lists, lifetimes, ...counts } = facetCounts(cache, request.filter);
  const limit = request.limit ?? DEFAULT_LIMIT;
  const listOf = (name: FacetName): FacetList => {
    if (request.lists?.includes(name) === false) return { entries: [], distinct: 0 };
    const { filter, search } = request;
    return facetList(valuesOf(trace, name), lists[name], filter[name] ?? '', fold(search?.[name] ?? ''), limit);
  };
  const made = FACETS.map((name): [FacetName, FacetList] => [name, listOf(name)]);
  return {
    lists: Object.fromEntries(made) as Facets['lists'],
    lifetimes: histogram(lifetimes),
    ...counts,
    total: trace.objects.length,
  };
}

function histogram({ edgesNs, tally }: LifetimeBins): Facets['lifetimes'] {
  return {
    edges: edgesNs.map((ns) => ns / 1e9),
    objects: Array.from(tally.objects.subarray(1)),
    leaks: Array.from(tally.leaks.subarray(1)),
    unknown: tally.objects[0],
  };
}

/** The values of one list, by index. */
interface FacetValues {
  label(value: number): string;
  /** text that goes into the filter; absent: the escaped label */
  filterText?(value: number): string;
  detail?(value: number): string;
  /** tells which values contain a folded text; absent: those whose label does */
  containing?(needle: string): (value: number) => boolean;
  /** label of what has no value; null: everything has one */
  none: string | null;
  /** it is listed only where the filter names it */
  noneUnlisted?: true;
  /** whether a text without wildcards could keep something though it is no value of the list */
  keepsMore?(text: string): boolean;
}

function valuesOf(trace: Trace, name: FacetName): FacetValues {
  const texts = textsOf(trace);
  switch (name) {
    case 'process':
    case 'relatedProcess':
      return {
        label: (process) => texts.process(process) ?? '',
        none: UNKNOWN_PROCESS,
        keepsMore: (text) => namesProcess(trace, text),
      };
    case 'type':
      return { label: (type) => trace.typeNames[type], none: null };
    case 'objectName':
      return {
        label: (name) => trace.strings[name],
        containing: (needle) => {
          const found = wordsOf(trace).strings.containing(needle);
          return (name) => found !== null && found[name] === 1;
        },
        none: '(no name)',
      };
    case 'end':
      return { label: (end) => HANDLE_ENDS[end], none: '(no handle)' };
    case 'inheritedPair': {
      const { pairs } = inheritancesOf(trace);
      return { label: (pair) => pairs[pair].label, none: '(not inherited)', noneUnlisted: true };
    }
    case 'createStackId':
      return {
        label: (stack) => texts.frameOfStack(stack) ?? NO_FRAMES,
        filterText: String,
        detail: (stack) => stackOrigin(trace, stack),
        containing: (needle) => stacksContaining(trace, needle),
        none: '(no stack)',
      };
  }
}

const NO_FRAMES = '(empty stack)';

function namesProcess({ processes }: Trace, text: string): boolean {
  const filter = parseProcessFilter(text);
  return processes.name.some((name, process) => filter.classify(name, processes.pid[process]) !== 0);
}

/** Frames that follow the label of a stack. */
const ORIGIN_FRAMES = 3;

const firstObjects = new WeakMap<Trace['events'], Int32Array>();

/** What tells stacks with one first frame apart: who called it, of other modules than the system's; else what it made first, and where. */
function stackOrigin(trace: Trace, stack: StackIndex): string {
  const { start, frames, frameModule, moduleSystem } = trace.stacks;
  const texts = textsOf(trace);
  const names = texts.frames(stack) ?? [];
  const own = names.indexOf(texts.frameOfStack(stack) ?? '');
  const callers: string[] = [];
  for (let at = own + 1; at < names.length && callers.length < ORIGIN_FRAMES; at++) {
    const module = frameModule(frames[start[stack] + at]);
    if (module >= 0 && moduleSystem[module] === 0) callers.push(names[at]);
  }
  if (callers.length > 0) return callers.join(' ← ');
  let first = firstObjects.get(trace.events);
  if (first === undefined) {
    first = new Int32Array(trace.stacks.length).fill(-1);
    const stacks = objectColumn(trace, 'createStack');
    for (let object = stacks.length - 1; object >= 0; object--) if (stacks[object] >= 0) first[stacks[object]] = object;
    firstObjects.set(trace.events, first);
  }
  const object = first[stack];
  if (object < 0) return '';
  return `${texts.process(homeProcess(trace, object)) ?? UNKNOWN_PROCESS}, ${texts.type(object)}`;
}

/** Stacks with the text in any of their frames; every distinct frame is looked at once. */
function stacksContaining(trace: Trace, needle: string): (stack: StackIndex) => boolean {
  const { start, frames, frameText, frameCount } = trace.stacks;
  const contains = Uint8Array.from({ length: frameCount }, (_, frame) =>
    Number(fold(frameText(frame)).includes(needle)),
  );
  return (stack) => {
    for (let at = start[stack]; at < start[stack + 1]; at++) if (contains[frames[at]] === 1) return true;
    return false;
  };
}

/** `text`: the list's own filter; `needle`: folded, "" looks for nothing. */
function facetList(values: FacetValues, tally: Tally, text: string, needle: string, limit: number): FacetList {
  const wanted = needle === '' ? null : labelsContaining(values, needle);
  const met = new Uint32Array(tally.objects.length);
  let distinct = 0;
  const from = values.none === null || values.noneUnlisted ? 1 : 0;
  for (let entry = from; entry < tally.objects.length; entry++) {
    if (tally.objects[entry] > 0 && (wanted === null || wanted(entry))) met[distinct++] = entry;
  }
  const named = namedEntries(values, tally, text);
  const chosen = new Set([...largest(met.subarray(0, distinct), tally.objects, limit), ...named.entries]);
  const entries = Array.from(chosen, (entry) => facetEntry(values, tally, entry));
  for (const unmet of named.unmet) entries.push({ value: unmet, label: shortened(unmet), objects: 0, leaks: 0 });
  return { entries: tellApart(sorted(entries)), distinct };
}

function labelOf(values: FacetValues, entry: number): string {
  return entry === 0 ? (values.none ?? '') : values.label(entry - 1);
}

function filterTextOf(values: FacetValues, entry: number): string {
  if (entry === 0) return NO_TEXT;
  return values.filterText?.(entry - 1) ?? escapeForFilter(values.label(entry - 1));
}

function facetEntry(values: FacetValues, tally: Tally, entry: number): FacetEntry {
  const detail = entry === 0 ? '' : (values.detail?.(entry - 1) ?? '');
  return {
    value: filterTextOf(values, entry),
    label: shortened(labelOf(values, entry)),
    ...(detail === '' ? {} : { detail: shortened(detail) }),
    objects: tally.objects[entry],
    leaks: tally.leaks[entry],
  };
}

function labelsContaining(values: FacetValues, needle: string): (entry: number) => boolean {
  const contains = values.containing?.(needle) ?? ((value: number) => fold(values.label(value)).includes(needle));
  const none = fold(values.none ?? '').includes(needle);
  return (entry) => (entry === 0 ? none : contains(entry - 1));
}

/** The entries with the most objects; where the last places are shared, those that come first in the trace. */
function largest(entries: Uint32Array, objects: Uint32Array, limit: number): Uint32Array {
  if (entries.length <= limit) return entries;
  let most = 0;
  for (const entry of entries) if (objects[entry] > most) most = objects[entry];
  const withCount = new Uint32Array(most + 1);
  for (const entry of entries) withCount[objects[entry]]++;
  let least = most;
  let room = limit;
  while (withCount[least] <= room) room -= withCount[least--];
  const chosen = new Uint32Array(limit);
  let count = 0;
  for (const entry of entries) {
    if (objects[entry] > least || (objects[entry] === least && room-- > 0)) chosen[count++] = entry;
  }
  return chosen;
}

/** What the filter of the list names: entries with this very value, and values that the trace does not have. */
function namedEntries(values: FacetValues, tally: Tally, text: string): { entries: number[]; unmet: string[] } {
  const wanted = new Map<string, string>();
  for (const alternative of text.split(';')) {
    const plain = alternative.replace(/^!/, '');
    if (plain !== '' && canBeValue(plain)) wanted.set(fold(plain), plain);
  }
  if (wanted.size === 0) return { entries: [], unmet: [] };
  // An escaped text is as long as its label, or cut: most labels are told by their length.
  const lengths = new Set(Array.from(wanted.keys(), (value) => value.length));
  const isCut = Array.from(wanted.keys()).some((value) => value.endsWith('*'));
  const entries: number[] = [];
  const from = values.none === null ? 1 : 0;
  for (let entry = from; entry < tally.objects.length && wanted.size > 0; entry++) {
    const plain = entry > 0 && values.filterText === undefined;
    if (plain && !isCut && !lengths.has(values.label(entry - 1).length)) continue;
    if (wanted.delete(fold(filterTextOf(values, entry)))) entries.push(entry);
  }
  const unmet = Array.from(wanted.values()).filter((value) => !hasWildcard(value) && !values.keepsMore?.(value));
  return { entries, unmet };
}

/** A value that is too long for a filter goes by a text of just this length, with a star at its end. */
const CUT_LENGTH = escapeForFilter('x'.repeat(MAX_FILTER_TEXT)).length;

/** Escaped values have no star but that one; what has others is a pattern, which is no value of any list. */
function canBeValue(text: string): boolean {
  const star = text.indexOf('*');
  return star < 0 || (star === text.length - 1 && text.length === CUT_LENGTH);
}

function sorted(entries: FacetEntry[]): FacetEntry[] {
  const keys = new Map(entries.map((entry) => [entry, naturalKey(fold(entry.label))]));
  const keyOf = (entry: FacetEntry): string => keys.get(entry) ?? '';
  return entries.sort((a, b) => b.objects - a.objects || (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

/** Stacks that still look alike get their numbers. */
function tellApart(entries: FacetEntry[]): FacetEntry[] {
  const textOf = ({ label, detail }: FacetEntry): string => `${label}\n${detail ?? ''}`;
  const met = new Map<string, number>();
  for (const entry of entries) met.set(textOf(entry), (met.get(textOf(entry)) ?? 0) + 1);
  return entries.map((entry) =>
    entry.detail === undefined || met.get(textOf(entry)) === 1
      ? entry
      : { ...entry, detail: `${entry.detail} · stack ${entry.value}` },
  );
}
