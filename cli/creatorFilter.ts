/**
 * ETWAnalyzer's filters over the creating process beyond its name: -CmdLine and -NewProcess. They are of the command line alone; the
 * filters that everything shares are in worker/query/select.ts.
 */
import { compileTextFilter, hasWildcard } from '../shared/textFilter.ts';
import { START_EXISTING, type ObjectIndex, type ProcessIndex, type Trace } from '../worker/lifetimes/model.ts';
import type { Selection } from '../worker/query/select.ts';
import { creatingProcess } from '../worker/query/texts.ts';

/**
 * ETWAnalyzer's numbers: 0 ran from the start of the trace to its end, 1 started in the trace, -1 ended in it, 2 started and still
 * runs, -2 ended and had been there before.
 */
export const NEW_PROCESS = ['0', '1', '-1', '2', '-2'] as const;
export type NewProcess = (typeof NEW_PROCESS)[number];

export interface CreatorFilter {
  /** text filter; without a wildcard it is looked for anywhere in the command line */
  commandLine?: string;
  newProcess?: NewProcess;
}

/** The objects of a selection whose creating process fits; for what was born before the trace, an owner of an existing handle. */
export function narrowByCreator(selection: Selection, filter: CreatorFilter): Selection {
  if (filter.commandLine === undefined && filter.newProcess === undefined) return selection;
  const { trace } = selection;
  const fits = Array.from({ length: trace.processes.length }, (_, process) => processFits(trace, filter, process));
  const objects = selection.objects.filter((object) => creators(trace, object).some((process) => fits[process]));
  return { ...selection, objects };
}

/** Whether a process passes; one that is not known (-1) passes a filter that asks nothing. */
export function processFits(trace: Trace, filter: CreatorFilter, process: ProcessIndex): boolean {
  if (filter.commandLine === undefined && filter.newProcess === undefined) return true;
  const tests = [commandLineTest(trace, filter.commandLine), newProcessTest(trace, filter.newProcess)];
  return process >= 0 && tests.every((test) => test(process));
}

function creators(trace: Trace, object: ObjectIndex): ProcessIndex[] {
  const creator = creatingProcess(trace, object);
  if (creator >= 0) return [creator];
  const { handleStart } = trace.objects;
  const { owner, start } = trace.handles;
  const owners: ProcessIndex[] = [];
  for (let handle = handleStart[object]; handle < handleStart[object + 1]; handle++) {
    if (start[handle] === START_EXISTING && owner[handle] >= 0) owners.push(owner[handle]);
  }
  return owners;
}

type ProcessTest = (process: ProcessIndex) => boolean;

function commandLineTest({ processes }: Trace, text: string | undefined): ProcessTest {
  if (text === undefined) return () => true;
  const alternatives = text.split(';').map((part) => {
    const [not, words] = part.startsWith('!') ? ['!', part.slice(1)] : ['', part];
    return words === '' || hasWildcard(words) ? part : `${not}*${words}*`;
  });
  const accepts = compileTextFilter(alternatives.join(';'));
  return (process) => accepts(processes.commandLine[process]);
}

function newProcessTest({ processes }: Trace, kind: NewProcess | undefined): ProcessTest {
  const started: ProcessTest = (process) => !Number.isNaN(processes.startNs[process]);
  const ended: ProcessTest = (process) => !Number.isNaN(processes.endNs[process]);
  switch (kind) {
    case undefined:
      return () => true;
    case '0':
      return (process) => !started(process) && !ended(process);
    case '1':
      return started;
    case '-1':
      return ended;
    case '2':
      return (process) => started(process) && !ended(process);
    case '-2':
      return (process) => ended(process) && !started(process);
  }
}
