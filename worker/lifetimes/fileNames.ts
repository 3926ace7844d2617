/** File names by file key and time, from FileIo name events. Keys are pointers and are reused like those. */
import { PairMap } from '../columns/pairMap.ts';
import { SLICE, type Steps } from '../columns/steps.ts';
import type { RawFileName } from '../events/raw.ts';
import type { StringTable } from '../events/strings.ts';
import { dosPaths } from '../events/volumes.ts';
import type { StringIndex } from './model.ts';
import { internPair } from './mappings.ts';

export class FileNames {
  private readonly keys = new PairMap();
  private readonly lists: RawFileName[][] = [];

  /** `name`: in the strings of the trace, as people know it. To be called in any order, before anything is asked. */
  add(event: RawFileName, name: StringIndex): void {
    const key = internPair(this.keys, event.keyLow, event.keyHigh);
    (this.lists[key] ??= []).push({ ...event, name });
  }

  /** To be called after the last event. */
  settle(): void {
    for (const list of this.lists) if (list.length > 1) list.sort((a, b) => a.ns - b.ns);
  }

  /**
   * The name of the file behind a key at a time, -1 unknown. A name event holds from its time on until a delete event; before it too where
   * nothing else is known (rundowns come at the end), and a delete names what was there until then.
   */
  at(keyLow: number, keyHigh: number, ns: number): StringIndex {
    const key = this.keys.get(keyLow, keyHigh);
    if (key < 0) return -1;
    const list = this.lists[key];
    let before = -1;
    while (before + 1 < list.length && list[before + 1].ns <= ns) before++;
    if (before >= 0 && list[before].kind !== 'delete') return list[before].name;
    return before + 1 < list.length ? list[before + 1].name : before >= 0 ? list[before].name : -1;
  }
}

/** `volumes`: NT path → DOS path. */
export function* fileNamesOf(
  events: readonly RawFileName[],
  strings: StringTable,
  volumes: ReadonlyMap<string, string>,
): Steps<FileNames> {
  const names = new FileNames();
  const toDos = dosPaths(volumes);
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event.name >= 0) names.add(event, strings.text(toDos(strings.texts[event.name])));
    // A name costs more than a row of a column.
    if (at % NAMES_A_STEP === NAMES_A_STEP - 1) yield;
  }
  names.settle();
  return names;
}

const NAMES_A_STEP = SLICE / 8;
