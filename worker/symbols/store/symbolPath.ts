/**
 * Symbol paths as Windows developers write them for DbgHelp (`_NT_SYMBOL_PATH`). Source of the syntax: Microsoft's pages "Symbol Paths",
 * "Using SymSrv" and "Advanced SymSrv Use".
 */

/** One store of a `srv*` chain. `implied`: no folder was written where the copies go, so it is the default cache. */
export type SymbolStore = { kind: 'folder'; folder: string; implied?: true } | { kind: 'server'; url: string };

/**
 * - `folder`: a plain folder;
 * - `cache`: what comes from the network by elements to the right is copied into it;
 * - `server`: a chain; what is found in one store is copied into every folder to the left of it. At least one store.
 */
export type SymbolPathElement =
  { kind: 'folder'; folder: string } | { kind: 'cache'; folder: string } | { kind: 'server'; stores: SymbolStore[] };

export interface SymbolPath {
  /** in the order in which they are asked */
  elements: SymbolPathElement[];
  /** one sentence for each part that is not understood and therefore not used */
  problems: string[];
}

export interface SymbolPathOptions {
  /** folder for `srv**…`, `cache*` and servers that are written without a cache */
  defaultCache: string;
}

export const MICROSOFT_SYMBOL_SERVER = 'https://msdl.microsoft.com/download/symbols';
/** Where nothing is set: Microsoft's server with the default cache. */
export const DEFAULT_SYMBOL_PATH = `srv*${MICROSOFT_SYMBOL_SERVER}`;
/** The limit of SymSrv. */
const MAX_STORES = 10;

/** The path of the environment, `_NT_SYMBOL_PATH` before `_NT_ALT_SYMBOL_PATH` (both are used, as by DbgHelp); null where neither is set. */
export function readSymbolPathOf(env: Record<string, string | undefined>): string | null {
  const set = [env._NT_SYMBOL_PATH, env._NT_ALT_SYMBOL_PATH].filter((text) => text !== undefined && text.trim() !== '');
  return set.length === 0 ? null : set.join(';');
}

/** Never throws: what is not understood is a sentence in `problems`. */
export function parseSymbolPath(text: string, { defaultCache }: SymbolPathOptions): SymbolPath {
  const path: SymbolPath = { elements: [], problems: [] };
  for (const part of splitOutsideQuotes(text)) {
    const element = parseElement(part, defaultCache);
    if (typeof element === 'string')
      path.problems.push(`Symbol path: ${JSON.stringify(part)} is not used: ${element}.`);
    else path.elements.push(element);
  }
  return path;
}

/** The path as text that {@link parseSymbolPath} reads as the same elements. */
export function formatSymbolPath(path: SymbolPath): string {
  return path.elements.map(formatElement).join(';');
}

function formatElement(element: SymbolPathElement): string {
  switch (element.kind) {
    case 'folder':
      return quotedWhereNeeded(element.folder);
    case 'cache':
      return quotedWhereNeeded(`cache*${element.folder}`);
    case 'server': {
      const stores = element.stores.map((store) => {
        if (store.kind === 'server') return store.url;
        return store.implied ? '' : store.folder;
      });
      if (element.stores.length === 1 && stores[0] === '') return 'srv**';
      return quotedWhereNeeded(`srv*${stores.join('*')}`);
    }
  }
}

function quotedWhereNeeded(text: string): string {
  return text.includes(';') ? `"${text}"` : text;
}

/** Parts between semicolons, without quotes and outer spaces; empty ones left out. A quote that is not closed reaches to the end. */
function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (char === ';' && !quoted) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The element, or why the part is none. */
function parseElement(part: string, defaultCache: string): SymbolPathElement | string {
  if (/\p{Cc}/u.test(part)) return 'it has control characters';
  const words = part.split('*').map((word) => word.trim());
  if (words.length === 1) {
    const store = parseStore(part);
    if (typeof store === 'string') return store;
    return store.kind === 'folder' ? store : serverElement([part], defaultCache);
  }
  const [keyword, ...rest] = words;
  switch (keyword.toLowerCase()) {
    case 'srv':
      return serverElement(rest, defaultCache);
    case 'symsrv': {
      const [library, ...stores] = rest;
      if (library.toLowerCase() !== 'symsrv.dll') {
        return `only symsrv.dll is known as a symbol server library, not ${JSON.stringify(library)}`;
      }
      return serverElement(stores, defaultCache);
    }
    case 'cache': {
      if (rest.length > 1) return 'cache* takes one folder';
      const store = parseStore(rest[0] === '' ? defaultCache : rest[0]);
      if (typeof store === 'string') return store;
      return store.kind === 'folder'
        ? { kind: 'cache', folder: store.folder }
        : 'cache* takes a folder, not an address';
    }
    default:
      return `${JSON.stringify(`${keyword}*`)} is unknown; srv*, symsrv* and cache* are known`;
  }
}

/** A chain of what stands between the stars: an empty word is the default cache, but a star at the end says nothing more. */
function serverElement(words: string[], defaultCache: string): SymbolPathElement | string {
  const implied: SymbolStore = { kind: 'folder', folder: defaultCache, implied: true };
  // WinDbg reads a bare "srv*" as Microsoft's server with the default cache.
  if (words.join('') === '' && words.length < 2) words = [MICROSOFT_SYMBOL_SERVER];
  const stores: SymbolStore[] = [];
  for (const [index, word] of words.entries()) {
    if (word === '' && index > 0 && (index === words.length - 1 || words[index - 1] === '')) continue;
    const store = word === '' ? implied : parseStore(word);
    if (typeof store === 'string') return store;
    stores.push(store);
  }
  if (stores[0].kind === 'server') stores.unshift(implied);
  if (stores.length > MAX_STORES) return `it has more than ${MAX_STORES} stores`;
  return { kind: 'server', stores };
}

type ParsedStore = { kind: 'folder'; folder: string } | { kind: 'server'; url: string };

/** A folder or an address, or why it is neither. A scheme has two letters and more, so a drive ("C:") is none. */
function parseStore(word: string): ParsedStore | string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(word)?.[1].toLowerCase();
  if (scheme === undefined) return { kind: 'folder', folder: word };
  if (scheme !== 'http' && scheme !== 'https') return `${scheme}: is no address of a symbol server; use https:`;
  if (!/^https?:\/\/[^/]/i.test(word) || !URL.canParse(word)) return 'the address is malformed';
  return { kind: 'server', url: word };
}
