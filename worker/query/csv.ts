/**
 * `leaklanes dump --format csv`: a row an event, RFC 4180 with CRLF. First the columns of ETWAnalyzer's `-dump ObjectRef -csv` under
 * its names (its misspellings too: people have scripts for them), then ours. Rows go by object in id order, inside by time.
 *
 * What our columns hold: Owner - process whose handle the event opens or closes; Start/End in s - birth and death of the object,
 * empty where outside the trace; Handle Start/End - how that handle came and went; stack ids are those of the Stack column.
 * A number that is not known is an empty cell.
 */
import {
  formatDecimal64,
  formatHex32,
  formatPointer,
  formatSecondsExact,
  UNKNOWN_LIFETIME_SECONDS,
  wallClock,
} from '../../shared/format.ts';
import type { WallClock } from '../../shared/format.ts';
import { HANDLE_ENDS, HANDLE_STARTS } from '../../shared/records.ts';
import {
  isRundownKind,
  KIND_HANDLE_DC_END,
  KIND_HANDLE_DC_START,
  KIND_REF_CHANGE,
  OBJECT_LEAK,
  OBJECT_LEAK_AT_EXIT,
  OBJECT_MULTI_PROCESS,
  OBJECT_OVERLAPPED,
  START_DUPLICATED,
  START_INHERITED,
  type EventIndex,
  type ObjectIndex,
  type ProcessIndex,
  type Trace,
} from '../lifetimes/model.ts';
import { isHandleHappening } from './json.ts';
import type { Selection } from './select.ts';
import { createStack, inheritingProcesses, lifetimeNs, textsOf, UNKNOWN_PROCESS, type TraceTexts } from './texts.ts';

export const CSV_COLUMNS = [
  'CSVOptions',
  'FileName',
  'Date',
  'TestCase',
  'Test Time in ms',
  'Baseline',
  'Id',
  'Stack',
  'EventName',
  'Time',
  'Thread Id',
  'Handle Value',
  'Type',
  'Object Name',
  'Object Ptr',
  'SourceProces',
  'SourceHandleValue',
  'ViewBase',
  'ViewSize',
  'File Object',
  'File Offset',
  'RefChange',
  'Lifetime in s (9999 is not closed)',
  'MultiProcess',
  'MaxRefCount',
  'Overlapped (Opened multiple times)',
  'Inherited by Process',
  'Process',
  'ProcessName',
  'StartTime',
  'CommandLine',
  'Owner',
  'Start in s',
  'End in s',
  'Handle Start',
  'Handle End',
  'Leak',
  'Leak at Exit',
  'Create Stack Id',
  'Stack Id',
  'Map File',
] as const;

/** EventName by KIND_…: the class names of ETWAnalyzer, ours where it has none. */
const EVENT_NAMES = [
  'HandleCreateEvent',
  'HandleCloseEvent',
  'HandleDuplicateEvent',
  'RefChangeEvent',
  'FileMapEvent',
  'FileUnmapEvent',
  'ObjectCreateEvent',
  'ObjectDeleteEvent',
  'Existing Handle',
  'Existing Handle',
  'Existing Mapping',
  'Existing Mapping',
];

/** What may stand between cells: nothing that our own numbers, dates and hex values contain. */
export function isCsvSeparator(text: string): boolean {
  return /^[,;|\t]$/.test(text);
}

export interface CsvOptions {
  /** between cells, see {@link isCsvSeparator}; "," where absent */
  separator?: string;
  /** what the CSVOptions column says, the command line for instance */
  csvOptions?: string;
  /** leaves the CommandLine column empty: command lines are long, and can hold secrets */
  noCommandLine?: boolean;
  /** about how many characters a chunk has; small in tests, so that every boundary is met */
  chunkLength?: number;
}

/** One piece of the file and the rows that it ends. */
export interface CsvChunk {
  text: string;
  rows: number;
}

const DEFAULT_CHUNK = 65_536;
const END_OF_ROW = '\r\n';

export function csvHeader(separator = ','): string {
  return CSV_COLUMNS.map((name) => quoteCell(name, separator)).join(separator) + END_OF_ROW;
}

/**
 * The rows of a selection, without the header, in chunks of whole rows: a row an event. An object that only the rundown knows has a row
 * for each of its handles instead, so that no object of the selection is missing. Throws RangeError for a separator that cannot be one.
 */
export function* csvChunks(selection: Selection, options: CsvOptions = {}): Generator<CsvChunk> {
  const writer = new RowWriter(selection.trace, options);
  const { kind } = selection.trace.events;
  const { eventStart, eventList } = selection.trace.objects;
  const { eventKept } = selection;
  const chunkLength = options.chunkLength ?? DEFAULT_CHUNK;
  let text = '';
  let rows = 0;
  for (const object of selection.objects) {
    writer.enter(object);
    const isRundownOnly = !hasHappening(selection.trace, object);
    for (let i = eventStart[object]; i < eventStart[object + 1]; i++) {
      const event = eventList[i];
      if (eventKept !== null && !eventKept(event)) continue;
      if (isRundownOnly ? !isFirstOfItsHandle(selection.trace, object, i) : isRundownKind(kind[event])) continue;
      text += writer.row(event);
      rows++;
      if (text.length < chunkLength) continue;
      yield { text, rows };
      text = '';
      rows = 0;
    }
  }
  if (rows > 0) yield { text, rows };
}

function hasHappening({ objects, events }: Trace, object: ObjectIndex): boolean {
  for (let i = objects.eventStart[object]; i < objects.eventStart[object + 1]; i++) {
    if (!isRundownKind(events.kind[objects.eventList[i]])) return true;
  }
  return false;
}

/** Whether no earlier entry lists the same handle: start and end rundown are one row. */
function isFirstOfItsHandle({ objects, events }: Trace, object: ObjectIndex, at: number): boolean {
  const handle = events.handle[objects.eventList[at]];
  for (let i = objects.eventStart[object]; i < at; i++)
    if (events.handle[objects.eventList[i]] === handle) return false;
  return true;
}

/**
 * A text cell: what a spreadsheet would run as a formula gets a leading apostrophe, then it is quoted where it must be.
 * Numbers that we write as numbers go in as they are: a RefChange of -1 is no formula.
 */
export function textCell(text: string, separator: string): string {
  return quoteCell(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text, separator);
}

function quoteCell(text: string, separator: string): string {
  const special = text.includes(separator) || text.includes('"') || text.includes('\n') || text.includes('\r');
  return special ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Makes rows. Cells that depend on the file, a process or the object alone are made and joined once for each of them. */
class RowWriter {
  private readonly trace: Trace;
  private readonly texts: TraceTexts;
  private readonly separator: string;
  private readonly noCommandLine: boolean;
  private readonly clock: WallClock;
  /** CSVOptions … Baseline */
  private readonly fileCells: string;
  /** Process … CommandLine by process index + 1 */
  private readonly processCells: string[] = [];
  /** stacks whose text stands in a row already */
  private readonly written: Uint8Array;
  private idCell = '';
  /** Type, Object Name, Object Ptr */
  private objectCells = '';
  /** ViewBase … File Offset */
  private mapCells = '';
  /** Lifetime … Inherited by Process */
  private lifeCells = '';
  /** Start in s, End in s */
  private spanCells = '';
  /** Leak … Create Stack Id */
  private leakCells = '';
  private mapFileCell = '';

  constructor(trace: Trace, options: CsvOptions) {
    this.trace = trace;
    this.texts = textsOf(trace);
    this.separator = options.separator ?? ',';
    this.noCommandLine = options.noCommandLine ?? false;
    if (!isCsvSeparator(this.separator)) throw new RangeError('the CSV separator must be one of , ; | and tab');
    const { startTimeFiletime, timeZoneBiasMinutes } = trace.info.header;
    this.clock = wallClock(startTimeFiletime, timeZoneBiasMinutes);
    this.written = new Uint8Array(trace.stacks.length);
    this.fileCells = this.join([
      this.cell(options.csvOptions ?? ''),
      this.cell(fileTitle(trace.info.file)),
      this.dateTime(0),
      '',
      '',
      '',
    ]);
  }

  /** Readies the cells that all rows of an object share. */
  enter(object: ObjectIndex): void {
    const { trace, texts } = this;
    const { objects, mappings } = trace;
    const flags = objects.flags[object];
    const lifetime = lifetimeNs(trace, object);
    const row = objects.mapping[object];
    const stack = createStack(trace, object);
    this.idCell = String(object + 1);
    this.objectCells = this.join([
      this.cell(texts.type(object)),
      this.cell(texts.name(object) ?? ''),
      texts.pointer(object),
    ]);
    this.mapCells = this.join(
      row < 0
        ? ['', '', '', '']
        : [
            texts.pointer(object),
            formatDecimal64(mappings.sizeHigh[row], mappings.sizeLow[row]),
            formatPointer(mappings.keyHigh[row], mappings.keyLow[row]),
            formatDecimal64(mappings.offsetHigh[row], mappings.offsetLow[row]),
          ],
    );
    this.lifeCells = this.join([
      lifetime === null ? String(UNKNOWN_LIFETIME_SECONDS) : formatSecondsExact(lifetime),
      booleanCell(flags & OBJECT_MULTI_PROCESS),
      String(objects.maxRefCount[object]),
      booleanCell(flags & OBJECT_OVERLAPPED),
      this.cell(
        inheritingProcesses(trace, object)
          .map((process) => this.marked(process))
          .join(', '),
      ),
    ]);
    this.spanCells = this.join([secondsCell(objects.birthNs[object]), secondsCell(objects.deathNs[object])]);
    this.leakCells = this.join([
      booleanCell(flags & OBJECT_LEAK),
      booleanCell(flags & OBJECT_LEAK_AT_EXIT),
      stack < 0 ? '' : String(stack),
    ]);
    this.mapFileCell = this.cell(texts.mapFile(object) ?? '');
  }

  /** One row of the entered object, CRLF included. */
  row(event: EventIndex): string {
    const { trace, separator } = this;
    const { kind, ns, tid, stack, handle, value, process } = trace.events;
    const eventKind = kind[event];
    const instance = handle[event];
    const isHandle =
      isHandleHappening(eventKind) || eventKind === KIND_HANDLE_DC_START || eventKind === KIND_HANDLE_DC_END;
    return (
      this.fileCells +
      separator +
      this.idCell +
      separator +
      this.stackCell(stack[event]) +
      separator +
      EVENT_NAMES[eventKind] +
      separator +
      ns[event] +
      separator +
      (tid[event] < 0 ? '' : tid[event]) +
      separator +
      (isHandle ? formatHex32(value[event]) : '') +
      separator +
      this.objectCells +
      separator +
      (isHandle ? this.sourceCells(event) : separator) +
      separator +
      this.mapCells +
      separator +
      (eventKind === KIND_REF_CHANGE ? value[event] : '') +
      separator +
      this.lifeCells +
      separator +
      this.processCellsOf(process[event]) +
      separator +
      (instance < 0 ? '' : this.ownerCell(trace.handles.owner[instance])) +
      separator +
      this.spanCells +
      separator +
      (instance < 0 ? '' : HANDLE_STARTS[trace.handles.start[instance]]) +
      separator +
      (instance < 0 ? '' : HANDLE_ENDS[trace.handles.end[instance]]) +
      separator +
      this.leakCells +
      separator +
      (stack[event] < 0 ? '' : stack[event]) +
      separator +
      this.mapFileCell +
      END_OF_ROW
    );
  }

  /** The frames where the stack comes for the first time, then its id. */
  private stackCell(stack: number): string {
    if (stack < 0) return '';
    if (this.written[stack] === 1) return String(stack);
    this.written[stack] = 1;
    return this.cell(this.texts.stackText(stack));
  }

  /** SourceProces, SourceHandleValue: where the handle that this event opens came from. */
  private sourceCells(event: EventIndex): string {
    const { handles, events } = this.trace;
    const instance = events.handle[event];
    if (instance < 0 || handles.openEvent[instance] !== event) return this.separator;
    const start = handles.start[instance];
    if (start !== START_DUPLICATED && start !== START_INHERITED) return this.separator;
    const source = handles.sourceProcess[instance];
    return this.join([
      source < 0 ? UNKNOWN_PROCESS : this.cell(this.marked(source)),
      formatHex32(handles.sourceValue[instance]),
    ]);
  }

  private processCellsOf(process: ProcessIndex): string {
    return (this.processCells[process + 1] ??= this.makeProcessCells(process));
  }

  private makeProcessCells(process: ProcessIndex): string {
    if (process < 0) return this.join([UNKNOWN_PROCESS, UNKNOWN_PROCESS, '', '']);
    const { name, startNs, commandLine } = this.trace.processes;
    return this.join([
      this.cell(this.marked(process)),
      this.cell(name[process]),
      Number.isNaN(startNs[process]) ? '' : this.dateTime(startNs[process]),
      this.noCommandLine ? '' : this.cell(commandLine[process]),
    ]);
  }

  private ownerCell(owner: ProcessIndex): string {
    return owner < 0 ? UNKNOWN_PROCESS : this.cell(this.texts.process(owner) ?? '');
  }

  /** "EventLeak.exe(924160) +-" */
  private marked(process: ProcessIndex): string {
    return (this.texts.process(process) ?? UNKNOWN_PROCESS) + this.texts.startStopMarks(process);
  }

  /** "2024-05-10 12:46:34.123456", local time of the recording */
  private dateTime(ns: number): string {
    const { date, time } = this.clock.local(ns);
    return `${date} ${time}`;
  }

  private cell(text: string): string {
    return textCell(text, this.separator);
  }

  private join(cells: string[]): string {
    return cells.join(this.separator);
  }
}

function booleanCell(value: number): string {
  return value === 0 ? 'False' : 'True';
}

function secondsCell(ns: number): string {
  return Number.isNaN(ns) ? '' : formatSecondsExact(ns);
}

/** A file's name without folder and extension, as ETWAnalyzer shows it. */
export function fileTitle(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.replace(/\.[^.]+$/, '') || name;
}
