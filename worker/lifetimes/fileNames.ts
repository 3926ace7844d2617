/** File names by file key and time, from FileIo name events. Keys are pointers and are reused like those. */
import { growingF64, growingI32, growingU8 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { inSteps, SLICE, type Steps } from '../columns/steps.ts';
import type { RawFileName } from '../events/raw.ts';
import type { StringTable } from '../events/strings.ts';
import { dosPaths } from '../events/volumes.ts';
import { groupBy, type Grouped } from './grouping.ts';
import { internPair } from './mappings.ts';
import type { StringIndex } from './model.ts';

export class FileNames {
  private readonly keys = new PairMap();
  // Of the name events: number of the key, time, name, whether it is a delete event.
  private readonly key = growingI32();
  private readonly ns = growingF64();
  private readonly name = growingI32();
  private readonly isDelete = growingU8();
  /** events by key, those of one key in order of time */
  private byKey: Grouped = { starts: new Uint32Array(1), rows: new Uint32Array(0) };

  /** `name`: in the strings of the trace, as people know it. To be called in file order, before anything is asked. */
  add({ keyLow, keyHigh, ns, kind }: RawFileName, name: StringIndex): void {
    this.key.push(internPair(this.keys, keyLow, keyHigh));
    this.ns.push(ns);
    this.name.push(name);
    this.isDelete.push(kind === 'delete' ? 1 : 0);
  }

  /** To be called after the last event. */
  *settle(): Steps<void> {
    const { ns } = this;
    this.byKey = yield* groupBy(this.key.data, this.key.length, this.keys.size);
    const { starts, rows } = this.byKey;
    yield* inSteps(this.keys.size, (from, to) => {
      for (let key = from; key < to; key++) {
        const list = rows.subarray(starts[key], starts[key + 1]);
        if (!isRising(ns.data, list)) list.sort((a, b) => ns.data[a] - ns.data[b] || a - b);
      }
    });
  }

  /**
   * The name of the file behind a key at a time, -1 unknown. A name event holds from its time on until a delete event; before it too where
   * nothing else is known (rundowns come at the end), and a delete names what was there until then.
   */
  at(keyLow: number, keyHigh: number, ns: number): StringIndex {
    const key = this.keys.get(keyLow, keyHigh);
    if (key < 0) return -1;
    const { starts, rows } = this.byKey;
    let next = starts[key];
    let end = starts[key + 1];
    while (next < end) {
      const middle = (next + end) >>> 1;
      if (this.ns.data[rows[middle]] <= ns) next = middle + 1;
      else end = middle;
    }
    const before = next > starts[key] ? rows[next - 1] : -1;
    if (before >= 0 && this.isDelete.data[before] === 0) return this.name.data[before];
    if (next < starts[key + 1]) return this.name.data[rows[next]];
    return before >= 0 ? this.name.data[before] : -1;
  }
}

/** Mostly: only events from several processors can be out of order. */
function isRising(ns: Float64Array, rows: Uint32Array): boolean {
  for (let at = 1; at < rows.length; at++) if (!(ns[rows[at - 1]] <= ns[rows[at]])) return false;
  return true;
}

/** `volumes`: NT path → DOS path. */
export function* fileNamesOf(
  events: readonly RawFileName[],
  strings: StringTable,
  volumes: ReadonlyMap<string, string>,
): Steps<FileNames> {
  const names = new FileNames();
  const toDos = dosPaths(volumes);
  /** by name as the events have it: as people know it + 1, 0 not met */
  const known = new Int32Array(strings.texts.length);
  for (let at = 0; at < events.length; at++) {
    const event = events[at];
    if (event.name >= 0) {
      if (known[event.name] === 0) known[event.name] = strings.text(toDos(strings.texts[event.name])) + 1;
      names.add(event, known[event.name] - 1);
    }
    // A name costs more than a row of a column.
    if (at % NAMES_A_STEP === NAMES_A_STEP - 1) yield;
  }
  yield* names.settle();
  return names;
}

const NAMES_A_STEP = SLICE / 8;
