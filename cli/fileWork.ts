/**
 * What a command does with one file. A request is data, so that the work can be done in this thread or in another; it turns a file into
 * texts and a few counts.
 */
import { errorData, type TraceErrorData } from '../shared/errors.ts';
import type { Filter } from '../shared/filter.ts';
import type { LoadSymbolsRequest, SymbolsReport } from '../shared/symbols.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import { csvChunks } from '../worker/query/csv.ts';
import { jsonLines } from '../worker/query/json.ts';
import {
  moduleCsvLines,
  moduleJsonLines,
  moduleLines,
  selectModules,
  type ModuleFilter,
  type ModuleTextOptions,
} from '../worker/query/modules.ts';
import { selectObjects, type Selection } from '../worker/query/select.ts';
import { stackTreeCsv, stackTreeJson, stackTreeText, type StackTreeOptions } from '../worker/query/stackTreeText.ts';
import { textLines, type TextOptions } from '../worker/query/text.ts';
import { countTotals, type Totals } from '../worker/query/totals.ts';
import { shownOpen, totalsCsv, totalsJson, totalsText, type TotalsOptions } from '../worker/query/totalsText.ts';
import { paintOf } from './colors.ts';
import { countMetric, type Condition } from './conditions.ts';
import { narrowByCreator, processFits, type CreatorFilter } from './creatorFilter.ts';
import { exportFile, type ExportPrint } from './export/exportFile.ts';
import { hintsOf, type Hint } from './hints.ts';
import { infoText } from './infoText.ts';
import { openNamed } from './naming.ts';
import { symbolsCsv, symbolsJson, symbolsText } from './symbolsText.ts';

export type Format = 'text' | 'json' | 'csv';

/** What is printed of each file. */
export type Print =
  | { what: 'info' }
  | { what: 'dump'; options: TextOptions; events: boolean; csv: { separator: string; noCommandLine: boolean } }
  | { what: 'totals'; options: TotalsOptions; separator: string }
  | { what: 'stacks'; options: StackTreeOptions; separator: string }
  | { what: 'modules'; filter: ModuleFilter; options: ModuleTextOptions }
  | { what: 'symbols' }
  | ExportPrint;

export interface FileRequest {
  print: Print;
  format: Format;
  filter: Filter;
  creator: CreatorFilter;
  failOn: Condition[];
  /** null: without function names */
  symbols: LoadSymbolsRequest | null;
  colors: boolean;
  /** with the counts that a grand total is made of */
  withTotals: boolean;
}

/** What is left to say when the texts of a file are written. */
export interface FileResult {
  /** why nothing of it could be read, null where it could */
  failure: TraceErrorData | null;
  /** the failure is one of the output: other files would fail, too */
  outputFailed: boolean;
  /** its name, as the trace is called in sentences */
  file: string;
  /** filter values that are nowhere in it */
  hints: Hint[];
  /** sentences about parts that could not be read */
  damage: string[];
  totals: Totals | null;
  /** sum of the rows that `totals` shows */
  open: number;
  /** counts of the conditions, in their order */
  counts: number[];
}

/** Reads a file and writes what a request asks of it; `tell` is for what may take its time. Rejects only where `write` does. */
export async function workOnFile(
  path: string,
  request: FileRequest,
  write: (text: string) => Promise<void>,
  tell: (doing: string) => void,
): Promise<FileResult> {
  let trace: Trace;
  let symbols: SymbolsReport | null;
  try {
    ({ trace, symbols } = await openNamed(path, request, tell));
  } catch (error) {
    return failedResult(errorData(error));
  }
  const selection = narrowByCreator(selectObjects(trace, request.filter), request.creator);
  const totals = request.withTotals || request.print.what === 'totals' ? countTotals(selection) : null;
  const { print } = request;
  if (print.what === 'export') {
    let line: string;
    try {
      line = await exportFile(path, selection, print, tell);
    } catch (error) {
      const failure = errorData(error);
      return { ...failedResult(failure), outputFailed: failure.code === 'io' && failure.file !== path };
    }
    await write(line);
  } else {
    await writePieces(texts(selection, totals, symbols, { ...request, print }), write);
  }
  return {
    failure: null,
    outputFailed: false,
    file: trace.info.file,
    hints: hintsOf(trace, request),
    damage: trace.info.health.filter((entry) => entry.severity === 'error').map((entry) => entry.message),
    totals,
    open: request.withTotals && request.print.what === 'totals' ? shownOpen(selection, request.print.options) : 0,
    counts: request.failOn.map((condition) => countMetric(selection, condition)),
  };
}

export function failedResult(failure: TraceErrorData): FileResult {
  return {
    failure,
    outputFailed: false,
    file: failure.file ?? '',
    hints: [],
    damage: [],
    totals: null,
    open: 0,
    counts: [],
  };
}

function texts(
  selection: Selection,
  totals: Totals | null,
  symbols: SymbolsReport | null,
  request: FileRequest & { print: Exclude<Print, ExportPrint> },
): Iterable<string> {
  const { print, format } = request;
  switch (print.what) {
    case 'info':
      return [format === 'json' ? `${JSON.stringify(selection.trace.info)}\n` : infoText(selection.trace)];
    case 'dump':
      return dumpTexts(selection, request, print);
    case 'totals':
      return [totalsOf(selection, totals ?? countTotals(selection), request, print)];
    case 'stacks':
      if (format === 'json') return stackTreeJson(selection, print.options);
      if (format === 'csv') return stackTreeCsv(selection, print.options, print.separator);
      return stackTreeText(selection, { ...print.options, paint: paintOf(request.colors) });
    case 'modules':
      return moduleTexts(selection.trace, request, print);
    case 'symbols':
      return symbols === null ? [] : symbolTexts(selection.trace, symbols, request);
  }
}

type PrintOf<What> = Extract<Print, { what: What }>;

function* dumpTexts(
  selection: Selection,
  { format, colors }: FileRequest,
  { options, events, csv }: PrintOf<'dump'>,
): Generator<string> {
  if (format === 'json') yield* jsonLines(selection, { events });
  else if (format === 'csv') for (const chunk of csvChunks(selection, csv)) yield chunk.text;
  else yield* textLines(selection, { ...options, paint: paintOf(colors) });
}

function moduleTexts(
  trace: Trace,
  { format, creator }: FileRequest,
  { filter, options }: PrintOf<'modules'>,
): Iterable<string> {
  const selected = selectModules(trace, filter).filter(({ process }) => processFits(trace, creator, process));
  if (format === 'json') return moduleJsonLines(trace, selected);
  return format === 'csv' ? moduleCsvLines(trace, selected) : moduleLines(trace, selected, options);
}

function symbolTexts({ info }: Trace, symbols: SymbolsReport, { format }: FileRequest): Iterable<string> {
  if (format === 'json') return [symbolsJson(info.file, symbols)];
  return format === 'csv' ? symbolsCsv(info.file, symbols) : symbolsText(info.file, symbols);
}

function totalsOf(
  selection: Selection,
  totals: Totals,
  { format, colors }: FileRequest,
  { options, separator }: PrintOf<'totals'>,
): string {
  if (format === 'json') return totalsJson(selection, totals, options);
  if (format === 'csv') return totalsCsv(selection, options, separator);
  return totalsText(selection, totals, { ...options, paint: paintOf(colors) });
}

/** Text is handed on in pieces of about this many characters. */
const PIECE = 65_536;

async function writePieces(texts: Iterable<string>, write: (text: string) => Promise<void>): Promise<void> {
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < PIECE) continue;
    await write(pending);
    pending = '';
  }
  if (pending !== '') await write(pending);
}
