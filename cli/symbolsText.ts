/** `leaklanes symbols`: which modules have function names, where those come from, and why the others have none. */
import { formatCount, formatOf } from '../shared/format.ts';
import type { SymbolModule, SymbolsReport } from '../shared/symbols.ts';
import { textCell } from '../worker/query/csv.ts';
import { oneLine } from '../worker/query/texts.ts';
import { withoutSecrets } from '../worker/symbols/store/address.ts';

const INDENT = ' '.repeat(8);

/** One block a file: what has names, the symbol path, a few lines a module. */
export function* symbolsText(file: string, report: SymbolsReport): Generator<string> {
  const { status, modules, path, pathProblems } = report;
  yield `${oneLine(file)}: ${formatOf(status.framesNamed, status.frames)} frames have a function name, ${formatOf(status.modulesNamed, status.modules)} modules\n`;
  yield `Symbol path (${pathSource(report)}): ${oneLine(withoutSecrets(path))}\n`;
  for (const problem of pathProblems) yield `${INDENT}${oneLine(withoutSecrets(problem))}\n`;
  if (!report.download) yield 'Servers are not asked: --symbols allows it.\n';
  const width = Math.max(0, ...modules.map(({ frames }) => formatCount(frames).length));
  for (const module of modules) yield moduleLines(module, width);
  yield '\n';
}

function pathSource({ pathFrom }: SymbolsReport): string {
  return { request: '--symbol-path', environment: '_NT_SYMBOL_PATH', setting: 'setting', default: 'default' }[pathFrom];
}

function moduleLines(module: SymbolModule, width: number): string {
  const { frames, framesNamed, state, name, version, pdb, detail, origin, tried } = module;
  const identity = pdb === null ? '' : `  ${pdb.name} ${pdb.guid} age ${pdb.age}`;
  const unnamed =
    state === 'named' && framesNamed < frames ? ` (${formatCount(frames - framesNamed)} frames outside)` : '';
  const head = `${formatCount(frames).padStart(width)}  ${state.padEnd(10)} ${name}${version === null ? '' : ` ${version}`}${identity}${unnamed}`;
  const rest = origin === null ? [detail] : [`from ${origin}`, detail];
  // What may not be asked is said above, once.
  if (state !== 'named' && state !== 'notAllowed')
    rest.push(...tried.map(({ where, outcome }) => `  ${where}: ${outcome}`));
  return [oneLine(head), ...rest.filter((line) => line !== '').map((line) => INDENT + oneLine(line).trimEnd())]
    .map((line) => `${line}\n`)
    .join('');
}

/** NDJSON: a line a file. */
export function symbolsJson(file: string, report: SymbolsReport): string {
  const { path, pathProblems } = report;
  const printed = { path: withoutSecrets(path), pathProblems: pathProblems.map(withoutSecrets) };
  return `${JSON.stringify({ file, ...report, ...printed })}\n`;
}

export const SYMBOLS_CSV_COLUMNS = [
  'FileName',
  'Module',
  'Path',
  'FileVersion',
  'PdbName',
  'PdbGuid',
  'PdbAge',
  'Frames',
  'FramesNamed',
  'State',
  'Detail',
  'Origin',
  'Tried',
  'System',
] as const;

export function symbolsCsvHeader(separator = ','): string {
  return `${SYMBOLS_CSV_COLUMNS.join(separator)}\r\n`;
}

/** RFC 4180 with CRLF; a row a module, cells that a spreadsheet would run are defused. */
export function* symbolsCsv(file: string, { modules }: SymbolsReport, separator = ','): Generator<string> {
  for (const module of modules) {
    const { name, path, version, pdb, frames, framesNamed, state, detail, origin, tried, system } = module;
    const places = tried.map(({ where, outcome }) => `${where}: ${outcome}`).join(' | ');
    const cells = [
      file,
      name,
      path,
      version,
      pdb?.name,
      pdb?.guid,
      pdb?.age,
      frames,
      framesNamed,
      state,
      detail,
      origin,
    ];
    cells.push(places, system ? 1 : 0);
    yield `${cells.map((cell) => (typeof cell === 'string' ? textCell(cell, separator) : (cell ?? ''))).join(separator)}\r\n`;
  }
}
