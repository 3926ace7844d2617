/** Texts about handles that are made of several parts: where one came from, and what the events that open and close it did. */
import { formatHex32 } from '../../../shared/format.ts';
import { PairMap } from '../../columns/pairMap.ts';
import {
  END_CLOSED_BY_OTHER,
  END_LOST,
  END_PROCESS_EXIT,
  START_DUPLICATED,
  START_INHERITED,
  type EventIndex,
  type HandleIndex,
  type Trace,
} from '../../lifetimes/model.ts';
import { textsOf, UNKNOWN_PROCESS } from '../texts.ts';
import type { TextValues } from './values.ts';
import { Words } from './words.ts';

/** "cmd.exe(1026876) 0x124" of a duplicated or inherited handle, else null. */
export function sourceText(trace: Trace, handle: HandleIndex): string | null {
  const { start, sourceProcess, sourceValue } = trace.handles;
  if (start[handle] !== START_DUPLICATED && start[handle] !== START_INHERITED) return null;
  return `${textsOf(trace).process(sourceProcess[handle]) ?? UNKNOWN_PROCESS} ${formatHex32(sourceValue[handle])}`;
}

/** What an event did beyond what its kind says; null for nothing. */
export function eventNote(trace: Trace, event: EventIndex): string | null {
  const { openEvent, closeEvent } = trace.handles;
  const handle = trace.events.handle[event];
  if (handle < 0) return null;
  if (openEvent[handle] === event) return openNote(trace, handle);
  return closeEvent[handle] === event ? closeNote(trace, handle) : null;
}

function openNote(trace: Trace, handle: HandleIndex): string | null {
  const { start, end, owner } = trace.handles;
  const receiver = textsOf(trace).process(owner[handle]);
  const notes: string[] = [];
  if (start[handle] === START_INHERITED) notes.push(`inherited by ${receiver ?? 'a process that is not in the trace'}`);
  if (start[handle] === START_DUPLICATED) {
    notes.push(`for ${receiver ?? UNKNOWN_PROCESS} from ${sourceText(trace, handle) ?? UNKNOWN_PROCESS}`);
  }
  if (end[handle] === END_LOST) notes.push('its close was not seen');
  return notes.length === 0 ? null : notes.join('; ');
}

function closeNote(trace: Trace, handle: HandleIndex): string | null {
  const { start, end, owner } = trace.handles;
  const holder = textsOf(trace).process(owner[handle]) ?? UNKNOWN_PROCESS;
  const notes: string[] = [];
  if (end[handle] === END_PROCESS_EXIT) notes.push(`swept when ${holder} ended`);
  if (end[handle] === END_CLOSED_BY_OTHER) notes.push(`handle of ${holder}`);
  if (start[handle] === START_INHERITED) {
    notes.push(`inherited from ${sourceText(trace, handle) ?? UNKNOWN_PROCESS}`);
  }
  return notes.length === 0 ? null : notes.join('; ');
}

/** Texts of handles as lists: handles with the same parts share one. Made when it is first sorted or searched by. */
interface Lists {
  sources: Listed;
  sourceWords: Words;
  opens: Listed;
  closes: Listed;
  /** those of opens, then those of closes */
  notes: Words;
  firstClose: number;
}

interface Listed {
  /** a handle that has the text, by text */
  example: number[];
  /** text by handle, -1 none */
  index: Int32Array;
}

/** By handles: they say all that the texts are made of. */
const made = new WeakMap<Trace['handles'], Lists>();

/** The lists of a trace when they are asked for. */
function listsOf(trace: Trace): () => Lists {
  let lists: Lists | undefined;
  return () => {
    if (lists === undefined) made.set(trace.handles, (lists = made.get(trace.handles) ?? makeLists(trace)));
    return lists;
  };
}

function makeLists(trace: Trace): Lists {
  const { start, end, owner, sourceProcess, sourceValue } = trace.handles;
  const hasSource = (handle: HandleIndex): boolean =>
    start[handle] === START_DUPLICATED || start[handle] === START_INHERITED;
  const sources = listBy(trace, hasSource, (handle) => [sourceProcess[handle] + 1, sourceValue[handle]]);
  const parts = (handle: HandleIndex): [number, number] => [
    (owner[handle] + 1) * 32 + start[handle] * 8 + end[handle],
    sources.index[handle] + 1,
  ];
  const opens = listBy(trace, (handle) => hasSource(handle) || end[handle] === END_LOST, parts);
  const closes = listBy(
    trace,
    (handle) =>
      start[handle] === START_INHERITED || end[handle] === END_PROCESS_EXIT || end[handle] === END_CLOSED_BY_OTHER,
    parts,
  );
  const firstClose = opens.example.length;
  const notes = new Words(firstClose + closes.example.length, (note) =>
    note < firstClose ? openNote(trace, opens.example[note]) : closeNote(trace, closes.example[note - firstClose]),
  );
  const sourceWords = new Words(sources.example.length, (source) => sourceText(trace, sources.example[source]));
  return { sources, sourceWords, opens, closes, notes, firstClose };
}

function listBy(
  trace: Trace,
  has: (handle: HandleIndex) => boolean,
  parts: (handle: HandleIndex) => [number, number],
): Listed {
  const places = new PairMap();
  const example: number[] = [];
  const index = new Int32Array(trace.handles.length).fill(-1);
  for (let handle = 0; handle < index.length; handle++) {
    if (!has(handle)) continue;
    const [first, second] = parts(handle);
    let place = places.get(first, second);
    if (place < 0) places.set(first, second, (place = example.push(handle) - 1));
    index[handle] = place;
  }
  return { example, index };
}

/** {@link sourceText} over handles. */
export function sourceValues(trace: Trace): TextValues {
  const lists = listsOf(trace);
  return {
    is: 'text',
    words: () => lists().sourceWords,
    index: (handle) => lists().sources.index[handle],
    text: (handle) => sourceText(trace, handle),
  };
}

/** {@link eventNote} over events. */
export function noteValues(trace: Trace): TextValues {
  const lists = listsOf(trace);
  const { openEvent, closeEvent } = trace.handles;
  const handleOf = trace.events.handle;
  return {
    is: 'text',
    words: () => lists().notes,
    index: (event) => {
      const handle = handleOf[event];
      if (handle < 0) return -1;
      const { opens, closes, firstClose } = lists();
      if (openEvent[handle] === event) return opens.index[handle];
      if (closeEvent[handle] !== event || closes.index[handle] < 0) return -1;
      return firstClose + closes.index[handle];
    },
    text: (event) => eventNote(trace, event),
  };
}
