/** A trace with function names, where what is asked of it depends on them. */
import type { Filter } from '../shared/filter.ts';
import type { Progress } from '../shared/records.ts';
import type { SymbolsReport } from '../shared/symbols.ts';
import type { Trace } from '../worker/lifetimes/model.ts';
import { openTrace } from '../worker/openTrace.ts';
import { nameOpenedTrace } from '../worker/symbols/nameOpenedTrace.ts';
import type { FileRequest } from './fileWork.ts';
import { interruptible } from './interruption.ts';

export interface NamedTrace {
  trace: Trace;
  /** null: no names were looked for */
  symbols: SymbolsReport | null;
}

/** Rejects with the TraceError of a file that cannot be read; what has no names is said in the report. */
export async function openNamed(
  path: string,
  request: FileRequest,
  tell: (doing: string) => void,
): Promise<NamedTrace> {
  const trace = await openTrace(path);
  const { symbols } = request;
  if (symbols === null || !needsNames(request)) return { trace, symbols: null };
  const onProgress = ({ doing }: Progress): void => {
    if (doing !== undefined) tell(doing);
  };
  // Halves of downloads are put away before Ctrl+C ends the program.
  const { trace: named, report } = await interruptible((signal) =>
    nameOpenedTrace(trace, path, symbols, { signal, onProgress }),
  );
  return { trace: named, symbols: report };
}

/** Whether frames are printed or looked at. Names also tell which handles were swept at the end of their process. */
export function needsNames({ print, format, filter, failOn, colors }: FileRequest): boolean {
  return (
    printsNames(print, format, colors) ||
    [filter, ...failOn.map((condition) => condition.filter)].some(asksForNames) ||
    failOn.some(({ metric }) => metric === 'leakAtExit')
  );
}

function printsNames(print: FileRequest['print'], format: FileRequest['format'], colors: boolean): boolean {
  switch (print.what) {
    case 'symbols':
    case 'stacks':
    case 'export':
      return true;
    case 'dump':
      // Colours tell leaks until exit.
      return format !== 'text' || print.options.showStack === true || colors;
    case 'totals':
      return print.options.by === 'stack';
    case 'info':
    case 'modules':
      return false;
  }
}

function asksForNames({ createStack, destroyStack, stack, leakAtExit, end }: Filter): boolean {
  return [createStack, destroyStack, stack, leakAtExit, end].some((value) => value !== undefined);
}
