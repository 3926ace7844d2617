/**
 * `leaklanes dump` as text, in the layout of ETWAnalyzer's `-dump ObjectRef`: a line an object, its events below, grouped by kind and
 * sorted by time, a line of totals at the end.
 *
 *   Id: 20052 Object: 0xFFFF810008BE66F0 \…\SignalEvent_0 Lifetime: 0.016939 s  Type: Event Create+Duplicate-Close: 2+0-2 = 0
 *           12:46:37.775935 924160/1349480 HandleCreate    0xC0     EventLeak.exe +- Stack: 2734
 */
import {
  add64,
  formatDecimal64,
  formatHex32,
  formatPointer,
  formatSeconds,
  UNKNOWN_LIFETIME_SECONDS,
  wallClock,
  type WallClock,
} from '../../shared/format.ts';
import {
  KIND_HANDLE_CLOSE,
  KIND_HANDLE_CREATE,
  KIND_HANDLE_DUPLICATE,
  KIND_MAP,
  KIND_OBJECT_CREATE,
  KIND_OBJECT_DELETE,
  KIND_REF_CHANGE,
  KIND_UNMAP,
  START_EXISTING,
  START_INHERITED,
  type EventIndex,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { fileTitle } from './csv.ts';
import type { Selection } from './select.ts';
import { isMapping, lifetimeNs, textsOf, UNKNOWN_PROCESS, type TraceTexts } from './texts.ts';

export interface TextOptions {
  /**
   * `s`: seconds since the start of the trace; `local`: time of day where it was recorded (the default); `utc`; `here`: where this
   * program runs
   */
  timeFormat?: 's' | 'local' | 'utc' | 'here';
  /** digits after the second, 6 where absent */
  timeDigits?: number;
  /** the frames of every event, below it, instead of the stack's id */
  showStack?: boolean;
  /** reference changes too */
  showRef?: boolean;
  /** without the +- marks of processes that started or ended in the trace */
  noProcessMarks?: boolean;
}

const INDENT = ' '.repeat(8);
const KINDS = 8;
const PLAIN_REF = 'RefChange'.padEnd(15) + ' ';

/** All lines of a selection, each with its "\n": file, objects in id order, totals (none where nothing was selected). */
export function* textLines(selection: Selection, options: TextOptions = {}): Generator<string> {
  const printer = new ObjectPrinter(selection, options);
  yield `${fileLine(selection.trace)}\n`;
  for (const object of selection.objects) yield printer.object(object);
  if (selection.objects.length > 0) yield `${totalsLine(countTotals(selection))}\n`;
}

/** "5/10/2024 12:46:34 PM  HandleLeak" */
export function fileLine(trace: Trace): string {
  const { startTimeFiletime, timeZoneBiasMinutes } = trace.info.header;
  return `${wallClock(startTimeFiletime, timeZoneBiasMinutes).local(0).us}  ${fileTitle(trace.info.file)}`;
}

/** What a selection has of each kind, by the events that stay. */
export interface Totals {
  objectsCreated: number;
  objectsDestroyed: number;
  handlesCreated: number;
  handlesClosed: number;
  handlesDuplicated: number;
  refChanges: number;
  maps: number;
  unmaps: number;
}

/**
 * An object counts as created when what created it (CreateObject, or the first handle) stays, and as destroyed likewise: without object
 * events in the trace, too.
 */
export function countTotals(selection: Selection): Totals {
  const { trace, eventKept } = selection;
  const { eventStart, eventList, createEvent, destroyEvent } = trace.objects;
  const { kind } = trace.events;
  const byKind = new Array<number>(KINDS).fill(0);
  let objectsCreated = 0;
  let objectsDestroyed = 0;
  const stays = (event: EventIndex): boolean => event >= 0 && (eventKept === null || eventKept(event));
  for (const object of selection.objects) {
    if (!isMapping(trace, object)) {
      if (stays(createEvent[object])) objectsCreated++;
      if (stays(destroyEvent[object])) objectsDestroyed++;
    }
    for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
      const event = eventList[i];
      if (kind[event] < KINDS && stays(event)) byKind[kind[event]]++;
    }
  }
  return {
    objectsCreated,
    objectsDestroyed,
    handlesCreated: byKind[KIND_HANDLE_CREATE],
    handlesClosed: byKind[KIND_HANDLE_CLOSE],
    handlesDuplicated: byKind[KIND_HANDLE_DUPLICATE],
    refChanges: byKind[KIND_REF_CHANGE],
    maps: byKind[KIND_MAP],
    unmaps: byKind[KIND_UNMAP],
  };
}

export function totalsLine(totals: Totals): string {
  const { objectsCreated, objectsDestroyed, handlesCreated, handlesClosed, handlesDuplicated } = totals;
  return (
    `Totals: Objects Created/Destroyed: ${objectsCreated}/${objectsDestroyed} Diff: ${objectsCreated - objectsDestroyed},` +
    `  Handles Created/Closed/Duplicated: ${handlesCreated}/${handlesClosed}/${handlesDuplicated}` +
    ` Diff: ${handlesCreated + handlesDuplicated - handlesClosed},` +
    `  RefChanges: ${totals.refChanges}, FileMap/Unmap: ${totals.maps}/${totals.unmaps}`
  );
}

class ObjectPrinter {
  private readonly trace: Trace;
  private readonly eventKept: Selection['eventKept'];
  private readonly options: TextOptions;
  private readonly texts: TraceTexts;
  private readonly clock: WallClock;

  constructor(selection: Selection, options: TextOptions) {
    this.trace = selection.trace;
    this.eventKept = selection.eventKept;
    this.options = options;
    this.texts = textsOf(this.trace);
    const { startTimeFiletime, timeZoneBiasMinutes } = this.trace.info.header;
    this.clock = wallClock(startTimeFiletime, timeZoneBiasMinutes);
  }

  /** The lines of one object or mapping. */
  object(object: ObjectIndex): string {
    const events = this.eventsByKind(object);
    const of = (kind: number, print: (event: EventIndex) => string): string => events[kind].map(print).join('');
    if (isMapping(this.trace, object)) {
      return (
        this.mappingLine(object) +
        of(KIND_MAP, (event) => this.mapLine(object, event)) +
        of(KIND_UNMAP, (event) => this.unmapLine(object, event))
      );
    }
    return (
      this.objectLine(object, events) +
      of(KIND_HANDLE_CREATE, (event) => this.handleLine(event, 'HandleCreate', '')) +
      of(KIND_HANDLE_DUPLICATE, (event) => this.handleLine(event, 'HandleDuplicate', this.duplicateNote(event))) +
      of(KIND_HANDLE_CLOSE, (event) => this.handleLine(event, 'HandleClose', this.closeNote(event))) +
      this.referenceLines(events)
    );
  }

  /** Events that stay, by kind, in time order. */
  private eventsByKind(object: ObjectIndex): EventIndex[][] {
    const { eventStart, eventList } = this.trace.objects;
    const { kind } = this.trace.events;
    const lists: EventIndex[][] = Array.from({ length: KINDS }, () => []);
    for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
      const event = eventList[i];
      if (kind[event] < KINDS && (this.eventKept === null || this.eventKept(event))) lists[kind[event]].push(event);
    }
    return lists;
  }

  private objectLine(object: ObjectIndex, events: EventIndex[][]): string {
    const creates = events[KIND_HANDLE_CREATE].length;
    const duplicates = events[KIND_HANDLE_DUPLICATE].length;
    const closes = events[KIND_HANDLE_CLOSE].length;
    const start = `${this.lineStart(object, 'Object')}  Type: ${this.texts.type(object)} `;
    const existing = this.existingHandles(object);
    if (creates + duplicates + closes > 0 || existing.length === 0) {
      return `${start}Create+Duplicate-Close: ${creates}+${duplicates}-${closes} = ${creates + duplicates - closes}\n`;
    }
    if (existing.length > 1) return `${start}Handle Count: ${existing.length}\n`;
    const owner = this.trace.handles.owner[existing[0]];
    return `${start}Owner: ${this.process(owner)}, Handle Value: ${this.texts.handleValue(existing[0])}\n`;
  }

  private existingHandles(object: ObjectIndex): number[] {
    const { handleStart } = this.trace.objects;
    const found: number[] = [];
    for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
      if (this.trace.handles.start[handle] === START_EXISTING) found.push(handle);
    }
    return found;
  }

  /** "Id: 20052 Object: 0x… NAME Lifetime: 0.016939 s"; a lifetime that the trace does not know is 9999.000000 s. */
  private lineStart(object: ObjectIndex, kind: string): string {
    const name = this.texts.name(object);
    const lifetime = lifetimeNs(this.trace, object) ?? UNKNOWN_LIFETIME_SECONDS * 1e9;
    const named = name === null ? '' : `${oneLine(name)} `;
    return `Id: ${object + 1} ${kind}: ${this.texts.pointer(object)} ${named}Lifetime: ${formatSeconds(lifetime)} s`;
  }

  private handleLine(event: EventIndex, name: string, note: string): string {
    // ETWAnalyzer leaves one space less after the value of a duplicate.
    const width = name === 'HandleDuplicate' ? 7 : 8;
    const value = formatHex32(this.trace.events.value[event]).padEnd(width);
    return this.eventLine(event, `${name.padEnd(15)} ${value} `, note);
  }

  private duplicateNote(event: EventIndex): string {
    const { handles, events } = this.trace;
    const handle = events.handle[event];
    if (handle < 0) return '';
    if (handles.start[handle] === START_INHERITED) {
      return `Inherited by process ${this.process(handles.owner[handle])} `;
    }
    const source = this.process(handles.sourceProcess[handle]);
    return `SourceProcess: ${source} SourceHandle: ${formatHex32(handles.sourceValue[handle])} `;
  }

  private closeNote(event: EventIndex): string {
    const { handles, events } = this.trace;
    const handle = events.handle[event];
    if (handle < 0 || handles.start[handle] !== START_INHERITED) return '';
    return ` Inherited from ${this.texts.process(handles.sourceProcess[handle]) ?? UNKNOWN_PROCESS} `;
  }

  /** The end of an object with reference changes shows even without them, as in ETWAnalyzer. */
  private referenceLines(events: EventIndex[][]): string {
    const { value } = this.trace.events;
    const { showRef } = this.options;
    const counted = showRef || events[KIND_REF_CHANGE].length > 0;
    const create = showRef
      ? events[KIND_OBJECT_CREATE].map((event) => this.objectEventLine(event, 'Object Create'))
      : [];
    const changes = showRef
      ? events[KIND_REF_CHANGE].map((event) => this.eventLine(event, PLAIN_REF, `${value[event]} `))
      : [];
    const end = counted ? events[KIND_OBJECT_DELETE].map((event) => this.objectEventLine(event, 'Object Delete')) : [];
    return [...create, ...changes, ...end].join('');
  }

  private objectEventLine(event: EventIndex, name: string): string {
    return this.eventLine(event, `${name.padEnd(15)} `, '------------------------------- ', '');
  }

  private mappingLine(object: ObjectIndex): string {
    return `${this.lineStart(object, 'MappingObject')}\n`;
  }

  private mapLine(object: ObjectIndex, event: EventIndex): string {
    const { baseHigh, baseLow, sizeHigh, sizeLow, offsetHigh, offsetLow } = this.trace.mappings;
    const row = this.trace.objects.mapping[object];
    const end = add64(baseHigh[row], baseLow[row], sizeHigh[row], sizeLow[row]);
    const size = formatDecimal64(sizeHigh[row], sizeLow[row]);
    const offset = formatDecimal64(offsetHigh[row], offsetLow[row]);
    const view = `${this.texts.pointer(object)}-${formatPointer(end.high, end.low)}`;
    return this.eventLine(event, 'Map ', `${view} Size: ${size} bytes, Offset: ${offset} `);
  }

  private unmapLine(object: ObjectIndex, event: EventIndex): string {
    return this.eventLine(event, 'Unmap ', `${this.texts.pointer(object)} `);
  }

  /** "        12:46:37.775935 924160/1349480 WHAT EventLeak.exe +- NOTE Stack: 2734" */
  private eventLine(event: EventIndex, what: string, note: string, stackTitle = 'Stack: '): string {
    const { ns, process, tid } = this.trace.events;
    const pid = String(this.texts.pid(process[event]) ?? '?').padStart(5);
    const thread = String(tid[event] < 0 ? '?' : tid[event]).padEnd(5);
    const name = process[event] < 0 ? UNKNOWN_PROCESS : this.trace.processes.name[process[event]];
    const line = `${INDENT}${this.time(ns[event])} ${pid}/${thread} ${what}${name}${this.marks(process[event])} ${note}`;
    return line + stackTitle + this.stack(this.trace.events.stack[event]);
  }

  private stack(stack: number): string {
    if (stack < 0) return 'None\n';
    if (!this.options.showStack) return `${stack}\n`;
    const frames = this.texts.frames(stack) ?? [];
    return `${stack}\n${frames.map((frame) => `${INDENT}${INDENT}${frame}\n`).join('')}`;
  }

  private process(process: number): string {
    return (this.texts.process(process) ?? UNKNOWN_PROCESS) + this.marks(process);
  }

  private marks(process: number): string {
    return this.options.noProcessMarks ? '' : this.texts.startStopMarks(process);
  }

  private time(ns: number): string {
    const digits = this.options.timeDigits ?? 6;
    const format = this.options.timeFormat ?? 'local';
    return format === 's' ? formatSeconds(ns, digits) : this.clock[format](ns, digits).time;
  }
}

/** Names come from the trace: a line break or an escape in one must not write lines or colours of its own. */
function oneLine(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '\uFFFD');
}
