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
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  START_EXISTING,
  START_INHERITED,
  type EventIndex,
  type ObjectIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { fileTitle } from './csv.ts';
import type { Selection } from './select.ts';
import { PLAIN, type Paint } from './paint.ts';
import { isMapping, lifetimeNs, oneLine, textsOf, UNKNOWN_PROCESS, type TraceTexts } from './texts.ts';
import { countTotals, totalsLine } from './totals.ts';

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
  /**
   * what stands behind a process that started or ended in the trace: absent: its +- marks; `s`: start, end and duration in seconds since
   * the start of the trace; `local`, `utc`, `here`: times of day as of `timeFormat`; `none`: nothing
   */
  processFormat?: 's' | 'local' | 'utc' | 'here' | 'none';
  /** without the line of totals */
  noTotals?: boolean;
  /** colours; none where absent */
  paint?: Paint;
}

const INDENT = ' '.repeat(8);
const KINDS = 8;
const PLAIN_REF = 'RefChange'.padEnd(15) + ' ';

/** All lines of a selection, each with its "\n": file, objects in id order, totals (none where nothing was selected). */
export function* textLines(selection: Selection, options: TextOptions = {}): Generator<string> {
  const printer = new ObjectPrinter(selection, options);
  const paint = options.paint ?? PLAIN;
  yield `${paint('file', fileLine(selection.trace))}\n`;
  for (const object of selection.objects) yield printer.object(object);
  if (options.noTotals || selection.objects.length === 0) return;
  yield `${paint('total', totalsLine(countTotals(selection)))}\n`;
}

/** "5/10/2024 12:46:34 PM  HandleLeak" */
export function fileLine(trace: Trace): string {
  const { startTimeFiletime, timeZoneBiasMinutes } = trace.info.header;
  return `${wallClock(startTimeFiletime, timeZoneBiasMinutes).local(0).us}  ${fileTitle(trace.info.file)}`;
}

class ObjectPrinter {
  private readonly trace: Trace;
  private readonly eventKept: Selection['eventKept'];
  private readonly options: TextOptions;
  private readonly texts: TraceTexts;
  private readonly clock: WallClock;
  private readonly paint: Paint;
  private readonly processMarks: string[] = [];

  constructor(selection: Selection, options: TextOptions) {
    this.trace = selection.trace;
    this.eventKept = selection.eventKept;
    this.options = options;
    this.paint = options.paint ?? PLAIN;
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
      this.referenceLines(object, events)
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
      const sum = creates + duplicates - closes;
      return this.titleLine(object, `${start}Create+Duplicate-Close: ${creates}+${duplicates}-${closes} = ${sum}`);
    }
    if (existing.length > 1) return this.titleLine(object, `${start}Handle Count: ${existing.length}`);
    const owner = this.process(this.trace.handles.owner[existing[0]]);
    return this.titleLine(object, `${start}Owner: ${owner}, Handle Value: ${this.texts.handleValue(existing[0])}`);
  }

  private titleLine(object: ObjectIndex, line: string): string {
    const flags = this.trace.objects.flags[object];
    const role = flags & OBJECT_LEAK ? 'leak' : flags & OBJECT_LEAK_AT_EXIT ? 'leakAtExit' : 'object';
    return `${this.paint(role, line)}\n`;
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
    const owner = handles.owner[handle];
    // The line names who duplicated it, which need not be who has it now.
    const target = owner < 0 || owner === events.process[event] ? '' : `Duplicated to ${this.process(owner)} `;
    return `${target}SourceProcess: ${source} SourceHandle: ${formatHex32(handles.sourceValue[handle])} `;
  }

  private closeNote(event: EventIndex): string {
    const { handles, events } = this.trace;
    const handle = events.handle[event];
    if (handle < 0 || handles.start[handle] !== START_INHERITED) return '';
    return ` Inherited from ${this.processLabel(handles.sourceProcess[handle])} `;
  }

  /** The end of an object with reference changes shows even without them, as in ETWAnalyzer. */
  private referenceLines(object: ObjectIndex, events: EventIndex[][]): string {
    const { showRef } = this.options;
    const counted = showRef || events[KIND_REF_CHANGE].length > 0;
    const create = showRef
      ? events[KIND_OBJECT_CREATE].map((event) => this.objectEventLine(event, 'Object Create'))
      : [];
    const changes = showRef ? this.refChangeLines(object, events[KIND_REF_CHANGE]) : [];
    const end = counted ? events[KIND_OBJECT_DELETE].map((event) => this.objectEventLine(event, 'Object Delete')) : [];
    return [...create, ...changes, ...end].join('');
  }

  /** Behind the stack's id stands the running count: of all changes of the object, whether their lines stay or not. */
  private refChangeLines(object: ObjectIndex, shown: EventIndex[]): string[] {
    const { eventStart, eventList } = this.trace.objects;
    const { kind, value } = this.trace.events;
    const lines: string[] = [];
    let count = 0;
    for (let i = eventStart[object]; i < eventStart[object + 1] && lines.length < shown.length; i++) {
      const event = eventList[i];
      if (kind[event] !== KIND_REF_CHANGE) continue;
      count += value[event];
      if (event !== shown[lines.length]) continue;
      const [line, ...frames] = this.eventLine(event, PLAIN_REF, `${value[event]} `).split('\n');
      lines.push([`${line} RefCount: ${count}`, ...frames].join('\n'));
    }
    return lines;
  }

  private objectEventLine(event: EventIndex, name: string): string {
    return this.eventLine(event, `${name.padEnd(15)} `, '------------------------------- ', '');
  }

  private mappingLine(object: ObjectIndex): string {
    return this.titleLine(object, this.lineStart(object, 'MappingObject'));
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
    const name = process[event] < 0 ? UNKNOWN_PROCESS : oneLine(this.trace.processes.name[process[event]]);
    const line = `${INDENT}${this.time(ns[event])} ${pid}/${thread} ${what}${name}${this.marks(process[event])} ${note}`;
    return line + stackTitle + this.stack(this.trace.events.stack[event]);
  }

  private stack(stack: number): string {
    if (stack < 0) return 'None\n';
    if (!this.options.showStack) return `${stack}\n`;
    const frames = this.texts.frames(stack) ?? [];
    return `${stack}\n${frames.map((frame) => `${this.paint('stack', INDENT + INDENT + oneLine(frame))}\n`).join('')}`;
  }

  private process(process: number): string {
    return this.processLabel(process) + this.marks(process);
  }

  private processLabel(process: number): string {
    return oneLine(this.texts.process(process) ?? UNKNOWN_PROCESS);
  }

  private marks(process: number): string {
    const format = this.options.processFormat;
    if (process < 0 || format === 'none') return '';
    if (format === undefined) return this.texts.startStopMarks(process);
    return (this.processMarks[process] ??= this.processTimes(process, format));
  }

  /** " +3.264000 -3.292900 0.028900 s": start, end and, where both are in the trace, the duration. */
  private processTimes(process: number, format: 's' | 'local' | 'utc' | 'here'): string {
    const { startNs, endNs } = this.trace.processes;
    const [start, end] = [startNs[process], endNs[process]];
    const started = Number.isNaN(start) ? '' : ` +${this.time(start, format)}`;
    const ended = Number.isNaN(end) ? '' : ` -${this.time(end, format)}`;
    const lasted = formatSeconds(end - start, this.options.timeDigits ?? 6);
    return started + ended + (started && ended ? ` ${lasted} s` : '');
  }

  private time(ns: number, format = this.options.timeFormat ?? 'local'): string {
    const digits = this.options.timeDigits ?? 6;
    return format === 's' ? formatSeconds(ns, digits) : this.clock[format](ns, digits).time;
  }
}
