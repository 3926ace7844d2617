/**
 * The columns of a trace as the texts that people read. Each text is made once a trace: objects share processes, stacks and
 * frames a thousandfold.
 */
import { formatHex32, formatPointer, formatProcess } from '../../shared/format.ts';
import type { StackText } from '../../shared/records.ts';
import {
  KIND_HANDLE_CLOSE,
  OBJECT_MAPPING,
  START_INHERITED,
  type EventIndex,
  type HandleIndex,
  type ObjectIndex,
  type ProcessIndex,
  type StackIndex,
  type StackTable,
  type Trace,
} from '../lifetimes/model.ts';
import type { SourcePlace } from '../symbols/model.ts';

/** What stands for a process that no event names. */
export const UNKNOWN_PROCESS = 'unknown';

const made = new WeakMap<Trace, TraceTexts>();

/** The texts of a trace; the same ones at every call. */
export function textsOf(trace: Trace): TraceTexts {
  let texts = made.get(trace);
  if (texts === undefined) made.set(trace, (texts = new TraceTexts(trace)));
  return texts;
}

export class TraceTexts {
  private readonly trace: Trace;
  private readonly processLabels: string[] = [];
  private readonly stacks: StackTexts;

  constructor(trace: Trace) {
    this.trace = trace;
    this.stacks = new StackTexts(trace.stacks);
  }

  /** "EventLeak.exe(924160)"; null for -1 */
  process(process: ProcessIndex): string | null {
    if (process < 0) return null;
    const { name, pid } = this.trace.processes;
    return (this.processLabels[process] ??= formatProcess(name[process], pid[process]));
  }

  /** " +-" marks of ETWAnalyzer: + started, - ended in the trace; "" for neither */
  startStopMarks(process: ProcessIndex): string {
    if (process < 0) return '';
    const { startNs, endNs } = this.trace.processes;
    const marks = (Number.isNaN(startNs[process]) ? '' : '+') + (Number.isNaN(endNs[process]) ? '' : '-');
    return marks === '' ? '' : ` ${marks}`;
  }

  /** pid, null for -1 */
  pid(process: ProcessIndex): number | null {
    return process < 0 ? null : this.trace.processes.pid[process];
  }

  type(object: ObjectIndex): string {
    return this.trace.typeNames[this.trace.objects.type[object]] ?? '';
  }

  /** name of the object, of a mapping its file; null where none is known */
  name(object: ObjectIndex): string | null {
    const { objects, strings } = this.trace;
    const own = objects.name[object];
    if (own >= 0) return strings[own];
    return this.mapFile(object);
  }

  mapFile(object: ObjectIndex): string | null {
    const row = this.trace.objects.mapping[object];
    const file = row < 0 ? -1 : this.trace.mappings.file[row];
    return file < 0 ? null : this.trace.strings[file];
  }

  /** names beyond the first */
  otherNames(object: ObjectIndex): string[] {
    return (this.trace.otherNames.get(object) ?? []).map((index) => this.trace.strings[index]);
  }

  /** object pointer; of a mapping its view base */
  pointer(object: ObjectIndex): string {
    const { objects, mappings } = this.trace;
    const row = objects.mapping[object];
    return row < 0
      ? formatPointer(objects.pointerHigh[object], objects.pointerLow[object])
      : formatPointer(mappings.baseHigh[row], mappings.baseLow[row]);
  }

  handleValue(handle: HandleIndex): string {
    return formatHex32(this.trace.handles.value[handle]);
  }

  /** frames of a stack, leaf first; null for -1. Shared: not to be changed. */
  frames(stack: StackIndex): string[] | null {
    return stack < 0 ? null : this.stacks.frames(stack);
  }

  /** frames joined by newline; "" for -1 */
  stackText(stack: StackIndex): string {
    return stack < 0 ? '' : this.stacks.frames(stack).join('\n');
  }

  /**
   * What stack filters look at: the frames, and behind each the functions that were folded into it as "module!function"; null for -1.
   * Shared: not to be changed.
   */
  filteredFrames(stack: StackIndex): string[] | null {
    return stack < 0 ? null : this.stacks.filteredFrames(stack);
  }

  /** The same of one frame. */
  filteredFrame(frame: number): string[] {
    return this.stacks.filteredFrame(frame);
  }

  /** A stack with all that is known of its frames, as a record; null for -1. Shared: not to be changed. */
  stackRecord(stack: StackIndex): StackText | null {
    return stack < 0 ? null : this.stacks.record(stack);
  }

  /** {@link StackTexts.firstOwnFrame} of the stack that created an object */
  createFrame(object: ObjectIndex): string | null {
    const stack = createStack(this.trace, object);
    return stack < 0 ? null : this.stacks.firstOwnFrame(stack);
  }

  frameOfStack(stack: StackIndex): string | null {
    return stack < 0 ? null : this.stacks.firstOwnFrame(stack);
  }
}

/** The lowest modules: a frame of them says least about who created an object. */
const LOWEST_MODULE = /^(ntoskrnl\.exe|ntkrnl.*|win32k.*|ntdll\.dll|kernelbase\.dll|kernel32\.dll|wow64.*\.dll)$/i;

class StackTexts {
  private readonly table: StackTable;
  private readonly frameTexts: string[] = [];
  private readonly stackFrames: string[][] = [];
  private readonly ownFrames: (string | null)[] = [];
  private lowestModule: boolean[] | null = null;

  constructor(table: StackTable) {
    this.table = table;
  }

  frame(frame: number): string {
    return (this.frameTexts[frame] ??= this.table.frameText(frame));
  }

  frames(stack: StackIndex): string[] {
    return (this.stackFrames[stack] ??= this.eachFrame(stack, (frame) => this.frame(frame)));
  }

  filteredFrames(stack: StackIndex): string[] {
    const inlined = this.eachFrame(stack, (frame) => this.inlined(frame));
    if (inlined.every((names) => names.length === 0)) return this.frames(stack);
    return this.eachFrame(stack, (frame) => this.filteredFrame(frame)).flat();
  }

  filteredFrame(frame: number): string[] {
    return [this.frame(frame), ...this.inlined(frame)];
  }

  record(stack: StackIndex): StackText {
    const { table } = this;
    return {
      frames: this.frames(stack),
      places: this.eachFrame(stack, (frame) => placeText(table.frameSymbol(frame)?.place ?? null)),
      inlined: this.eachFrame(stack, (frame) => [...(table.frameSymbol(frame)?.inlined ?? [])]),
      // Of a bare address (module -1) nothing is known.
      system: this.eachFrame(stack, (frame) => table.moduleSystem[table.frameModule(frame)] === 1),
    };
  }

  /**
   * First frame of a module that is not the system's ("just my code"), else the first outside the kernel and the system's lowest libraries,
   * else the first; null for an empty stack. Code without a module is the program's: it made it itself.
   */
  firstOwnFrame(stack: StackIndex): string | null {
    const known = this.ownFrames[stack];
    if (known !== undefined) return known;
    const { table } = this;
    const lowest = (this.lowestModule ??= table.modules.map((name) => LOWEST_MODULE.test(name)));
    const first = (isOwn: (module: number) => boolean): number => {
      for (let i = table.start[stack]; i < table.start[stack + 1]; i++) {
        if (isOwn(table.frameModule(table.frames[i]))) return table.frames[i];
      }
      return -1;
    };
    let found = first((module) => table.moduleSystem[module] !== 1);
    if (found < 0) found = first((module) => !lowest[module]);
    if (found < 0) found = first(() => true);
    return (this.ownFrames[stack] = found < 0 ? null : this.frame(found));
  }

  private inlined(frame: number): string[] {
    const names = this.table.frameSymbol(frame)?.inlined ?? [];
    if (names.length === 0) return NO_NAMES;
    const module = this.table.frameModule(frame);
    return names.map((name) => `${this.table.modules[module]}!${name}`);
  }

  private eachFrame<T>(stack: StackIndex, value: (frame: number) => T): T[] {
    const { start, frames } = this.table;
    return Array.from(frames.subarray(start[stack], start[stack + 1]), value);
  }
}

const NO_NAMES: string[] = [];

/** "file.cpp:12": the folder is that of whoever built the module. */
function placeText(place: SourcePlace | null): string | null {
  return place === null ? null : `${place.file.replace(/.*[\\/]/s, '')}:${place.line}`;
}

export function isMapping(trace: Trace, object: ObjectIndex): boolean {
  return (trace.objects.flags[object] & OBJECT_MAPPING) !== 0;
}

/** Process that created an object or mapped a view, -1 where unknown (born before the trace). */
export function creatingProcess(trace: Trace, object: ObjectIndex): ProcessIndex {
  const row = trace.objects.mapping[object];
  if (row >= 0) return trace.mappings.process[row];
  const event = trace.objects.createEvent[object];
  return event < 0 ? -1 : trace.events.process[event];
}

/** Process that an object is shown under: its creator, else the first known owner of a handle; -1 for none. */
export function homeProcess(trace: Trace, object: ObjectIndex): ProcessIndex {
  const creator = creatingProcess(trace, object);
  if (creator >= 0) return creator;
  const { handleStart } = trace.objects;
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (trace.handles.owner[handle] >= 0) return trace.handles.owner[handle];
  }
  return -1;
}

/** Children that were handed the object, each once, in order of its handles. */
export function inheritingProcesses(trace: Trace, object: ObjectIndex): ProcessIndex[] {
  const { handleStart } = trace.objects;
  const { start, owner } = trace.handles;
  const children: ProcessIndex[] = [];
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (start[handle] !== START_INHERITED || owner[handle] < 0) continue;
    if (!children.includes(owner[handle])) children.push(owner[handle]);
  }
  return children;
}

export function eventStack(trace: Trace, event: EventIndex): StackIndex {
  return event < 0 ? -1 : trace.events.stack[event];
}

export function createStack(trace: Trace, object: ObjectIndex): StackIndex {
  return eventStack(trace, trace.objects.createEvent[object]);
}

export function destroyStack(trace: Trace, object: ObjectIndex): StackIndex {
  return eventStack(trace, trace.objects.destroyEvent[object]);
}

/** The process whose close event ended a handle, -1 where no close event did or its process is unknown. */
export function closingProcess(trace: Trace, handle: HandleIndex): ProcessIndex {
  const event = trace.handles.closeEvent[handle];
  return event < 0 || trace.events.kind[event] !== KIND_HANDLE_CLOSE ? -1 : trace.events.process[event];
}

/** NaN as null, for records. */
export function orNull(ns: number): number | null {
  return Number.isNaN(ns) ? null : ns;
}

/** death - birth; null where one of them is not in the trace. */
export function lifetimeNs(trace: Trace, object: ObjectIndex): number | null {
  return orNull(trace.objects.deathNs[object] - trace.objects.birthNs[object]);
}

/** Names come from the trace: a line break or an escape in one must not write lines or colours of its own. */
export function oneLine(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '\uFFFD');
}
