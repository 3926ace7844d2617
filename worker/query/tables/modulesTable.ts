/** Modules that processes had loaded. */
import { filterKey, type Filter } from '../../../shared/filter.ts';
import type { LoadedModule } from '../../lifetimes/loadedModules.ts';
import type { Trace } from '../../lifetimes/model.ts';
import { fileVersion, selectModules } from '../modules.ts';
import type { SelectionCache } from '../selectionCache.ts';
import { textsOf } from '../texts.ts';
import { columnsOf } from './columns.ts';
import { exactly } from './filters.ts';
import type { FlatTable } from './flatTable.ts';
import { processValues } from './objectValues.ts';
import { shelfOf } from './shelf.ts';
import type { TextValues, Values } from './values.ts';
import { Words } from './words.ts';

/**
 * Rows are the modules of each process, by process and name. Of the filter in force only that of the creating process counts, and it is the
 * process that has them loaded: all modules of the trace can be seen, whatever objects are looked at.
 */
export function modulesTable(cache: SelectionCache, filter: Filter): FlatTable {
  const { trace } = cache;
  const ofProcess = { process: filter.process };
  const name = `modules/${filterKey(ofProcess)}`;
  const list = shelfOf(trace).get(
    name,
    () => new ModuleList(selectModules(trace, ofProcess).flatMap(({ modules }) => modules)),
    ({ modules }) => modules.length * 16,
  );
  return {
    name,
    columns: columnsOf('modules'),
    values: moduleValues(trace, list),
    rows: list.rows,
    id: () => 0,
    key: (row) => `m:${row}`,
    filter: (row) => {
      const process = textsOf(trace).process(list.modules[row].process);
      return process === null ? null : { process: exactly(process) };
    },
  };
}

class ModuleList {
  readonly modules: LoadedModule[];
  readonly rows: Uint32Array;
  private readonly words = new Map<string, Words>();

  constructor(modules: LoadedModule[]) {
    this.modules = modules;
    this.rows = Uint32Array.from(modules.keys());
  }

  text(name: string, textOf: (module: LoadedModule) => string | null): TextValues {
    const { modules, words } = this;
    const text = (row: number): string | null => textOf(modules[row]);
    if (!words.has(name)) words.set(name, new Words(modules.length, text));
    return {
      is: 'text',
      words: () => words.get(name) as Words,
      index: (row) => (text(row) === null ? -1 : row),
      text,
    };
  }
}

function moduleValues(trace: Trace, list: ModuleList): Record<string, Values> {
  const { modules } = list;
  return {
    process: processValues(trace, (row) => modules[row].process),
    name: list.text('name', ({ name }) => name),
    version: list.text('version', ({ version }) => version && (fileVersion(version) || null)),
    product: list.text('product', ({ version }) => version && (version.productName || null)),
    path: list.text('path', ({ path }) => path),
    base: { is: 'hex', high: (row) => modules[row].baseHigh, low: (row) => modules[row].baseLow },
    size: { is: 'number', value: (row) => modules[row].size, unknown: 'missing' },
    pdb: list.text('pdb', ({ pdb }) => pdb && pdb.name),
    pdbGuid: list.text('pdbGuid', ({ pdb }) => pdb && pdb.guid),
    pdbAge: { is: 'number', value: (row) => modules[row].pdb?.age ?? Number.NaN, unknown: 'missing' },
  };
}
