/** Which processes objects have to do with, beyond their creator. Nothing here depends on function names. */
import { formatProcess } from '../../shared/format.ts';
import { fold } from '../../shared/textFilter.ts';
import { growingI32 } from '../columns/growing.ts';
import { PairMap } from '../columns/pairMap.ts';
import { START_INHERITED, type ProcessIndex } from '../lifetimes/model.ts';
import { oncePerTrace } from './oncePerTrace.ts';
import { UNKNOWN_PROCESS } from './texts.ts';

/** The processes of the events of each object, the owners and sources of its handles and the process of its view; each once. */
export interface RelatedProcesses {
  /** by object: the first one met, -1 where none is known */
  first: Int32Array;
  /** others of object i: more[moreStart[i] … moreStart[i + 1]) */
  moreStart: Uint32Array;
  more: Int32Array;
}

export const relatedProcesses = oncePerTrace((trace): RelatedProcesses => {
  const { events, handles, mappings, objects } = trace;
  const first = new Int32Array(objects.length).fill(-1);
  /** the one that was met last: most events of an object are of its first or its last process */
  const last = new Int32Array(objects.length).fill(-1);
  const seen = new PairMap();
  const moreObjects = growingI32();
  const moreProcesses = growingI32();
  const add = (object: number, process: number): void => {
    if (process < 0 || object < 0 || process === first[object] || process === last[object]) return;
    if (first[object] < 0) {
      first[object] = process;
      return;
    }
    last[object] = process;
    if (seen.has(object, process)) return;
    seen.set(object, process, 0);
    moreObjects.push(object);
    moreProcesses.push(process);
  };
  for (let event = 0; event < events.length; event++) add(events.object[event], events.process[event]);
  for (let handle = 0; handle < handles.length; handle++) {
    add(handles.object[handle], handles.owner[handle]);
    add(handles.object[handle], handles.sourceProcess[handle]);
  }
  for (let object = 0; mappings.length > 0 && object < objects.length; object++) {
    if (objects.mapping[object] >= 0) add(object, mappings.process[objects.mapping[object]]);
  }

  const moreStart = new Uint32Array(objects.length + 1);
  for (const object of moreObjects.trimmed()) moreStart[object + 1]++;
  for (let object = 0; object < objects.length; object++) moreStart[object + 1] += moreStart[object];
  const next = moreStart.slice();
  const more = new Int32Array(moreObjects.length);
  for (let i = 0; i < more.length; i++) more[next[moreObjects.data[i]]++] = moreProcesses.data[i];
  return { first, moreStart, more };
});

/** By process: the first one of the same name and pid (a pid that was given out again to the same program). */
export const sameProcesses = oncePerTrace(({ processes }): Int32Array => {
  const first = new Map<string, ProcessIndex>();
  return Int32Array.from({ length: processes.length }, (_, process) => {
    const label = fold(formatProcess(processes.name[process], processes.pid[process]));
    const known = first.get(label);
    if (known === undefined) first.set(label, process);
    return known ?? process;
  });
});

/** Handles that were handed to a child process: columns with an entry a handle, in handle order. */
export interface Inheritances {
  object: Int32Array;
  /** index into `pairs` */
  pair: Int32Array;
  /** "cmd.exe(10) > EventLeak.exe(12)" */
  pairs: { parent: ProcessIndex; child: ProcessIndex; label: string }[];
}

export const inheritancesOf = oncePerTrace((trace): Inheritances => {
  const { length, start, object, owner, sourceProcess } = trace.handles;
  const same = sameProcesses(trace);
  const label = (process: ProcessIndex): string =>
    process < 0 ? UNKNOWN_PROCESS : formatProcess(trace.processes.name[process], trace.processes.pid[process]);
  const numbers = new Map<number, number>();
  const pairs: Inheritances['pairs'] = [];
  const objects: number[] = [];
  const pairOf: number[] = [];
  for (let handle = 0; handle < length; handle++) {
    if (start[handle] !== START_INHERITED) continue;
    const parent = sourceProcess[handle] < 0 ? -1 : same[sourceProcess[handle]];
    const child = owner[handle] < 0 ? -1 : same[owner[handle]];
    const key = (parent + 1) * (trace.processes.length + 1) + child + 1;
    let pair = numbers.get(key);
    if (pair === undefined) {
      numbers.set(key, (pair = pairs.length));
      pairs.push({ parent, child, label: `${label(parent)} > ${label(child)}` });
    }
    objects.push(object[handle]);
    pairOf.push(pair);
  }
  return { object: Int32Array.from(objects), pair: Int32Array.from(pairOf), pairs };
});
