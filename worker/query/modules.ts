/**
 * `leaklanes modules`: which build of which module a process had loaded, in the layout of ETWAnalyzer's `-dump Version`:
 *
 *   5/10/2024 12:46:34 PM  HandleLeak
 *     ZSATunnel.exe(10232)
 *       ZSATunnel.exe C:\Program Files (x86)\Zscaler\ZSATunnel 4.3.0.161 ProductName: Zscaler, Description: ZscalerTunnel
 *      Selected 1/75 of all loaded modules
 */
import { formatHex32, formatPointer } from '../../shared/format.ts';
import { parseProcessFilter, parseTextFilter } from '../../shared/textFilter.ts';
import type { LoadedModule } from '../lifetimes/loadedModules.ts';
import type { ProcessIndex, Trace } from '../lifetimes/model.ts';
import { textCell } from './csv.ts';
import { fileLine } from './text.ts';
import { textsOf, UNKNOWN_PROCESS } from './texts.ts';

/** Text filters (shared/textFilter.ts); absent keeps everything. */
export interface ModuleFilter {
  /** process that has it loaded */
  process?: string;
  /** file name */
  dll?: string;
  /** file name too: ETWAnalyzer has a second list of modules, of which this is the filter */
  module?: string;
  /** path, version, product and description as the text form shows them */
  version?: string;
  /** file name of its PDB; a module without one is not kept */
  pdb?: string;
}

/** The modules of one process that a filter keeps, by name. */
export interface ProcessModules {
  process: ProcessIndex;
  modules: LoadedModule[];
  /** how many it has loaded in all */
  loaded: number;
}

/** Processes by name, then pid; those without a module that the filter keeps are left out. */
export function selectModules(trace: Trace, filter: ModuleFilter): ProcessModules[] {
  const keeps = moduleTest(filter);
  const byProcess = new Map<ProcessIndex, ProcessModules>();
  for (const module of trace.loadedModules()) {
    const entry = byProcess.get(module.process) ?? { process: module.process, modules: [], loaded: 0 };
    byProcess.set(module.process, entry);
    entry.loaded++;
    if (keeps(module)) entry.modules.push(module);
  }
  const { name, pid } = trace.processes;
  const keepsProcess = processTest(trace, filter.process);
  return [...byProcess.values()]
    .filter((entry) => entry.modules.length > 0 && keepsProcess(entry.process))
    .map((entry) => ({ ...entry, modules: entry.modules.sort((a, b) => byText(a.name, b.name)) }))
    .sort((a, b) => byText(name[a.process] ?? '', name[b.process] ?? '') || pid[a.process] - pid[b.process]);
}

function byText(a: string, b: string): number {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}

function moduleTest(filter: ModuleFilter): (module: LoadedModule) => boolean {
  const tests = [
    textTest(filter.dll, (module) => module.name),
    textTest(filter.module, (module) => module.name),
    textTest(filter.version, (module) => `${module.path} ${versionText(module)}`),
    // Programs built at home name their PDB with its path.
    textTest(filter.pdb, (module) => module.pdb && module.pdb.name.replace(/.*[\\/]/s, '')),
  ].filter((test) => test !== null);
  return (module) => tests.every((test) => test(module));
}

function textTest(
  text: string | undefined,
  valueOf: (module: LoadedModule) => string | null,
): ((module: LoadedModule) => boolean) | null {
  if (text === undefined || text === '') return null;
  const filter = parseTextFilter(text);
  return (module) => {
    const value = valueOf(module);
    return value !== null && filter.accepts(filter.classify(value));
  };
}

function processTest(trace: Trace, text: string | undefined): (process: ProcessIndex) => boolean {
  if (text === undefined || text === '') return () => true;
  const filter = parseProcessFilter(text);
  const { name, pid } = trace.processes;
  return (process) =>
    filter.accepts(process < 0 ? filter.classify('', -1) : filter.classify(name[process], pid[process]));
}

/** "4.3.0.161 ProductName: Zscaler, Description: ZscalerTunnel" */
function versionText({ version }: LoadedModule): string {
  if (version === null) return '(version not recorded)';
  const { productName, fileDescription } = version;
  return `${fileVersion(version)} ProductName: ${productName}, Description: ${fileDescription}`;
}

/** The version as text, as the file's properties show it; the numbers where it has none. */
export function fileVersion(version: NonNullable<LoadedModule['version']>): string {
  return version.fileVersion || version.binaryVersion;
}

export interface ModuleTextOptions {
  /** with PDB name, GUID and age */
  pdb?: boolean;
  /** without the arguments that a process was started with */
  noCmdLine?: boolean;
}

/** All lines, each with its "\n": the file, then every process with its modules. */
export function* moduleLines(
  trace: Trace,
  selected: readonly ProcessModules[],
  options: ModuleTextOptions = {},
): Generator<string> {
  yield `${fileLine(trace)}\n`;
  const texts = textsOf(trace);
  for (const { process, modules, loaded } of selected) {
    const title = (texts.process(process) ?? UNKNOWN_PROCESS) + texts.startStopMarks(process);
    const given = options.noCmdLine ? '' : programArguments(trace.processes.commandLine[process] ?? '');
    yield printable(`  ${title}${given === '' ? '' : ` ${given}`}`);
    for (const module of modules) yield printable(`    ${moduleText(module, options.pdb ?? false)}`);
    yield `   Selected ${modules.length}/${loaded} of all loaded modules\n`;
  }
}

function moduleText(module: LoadedModule, withPdb: boolean): string {
  const folder = module.path.slice(0, Math.max(0, module.path.length - module.name.length - 1));
  const text = [module.name, folder, versionText(module)].filter((part) => part !== '').join(' ');
  if (!withPdb) return text;
  return `${text}, Pdb: ${module.pdb === null ? 'unknown' : `${module.pdb.name} ${module.pdb.guid} ${module.pdb.age}`}`;
}

/** What follows the program in a command line; the program may stand in quotes. */
function programArguments(commandLine: string): string {
  return commandLine.replace(/^\s*(?:"[^"]*"?|\S+)\s*/, '').trimEnd();
}

/** A line of the output: control characters from the trace must not write lines or colours of their own. */
function printable(line: string): string {
  // eslint-disable-next-line no-control-regex
  return `${line.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, '\uFFFD')}\n`;
}

/** One line of `modules --format json`; what the trace does not have is null. */
export interface JsonModule {
  file: string;
  process: string | null;
  pid: number | null;
  name: string;
  path: string;
  base: string;
  /** bytes */
  size: number;
  /** of the PE header, as symbol servers write it */
  timeStamp: string | null;
  fileVersion: string | null;
  binaryVersion: string | null;
  productName: string | null;
  productVersion: string | null;
  company: string | null;
  description: string | null;
  originalFileName: string | null;
  pdb: { name: string; guid: string; age: number } | null;
}

export function moduleJson(trace: Trace, module: LoadedModule): JsonModule {
  const { process, version } = module;
  const known = process >= 0;
  return {
    file: trace.info.file,
    process: known ? trace.processes.name[process] : null,
    pid: known ? trace.processes.pid[process] : null,
    name: module.name,
    path: module.path,
    base: formatPointer(module.baseHigh, module.baseLow),
    size: module.size,
    timeStamp: module.timeStamp === 0 ? null : formatHex32(module.timeStamp),
    fileVersion: version && fileVersion(version),
    binaryVersion: version && version.binaryVersion,
    productName: version && version.productName,
    productVersion: version && version.productVersion,
    company: version && version.company,
    description: version && version.fileDescription,
    originalFileName: version && version.originalFileName,
    pdb: module.pdb,
  };
}

/** NDJSON: a line a module of a process. */
export function* moduleJsonLines(trace: Trace, selected: readonly ProcessModules[]): Generator<string> {
  for (const { modules } of selected) {
    for (const module of modules) yield `${JSON.stringify(moduleJson(trace, module))}\n`;
  }
}

export const MODULE_CSV_COLUMNS = [
  'FileName',
  'Process',
  'Pid',
  'Module',
  'Path',
  'Base',
  'Size',
  'TimeStamp',
  'FileVersion',
  'BinaryVersion',
  'ProductName',
  'ProductVersion',
  'Company',
  'Description',
  'OriginalFileName',
  'PdbName',
  'PdbGuid',
  'PdbAge',
] as const;

export function moduleCsvHeader(separator = ','): string {
  return `${MODULE_CSV_COLUMNS.join(separator)}\r\n`;
}

/** RFC 4180 with CRLF; a row a module of a process, cells that a spreadsheet would run are defused. */
export function* moduleCsvLines(trace: Trace, selected: readonly ProcessModules[], separator = ','): Generator<string> {
  for (const { modules } of selected) {
    for (const module of modules) {
      const { pdb, ...json } = moduleJson(trace, module);
      const cells = [...Object.values(json), pdb?.name ?? null, pdb?.guid ?? null, pdb?.age ?? null];
      yield `${cells.map((cell) => (typeof cell === 'string' ? textCell(cell, separator) : (cell ?? ''))).join(separator)}\r\n`;
    }
  }
}
