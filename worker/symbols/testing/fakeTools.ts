/** Symbol tools for tests: PDBs that exist only as literals, and a record of what was asked of them. */
import type { SymbolSettings } from '../settings.ts';
import { DEFAULT_SYMBOL_SETTINGS } from '../settings.ts';
import type { AddressSource, CachedSymbols, FoundPdb, FunctionTable, PdbIdentity } from '../model.ts';
import type { FinderRequest, SymbolTools } from '../tools.ts';

export const GUID = '0f0e0d0c-0b0a-0908-0706-050403020100';

/** A PDB whose name tells it apart; all have one GUID. */
export function pdbNamed(name: string): PdbIdentity {
  return { name, guid: GUID, age: 1 };
}

/** rva → name in full form; each function reaches to the next one. */
export type FakeFunctions = Record<number, string>;

export interface FakePdb {
  functions: FakeFunctions;
  /** by address: what `sources` answers */
  sources?: Record<number, AddressSource>;
}

/** What the search finds for a PDB; a function is called with the signal. */
export type FakeFind = FoundPdb | Error | ((signal: AbortSignal | undefined) => Promise<FoundPdb>);

export interface FakeTools extends SymbolTools {
  /** "find a.pdb", "open /a.pdb", "functions /a.pdb", "sources /a.pdb 5,7", "store a.pdb" in order */
  log: string[];
  requests: FinderRequest[];
  cached: Map<string, CachedSymbols>;
  saved: SymbolSettings | null;
}

/** @param pdbs by the PDB's name; found at "/" + name. @param found other outcomes of the search, by name. */
export function fakeTools(pdbs: Record<string, FakePdb>, found: Record<string, FakeFind> = {}): FakeTools {
  const log: string[] = [];
  const requests: FinderRequest[] = [];
  const cached = new Map<string, CachedSymbols>();
  const tools: FakeTools = {
    log,
    requests,
    cached,
    saved: null,
    settings: {
      read: () => Promise.resolve(tools.saved ?? DEFAULT_SYMBOL_SETTINGS),
      write(settings) {
        tools.saved = settings;
        return Promise.resolve();
      },
    },
    env: {},
    defaultStore: '/store',
    publishEvery: 0,
    createFinder(request) {
      requests.push(request);
      return {
        find(identity, { signal } = {}) {
          log.push(`find ${identity.name}`);
          const outcome = found[identity.name];
          if (typeof outcome === 'function') return outcome(signal);
          if (outcome instanceof Error) return Promise.reject(outcome);
          if (outcome !== undefined) return Promise.resolve(outcome);
          const path = `/${identity.name}`;
          return Promise.resolve(
            identity.name in pdbs
              ? { state: 'found', path, origin: path, tried: [{ where: path, outcome: 'found' }] }
              : { state: 'notFound', tried: [{ where: '/store', outcome: 'not there' }] },
          );
        },
        close: () => Promise.resolve(),
      };
    },
    cache: {
      load: (identity) => Promise.resolve(cached.get(identity.name) ?? null),
      store(identity, symbols) {
        log.push(`store ${identity.name}`);
        cached.set(identity.name, symbols);
        return Promise.resolve();
      },
    },
    openPdb(path) {
      log.push(`open ${path}`);
      const pdb = pdbs[path.slice(path.lastIndexOf('/') + 1)];
      return Promise.resolve({
        path,
        identity: { guid: GUID, infoAge: 1, dbiAge: 1 },
        functions() {
          log.push(`functions ${path}`);
          return Promise.resolve(functionTable(pdb.functions));
        },
        sources(rvas) {
          log.push(`sources ${path} ${rvas.join()}`);
          return Promise.resolve(rvas.map((rva) => pdb.sources?.[rva] ?? { place: null, inlined: [] }));
        },
        close: () => Promise.resolve(),
      });
    },
  };
  return tools;
}

export function functionTable(functions: FakeFunctions, endRva = 0x100000): FunctionTable {
  const rvas = Object.keys(functions).map(Number);
  const names = rvas.map((rva) => Buffer.from(functions[rva]));
  const nameStart = new Uint32Array(names.length + 1);
  names.forEach((name, index) => (nameStart[index + 1] = nameStart[index] + name.length));
  return {
    length: rvas.length,
    rva: Uint32Array.from(rvas),
    size: new Uint32Array(rvas.length),
    nameStart,
    names: Buffer.concat(names),
    endRva,
  };
}
