/** Texts that many rows share: each is made, ranked, searched and quoted once, whatever the number of rows. */
import { EVENT_KINDS, HANDLE_ENDS, HANDLE_STARTS } from '../../../shared/records.ts';
import { fold } from '../../../shared/textFilter.ts';
import type { Trace } from '../../lifetimes/model.ts';
import { JoinedTexts } from '../joinedTexts.ts';
import { naturalKey, ranks } from '../radix.ts';
import { textsOf } from '../texts.ts';

/** A list of texts by index. */
export class Words {
  readonly length: number;
  private readonly textOf: (index: number) => string | null;
  private foldedList: string[] | null = null;
  private joined: JoinedTexts | null = null;
  private rank: Uint32Array | null = null;
  private searched = '';
  private found: Uint8Array | null = null;

  constructor(length: number, textOf: (index: number) => string | null) {
    this.length = length;
    this.textOf = textOf;
  }

  /** null for -1 and for what has no text */
  text(index: number): string | null {
    return index < 0 ? null : this.textOf(index);
  }

  /** In one case, as filters see it; "" for what has no text. */
  folded(index: number): string {
    return this.foldedTexts()[index];
  }

  /** Place of each text among all: any case, numbers by their size. */
  ranks(): Uint32Array {
    return (this.rank ??= ranks(this.foldedTexts().map(naturalKey)));
  }

  /** 1 for each text that contains `needle` (folded); null where none does. The answer for the last needle is kept. */
  containing(needle: string): Uint8Array | null {
    if (this.searched === needle) return this.found;
    const found = new Uint8Array(this.length);
    let any = false;
    this.forEachContaining(needle, (index) => {
      found[index] = 1;
      any = true;
    });
    this.searched = needle;
    return (this.found = any ? found : null);
  }

  /** Visits the texts that contain a folded piece. */
  forEachContaining(piece: string, visit: (index: number) => void): void {
    this.joined ??= new JoinedTexts(this.foldedTexts());
    this.joined.forEachContaining(piece, visit);
  }

  private foldedTexts(): string[] {
    return (this.foldedList ??= Array.from({ length: this.length }, (_, index) => fold(this.textOf(index) ?? '')));
  }
}

/** The lists of texts of a trace. */
export interface TraceWords {
  /** by index into typeNames */
  types: Words;
  /** by index into Trace.strings */
  strings: Words;
  /** "name(pid)" by process */
  processes: Words;
  /** by stack: the frame that it goes by */
  frames: Words;
}

export const START_WORDS = new Words(HANDLE_STARTS.length, (index) => HANDLE_STARTS[index]);
export const END_WORDS = new Words(HANDLE_ENDS.length, (index) => HANDLE_ENDS[index]);
export const KIND_WORDS = new Words(EVENT_KINDS.length, (index) => EVENT_KINDS[index]);

const made = new WeakMap<Trace, TraceWords>();
/** By events: a trace with other function names shares all but the frames with the one that it was made of. */
const madeWithoutFrames = new WeakMap<Trace['events'], Omit<TraceWords, 'frames'>>();

/** The words of a trace; the same ones at every call. */
export function wordsOf(trace: Trace): TraceWords {
  let words = made.get(trace);
  if (words === undefined) made.set(trace, (words = makeWords(trace)));
  return words;
}

function makeWords(trace: Trace): TraceWords {
  const texts = textsOf(trace);
  const { typeNames, strings, processes, stacks, events } = trace;
  const shared = madeWithoutFrames.get(events) ?? {
    types: new Words(typeNames.length, (type) => typeNames[type]),
    strings: new Words(strings.length, (string) => strings[string]),
    processes: new Words(processes.length, (process) => texts.process(process)),
  };
  madeWithoutFrames.set(events, shared);
  return { ...shared, frames: new Words(stacks.length, (stack) => texts.frameOfStack(stack)) };
}
