import { join, resolve } from 'node:path';
import { symbolStoreFolder } from '../cache/folders.ts';
import type { FoundPdb, PdbIdentity } from '../model.ts';
import { DOWNLOAD_DEFAULTS, Downloader, type DownloadOptions, type DownloadProgress } from './download.ts';
import { FolderFiles } from './folderFiles.ts';
import { Limit } from './limit.ts';
import { lookIntoFolder, tryPdb, type FoundFile } from './localStore.ts';
import { MissingList } from './missingList.ts';
import { safePdbName, storeKey } from './pdbName.ts';
import { ownPathOf, placeKind } from './places.ts';
import type { NetworkUse, ReadIdentity, Search } from './search.ts';
import { SymbolServer } from './server.ts';
import { copyIntoStore, pathInStore, prepareStore } from './storeFolder.ts';
import type { SymbolPath, SymbolStore } from './symbolPath.ts';
import { Trail } from './trail.ts';

export interface SymbolFinderOptions {
  path: SymbolPath;
  /** asked before all others: what the user pointed to, the samples' symbols */
  extraFolders: readonly string[];
  /** the user has said that symbols may be fetched; without it nothing goes to the network (servers and UNC paths) */
  allowDownload: boolean;
  /** http: to other machines too */
  allowHttp: boolean;
  /** nothing goes to the network, whatever else is allowed */
  offline: boolean;
  /** the program's cache (cacheFolder()): default store, and what servers do not have */
  cacheFolder: string;
  readIdentity: ReadIdentity;
  /** ends all searches */
  signal?: AbortSignal;
  /** asks servers again for what they did not have within the last day */
  retryMissing?: boolean;
  platform?: NodeJS.Platform;
  download?: Partial<Omit<DownloadOptions, 'allowHttp'>>;
}

export interface FindOptions {
  signal?: AbortSignal;
  onProgress?: DownloadProgress;
}

export interface SymbolFinder {
  /**
   * Looks for a PDB: in the extra folders; where the linker wrote it, when this machine may be the one that linked it (as Visual Studio does:
   * it asks no server for one's own programs); then along the symbol path. Only a file with the GUID and the age is found. May be called for many
   * modules at a time.
   * @throws the reason of a signal
   */
  find(identity: PdbIdentity, options?: FindOptions): Promise<FoundPdb>;
  /** Closes connections; searches under way fail, and what they have of a file is put away to be continued. */
  close(): Promise<void>;
}

export function createSymbolFinder(options: SymbolFinderOptions): SymbolFinder {
  return new Finder(options);
}

class Finder implements SymbolFinder {
  private readonly options: SymbolFinderOptions;
  private readonly platform: NodeJS.Platform;
  private readonly network: NetworkUse;
  private readonly maxBytes: number;
  private readonly files: FolderFiles;
  private readonly downloader: Downloader;
  private readonly missing: MissingList;
  private readonly servers = new Map<string, SymbolServer>();
  /** whether a store can be written, by folder */
  private readonly prepared = new Map<string, Promise<string | null>>();
  /** one search at a time for one PDB: the second finds what the first downloaded */
  private readonly turns = new Map<string, Limit>();
  private forgotten: Promise<void> | null = null;

  constructor(options: SymbolFinderOptions) {
    this.options = options;
    this.platform = options.platform ?? process.platform;
    this.network = options.offline ? 'offline' : options.allowDownload ? 'allowed' : 'notAllowed';
    const download = { ...DOWNLOAD_DEFAULTS, ...options.download, allowHttp: options.allowHttp };
    this.maxBytes = download.maxBytes;
    this.files = new FolderFiles(this.platform);
    this.downloader = new Downloader(download);
    this.missing = new MissingList(join(options.cacheFolder, 'not-found.txt'));
  }

  async find(identity: PdbIdentity, { signal, onProgress }: FindOptions = {}): Promise<FoundPdb> {
    const signals = [this.options.signal, signal].filter((each) => each !== undefined);
    // One of its own for each search: hundreds that wait on one signal would make Node warn of a leak.
    const either = signals.length > 0 ? AbortSignal.any(signals) : undefined;
    either?.throwIfAborted();
    const trail = new Trail();
    const checked = safePdbName(identity.name);
    if ('problem' in checked) {
      trail.add('the name in the trace', checked.problem, 'failed');
      return { state: trail.state, tried: trail.tried };
    }
    const key = storeKey(identity);
    const { name } = checked;
    const search: Search = {
      identity,
      name,
      key,
      platform: this.platform,
      network: this.network,
      maxBytes: this.maxBytes,
      readIdentity: this.options.readIdentity,
      trail,
      signal: either,
    };
    const turn = this.turns.get(key) ?? new Limit(1);
    this.turns.set(key, turn);
    if (this.options.retryMissing) await (this.forgotten ??= this.missing.clear());
    const found = await turn.run(() => this.searchAll(search, onProgress), either);
    if (found === null) return { state: trail.state, tried: trail.tried };
    trail.add(found.origin, 'found');
    return { state: 'found', path: found.path, origin: found.origin, tried: trail.tried };
  }

  async close(): Promise<void> {
    await this.downloader.close();
  }

  private async searchAll(search: Search, onProgress: DownloadProgress | undefined): Promise<FoundFile | null> {
    for (const folder of this.options.extraFolders) {
      const found = await this.look(folder, search, null);
      if (found) return found;
    }
    const own = ownPathOf(search.identity.name, this.platform);
    const found = own === null ? null : await tryPdb(own, search, () => this.writable([]));
    return found ?? this.walkPath(search, onProgress);
  }

  private async walkPath(search: Search, onProgress: DownloadProgress | undefined): Promise<FoundFile | null> {
    /** folders of `cache*` to the left, the nearest last */
    const caches: string[] = [];
    for (const element of this.options.path.elements) {
      search.signal?.throwIfAborted();
      if (element.kind === 'server') {
        const stores = withCache(element.stores, caches.at(-1));
        const found = await this.walkChain(stores, search, onProgress);
        if (found) return this.copied(found, caches, search);
        continue;
      }
      const found = await this.look(element.folder, search, caches.at(-1) ?? null);
      if (found && placeKind(found.path, this.platform) === 'network') return this.copied(found, caches, search);
      if (found) return found;
      if (element.kind === 'cache') caches.push(element.folder);
    }
    return null;
  }

  /** One `srv*` chain: what a store has goes into all folders to the left of it. */
  private async walkChain(
    stores: readonly SymbolStore[],
    search: Search,
    onProgress: DownloadProgress | undefined,
  ): Promise<FoundFile | null> {
    const left: string[] = [];
    for (const store of stores) {
      const found =
        store.kind === 'folder'
          ? await this.look(store.folder, search, left[0] ?? store.folder)
          : ((await this.peekDefaultStore(left, search)) ??
            (await this.serverOf(store.url).ask({ search, store: () => this.writable(left, search), onProgress })));
      if (found) return this.copied(found, left, search);
      if (store.kind === 'folder') left.push(store.folder);
    }
    return null;
  }

  /** What was downloaded before, when none of the chain's folders could be written; nobody wrote this folder, so a miss is not told. */
  private async peekDefaultStore(left: readonly string[], search: Search): Promise<FoundFile | null> {
    const store = symbolStoreFolder(this.options.cacheFolder);
    return left.includes(store) ? null : this.look(store, { ...search, trail: new Trail() }, null);
  }

  private look(folder: string, search: Search, expandInto: string | null): Promise<FoundFile | null> {
    const place = placeKind(folder, this.platform) === 'local' ? resolve(folder) : folder;
    return lookIntoFolder(place, this.files, search, () => this.writable(expandInto === null ? [] : [expandInto]));
  }

  /** Puts the found file into each of the folders that can be written and does not have it; gives the copy in the first of them. */
  private async copied(found: FoundFile, folders: readonly string[], search: Search): Promise<FoundFile> {
    let path = found.path;
    for (const folder of [...folders].reverse()) {
      const store = await this.prepare(folder);
      if (store === null) continue;
      try {
        if ((await pathInStore(store, search.name, search.key)) !== found.path) {
          path = await copyIntoStore(found.path, store, search.name, search.key);
        } else path = found.path;
      } catch (error) {
        search.trail.add(folder, `cannot be written: ${(error as Error).message}`);
      }
    }
    return { path, origin: found.origin };
  }

  private serverOf(url: string): SymbolServer {
    const { missing, downloader } = this;
    const server =
      this.servers.get(url) ?? new SymbolServer(url, { missing, downloader, allowHttp: this.options.allowHttp });
    this.servers.set(url, server);
    return server;
  }

  /** The first of the folders that can be written, ready for it; else the default store; null where that cannot be written either. */
  private async writable(folders: readonly string[], search?: Search): Promise<string | null> {
    for (const folder of folders) {
      const store = await this.prepare(folder);
      if (store !== null) return store;
      search?.trail.add(folder, 'cannot be written: no downloads go there');
    }
    return this.prepare(symbolStoreFolder(this.options.cacheFolder));
  }

  private prepare(folder: string): Promise<string | null> {
    const known = this.prepared.get(folder);
    if (known) return known;
    const preparing = this.prepareOnce(folder);
    this.prepared.set(folder, preparing);
    return preparing;
  }

  private async prepareOnce(folder: string): Promise<string | null> {
    const kind = placeKind(folder, this.platform);
    if (kind === 'foreign' || (kind === 'network' && this.network !== 'allowed')) return null;
    try {
      const store = kind === 'local' ? resolve(folder) : folder;
      await prepareStore(store);
      return store;
    } catch {
      return null;
    }
  }
}

/** A chain whose cache nobody wrote uses the `cache*` to the left of it. */
function withCache(stores: readonly SymbolStore[], cache: string | undefined): readonly SymbolStore[] {
  if (cache === undefined) return stores;
  return stores.map((store) => (store.kind === 'folder' && store.implied ? { kind: 'folder', folder: cache } : store));
}
