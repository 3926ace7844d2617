import { open, readFile, rm } from 'node:fs/promises';
import { addressBelow, addressProblem, shownAddress } from './address.ts';
import type { Downloader, DownloadProgress } from './download.ts';
import { expandIntoStore, putChecked, tryPdb, type FoundFile } from './localStore.ts';
import type { MissingList } from './missingList.ts';
import { compressedName } from './pdbName.ts';
import { MAX_POINTER_BYTES, POINTER_NAME, pointedPath } from './pointer.ts';
import { networkProblem, pdbProblem, type Search } from './search.ts';

/** A server that failed so often, one time after the other, is not asked for the rest of the modules. */
const MAX_FAILURES = 3;

export interface ServerTools {
  downloader: Downloader;
  missing: MissingList;
  allowHttp: boolean;
}

export interface ServerRequest {
  search: Search;
  /** the prepared store that gets the file; null where none can be written */
  store: () => Promise<string | null>;
  onProgress: DownloadProgress | undefined;
}

/** A symbol server: asked for the PDB, the compressed PDB and a pointer to one, in the order of SymSrv. */
export class SymbolServer {
  private readonly url: URL;
  private readonly tools: ServerTools;
  /** one time after the other */
  private failures = 0;

  constructor(url: string, tools: ServerTools) {
    this.url = new URL(url);
    this.tools = tools;
  }

  /** The checked PDB in the store (or where a pointer says), or null and the search's trail says why. @throws the signal's reason */
  async ask(request: ServerRequest): Promise<FoundFile | null> {
    const { search } = request;
    if (await this.reasonNotToAsk(search)) return null;
    const store = await request.store();
    if (store === null) {
      search.trail.add(shownAddress(this.url), 'not asked: there is no folder to download into', 'failed');
      return null;
    }
    try {
      return await this.fetchInto(store, request);
    } catch (error) {
      search.signal?.throwIfAborted();
      search.trail.add(store, `cannot be used for downloads: ${(error as Error).message}`, 'failed');
      return null;
    }
  }

  private async fetchInto(store: string, { search, onProgress }: ServerRequest): Promise<FoundFile | null> {
    const { trail, name, key, signal } = search;
    for (const file of [name, compressedName(name), POINTER_NAME]) {
      const address = addressBelow(this.url, [name, key, file]);
      const where = shownAddress(address);
      const pointer = file === POINTER_NAME;
      const size = pointer ? { maxBytes: MAX_POINTER_BYTES } : { onProgress };
      const result = await this.tools.downloader.fetch({ address, store, signal, ...size });
      if (result.state === 'failed') {
        this.failures = result.network ? this.failures + 1 : 0;
        trail.add(where, result.outcome, 'failed');
        return null;
      }
      this.failures = 0;
      if (result.state === 'done') {
        return await this.accept(file, result.path, where, store, search).finally(() =>
          rm(result.path, { force: true }),
        );
      }
      trail.add(where, result.outcome);
    }
    await this.tools.missing.add(this.url.href, name, key);
    return null;
  }

  /** True where the server is not asked; the trail has the reason. */
  private async reasonNotToAsk(search: Search): Promise<boolean> {
    const { trail, name, key } = search;
    const where = shownAddress(this.url);
    const address = addressProblem(this.url, this.tools.allowHttp);
    const network = networkProblem(search.network);
    if (address) trail.add(where, address, 'failed');
    else if (await this.tools.missing.has(this.url.href, name, key)) {
      trail.add(where, 'not there when it was asked within the last day');
    } else if (network) trail.add(where, network.outcome, network.state);
    else if (this.failures >= MAX_FAILURES) {
      trail.add(where, `not asked: it failed ${MAX_FAILURES} times one after the other`, 'failed');
    } else return false;
    return true;
  }

  private async accept(
    file: string,
    path: string,
    where: string,
    store: string,
    search: Search,
  ): Promise<FoundFile | null> {
    const { name, trail } = search;
    if (file === POINTER_NAME) {
      const target = pointedPath(await readFile(path), where, search);
      return target === null ? null : tryPdb(target, search, async () => store);
    }
    if (file !== name) {
      const expanded = await expandIntoStore(path, where, store, search);
      return expanded === null ? null : { path: expanded, origin: where };
    }
    const problem = await pdbProblem(path, search);
    if (problem === null) return { path: await putChecked(path, store, search), origin: where };
    if (await isMarkup(path))
      trail.add(where, 'answers with a web page instead of the file (a log-in page?)', 'failed');
    else trail.add(where, problem.outcome, problem.state);
    return null;
  }
}

/** HTML or XML: no PDB begins so. */
async function isMarkup(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return /^(\u00ef\u00bb\u00bf)?\s*<[!?a-z]/i.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}
