import { latin1At, utf16At, viewOf, type WalkedEvent, walkEvents } from '../worker/testing/plainWalker.ts';
import { FUNCTIONS, MODULES } from './story/symbols.ts';

/**
 * A second reading of the sample for its test: the plain walker of the test writer, and the rules of object-lifetimes.md as far as the
 * sample needs them (object events are birth and death). It throws where the trace contradicts itself.
 */
export interface ReadEvent {
  kind:
    'create' | 'close' | 'duplicate' | 'objectCreate' | 'objectDelete' | 'reference' | 'dereference' | 'map' | 'unmap';
  ns: number;
  pid: number;
  tid: number;
  pointer: bigint;
  type: string;
  handle: number;
  /** frames as module!function, leaf first */
  stack: string[];
  name: string;
}

export interface ReadHandle {
  ownerPid: number;
  value: number;
  start: 'created' | 'duplicated' | 'inherited' | 'existing';
  end: 'closed' | 'closedByOther' | 'processExit' | 'open';
  openNs: number | null;
  closeNs: number | null;
}

export interface ReadObject {
  pointer: bigint;
  type: string;
  names: Set<string>;
  birthNs: number | null;
  deathNs: number | null;
  handles: ReadHandle[];
  events: ReadEvent[];
}

export interface ReadProcess {
  pid: number;
  name: string;
  commandLine: string;
  startNs: number | null;
  endNs: number | null;
}

export interface ReadTrace {
  events: WalkedEvent[];
  counts: Record<string, number>;
  objects: ReadObject[];
  mappings: ReadEvent[];
  processes: Map<number, ReadProcess>;
  fileNames: Map<bigint, string>;
  /** entries of the end rundown */
  rundown: number;
  nsOf: (event: WalkedEvent) => number;
}

const KINDS: Record<string, ReadEvent['kind']> = {
  '1120': 'create',
  '1121': 'close',
  '1122': 'duplicate',
  '1130': 'objectCreate',
  '1131': 'objectDelete',
  '1132': 'reference',
  '1133': 'dereference',
  '0425': 'map',
  '0426': 'unmap',
};
const SYSTEM = 4;

export function readBack(file: Uint8Array): ReadTrace {
  const events = walkEvents(file);
  const t0 = events[0].stamp;
  const nsOf = (event: WalkedEvent): number => Number(event.stamp - t0) * 100;
  const sorted = [...events].sort((a, b) => Number(a.stamp - b.stamp));
  const counts: Record<string, number> = {};
  for (const event of events) counts[event.key] = (counts[event.key] ?? 0) + 1;

  const types = new Map<number, string>();
  const fileNames = new Map<bigint, string>();
  for (const event of events) {
    const view = viewOf(event.payload);
    if (event.key === '1125') types.set(view.getUint16(0, true), utf16At(event.payload, 4));
    if (event.key === '0424') fileNames.set(view.getBigUint64(0, true), utf16At(event.payload, 8));
  }

  const stacks = readStacks(sorted);
  const processes = readProcesses(sorted, nsOf);
  const alive = new Map<bigint, ReadObject>();
  const objects: ReadObject[] = [];
  const open = new Map<string, ReadHandle & { object: ReadObject }>();
  const mappings: ReadEvent[] = [];
  const inheriting: { handle: ReadHandle; object: ReadObject; parent: number }[] = [];
  let rundown = 0;

  const objectAt = (pointer: bigint, type: string): ReadObject => {
    let object = alive.get(pointer);
    if (object === undefined) {
      object = { pointer, type, names: new Set(), birthNs: null, deathNs: null, handles: [], events: [] };
      alive.set(pointer, object);
      objects.push(object);
    }
    if (object.type !== type) throw new Error(`${object.type} at ${pointer.toString(16)} is also called ${type}`);
    return object;
  };
  const opened = (object: ReadObject, handle: ReadHandle): void => {
    const key = keyOf(handle.ownerPid, handle.value);
    if (open.has(key)) throw new Error(`handle ${key} is given out twice`);
    open.set(key, { ...handle, object });
    object.handles.push(handle);
  };
  const handleOf = (key: string): ReadHandle => {
    const entry = open.get(key);
    if (entry === undefined) throw new Error(`handle ${key} is not open`);
    return entry.object.handles.findLast((h) => keyOf(h.ownerPid, h.value) === key) ?? entry;
  };

  for (const event of sorted) {
    const { payload } = event;
    const view = viewOf(payload);
    const ns = nsOf(event);
    if (event.key === '0301') {
      const pid = view.getUint32(8, true);
      for (const { handle, object, parent } of inheriting.splice(0)) {
        if (parent !== view.getUint32(12, true)) throw new Error('an inherited handle without its child');
        handle.ownerPid = pid;
        opened(object, handle);
      }
    }
    if (event.key === '1127') {
      rundown++;
      const key = keyOf(view.getUint32(8, true), view.getUint32(12, true));
      const type = types.get(view.getUint16(16, true)) ?? '?';
      const pointer = view.getBigUint64(0, true);
      const object = objectAt(pointer, type);
      if (!open.has(key)) {
        if (object.birthNs !== null) throw new Error(`handle ${key} has no open`);
        opened(object, existing(view.getUint32(8, true), view.getUint32(12, true)));
      }
      if (open.get(key)?.object !== object) throw new Error(`the rundown gives handle ${key} another object`);
      const name = utf16At(payload, 18);
      if (name !== '') object.names.add(name);
      open.delete(key);
      continue;
    }
    const kind = KINDS[event.key] as ReadEvent['kind'] | undefined;
    if (kind === undefined) continue;
    const pid = event.pid ?? -1;
    const tid = event.tid ?? -1;
    const pointer = view.getBigUint64(0, true);
    const found = stacks.get(event.stamp);
    if (found === undefined) throw new Error(`no stack at ${ns}`);
    if (found.pid !== pid || found.tid !== tid) throw new Error(`the stack at ${ns} is of another thread`);
    const read: ReadEvent = { kind, ns, pid, tid, pointer, type: '', handle: 0, stack: found.frames, name: '' };
    if (kind === 'map' || kind === 'unmap') {
      mappings.push(read);
      continue;
    }
    if (kind === 'reference' || kind === 'dereference') {
      const object = alive.get(pointer);
      if (object === undefined) throw new Error('a reference on nothing');
      object.events.push({ ...read, type: object.type });
      continue;
    }
    const typeAt = { create: 12, close: 12, duplicate: 20, objectCreate: 8, objectDelete: 8 }[kind];
    read.type = types.get(view.getUint16(typeAt, true)) ?? '?';
    if (kind === 'objectCreate' && alive.has(pointer))
      throw new Error(`an object is born at ${pointer.toString(16)} where one lives`);
    if (kind === 'create' && !alive.has(pointer)) throw new Error('a handle is created on nothing');
    const object = objectAt(pointer, read.type);
    object.events.push(read);
    if (kind === 'objectCreate') object.birthNs = ns;
    if (kind === 'objectDelete') {
      if (object.handles.some((handle) => handle.end === 'open')) throw new Error('an object dies with open handles');
      object.deathNs = ns;
      alive.delete(pointer);
    }
    if (kind === 'create' || kind === 'close') {
      read.handle = view.getUint32(8, true);
      const ownerPid = read.handle >= 0x80000000 ? SYSTEM : pid;
      if (kind === 'create') {
        opened(object, { ownerPid, value: read.handle, start: 'created', end: 'open', openNs: ns, closeNs: null });
        continue;
      }
      read.name = utf16At(payload, 14);
      if (read.name !== '') object.names.add(read.name);
      let key = keyOf(ownerPid, read.handle);
      if (!open.has(key)) {
        const others = [...open.values()].filter((h) => h.value === read.handle && h.object === object);
        if (others.length === 1) key = keyOf(others[0].ownerPid, read.handle);
        else if (object.birthNs === null) opened(object, existing(ownerPid, read.handle));
      }
      const handle = handleOf(key);
      if (open.get(key)?.object !== object) throw new Error(`handle ${key} is closed on another object`);
      const endNs = processes.get(handle.ownerPid)?.endNs ?? null;
      handle.closeNs = ns;
      handle.end =
        endNs !== null && ns >= endNs
          ? 'processExit'
          : pid !== handle.ownerPid && handle.ownerPid !== SYSTEM
            ? 'closedByOther'
            : 'closed';
      open.delete(key);
    }
    if (kind === 'duplicate') {
      const [sourceHandle, targetHandle, targetPid, sourcePid] = [8, 12, 16, 22].map((at) => view.getUint32(at, true));
      read.handle = targetHandle;
      const source = keyOf(sourcePid, sourceHandle);
      if (!open.has(source)) {
        if (object.birthNs !== null) throw new Error(`the source ${source} of a duplicate is not open`);
        opened(object, existing(sourcePid, sourceHandle));
      }
      if (open.get(source)?.object !== object) throw new Error(`the source ${source} of a duplicate is another object`);
      const inherited = sourcePid === targetPid && sourceHandle === targetHandle;
      const start = inherited ? 'inherited' : 'duplicated';
      const handle: ReadHandle = {
        ownerPid: targetPid,
        value: targetHandle,
        start,
        end: 'open',
        openNs: ns,
        closeNs: null,
      };
      if (inherited) inheriting.push({ handle, object, parent: sourcePid });
      else opened(object, handle);
    }
  }
  if (open.size > 0)
    throw new Error(`${open.size} handles are open and not in the rundown: ${[...open.keys()].join(' ')}`);
  return { events, counts, objects, mappings, processes, fileNames, rundown, nsOf };
}

function keyOf(pid: number, value: number): string {
  return `${pid}:0x${value.toString(16)}`;
}

function existing(ownerPid: number, value: number): ReadHandle {
  return { ownerPid, value, start: 'existing', end: 'open', openNs: null, closeNs: null };
}

/** By the time stamp of the event: in the sample no two events with a stack share one. */
function readStacks(sorted: readonly WalkedEvent[]): Map<bigint, { pid: number; tid: number; frames: string[] }> {
  const definitions = new Map<bigint, WalkedEvent[]>();
  for (const event of sorted) {
    if (event.key !== '1823' && event.key !== '1824') continue;
    const key = viewOf(event.payload).getBigUint64(0, true);
    definitions.set(key, [...(definitions.get(key) ?? []), event]);
  }
  const parts = new Map<bigint, { pid: number; tid: number; kernel: string[]; user: string[] }>();
  for (const event of sorted) {
    if (event.key !== '1825' && event.key !== '1826') continue;
    const view = viewOf(event.payload);
    const key = view.getBigUint64(16, true);
    const definition = definitions.get(key)?.find((d) => d.stamp >= event.stamp);
    if (definition === undefined) throw new Error('a stack key without a definition');
    const frames: string[] = [];
    const data = viewOf(definition.payload);
    for (let at = 8; at < definition.payload.length; at += 8) frames.push(frameName(data.getBigUint64(at, true)));
    const stamp = view.getBigInt64(0, true);
    const part = parts.get(stamp) ?? {
      pid: view.getUint32(8, true),
      tid: view.getUint32(12, true),
      kernel: [],
      user: [],
    };
    const side = event.key === '1825' ? part.kernel : part.user;
    if (side.length > 0) throw new Error('two stacks for one time stamp');
    side.push(...frames);
    parts.set(stamp, part);
  }
  return new Map(
    [...parts].map(([stamp, { pid, tid, kernel, user }]) => [stamp, { pid, tid, frames: [...kernel, ...user] }]),
  );
}

/** The function that an address lies in. */
export function frameName(address: bigint): string {
  const module = MODULES.find((m) => address >= m.base && address < m.base + BigInt(m.size));
  if (module === undefined) throw new Error(`0x${address.toString(16)} is in no module`);
  const rva = Number(address - module.base);
  const f = FUNCTIONS.find((x) => x.module === module.name && rva >= x.rva && rva < x.rva + x.size);
  if (f === undefined) throw new Error(`${module.name}+0x${rva.toString(16)} is in no function`);
  return `${module.name}!${f.name}`;
}

function readProcesses(sorted: readonly WalkedEvent[], nsOf: (event: WalkedEvent) => number): Map<number, ReadProcess> {
  const processes = new Map<number, ReadProcess>();
  for (const event of sorted) {
    if (!/^030[1-4]$/.test(event.key)) continue;
    const { payload } = event;
    const view = viewOf(payload);
    const pid = view.getUint32(8, true);
    // Version 4: key 8, ids 16, directory base 8, flags 4, then TOKEN_USER of 16 and the SID.
    const sidAt = 36 + 16;
    const nameAt = sidAt + 8 + 4 * payload[sidAt + 1];
    const name = latin1At(payload, nameAt);
    const process = processes.get(pid) ?? {
      pid,
      name,
      commandLine: utf16At(payload, nameAt + name.length + 1),
      startNs: null,
      endNs: null,
    };
    if (event.key === '0301') process.startNs = nsOf(event);
    if (event.key === '0302') process.endNs = nsOf(event);
    processes.set(pid, process);
  }
  return processes;
}
