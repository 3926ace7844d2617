import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that changed so shortly before it was listed may change again without a new time. */
const TIME_GRAIN_MS = 2_000;

interface Listing {
  mtimeMs: number;
  settled: boolean;
  /** actual names by name in lower case */
  names: Map<string, string[]>;
}

/**
 * Finds files by names in any case, as Windows does, on systems where case matters: traces and stores come from Windows. Folders are listed
 * once and again when they change.
 */
export class FolderFiles {
  private readonly listings = new Map<string, Listing>();
  private readonly platform: NodeJS.Platform;

  constructor(platform: NodeJS.Platform) {
    this.platform = platform;
  }

  /** Existing paths of folder/part/part…, the one that is written exactly so first. @throws ErrnoException where the folder itself cannot be read */
  async find(folder: string, parts: readonly string[]): Promise<string[]> {
    if (this.platform === 'win32') {
      const path = join(folder, ...parts);
      return (await stat(path).catch(() => null)) === null ? [] : [path];
    }
    let paths = [folder];
    for (const [depth, part] of parts.entries()) {
      const next: string[] = [];
      for (const path of paths) {
        const names = await this.namesLike(path, part).catch((error: unknown) => {
          if (depth === 0) throw error;
          return [];
        });
        for (const name of names) next.push(join(path, name));
      }
      paths = next;
    }
    return paths;
  }

  private async namesLike(folder: string, name: string): Promise<string[]> {
    const found = (await this.listing(folder)).names.get(name.toLowerCase()) ?? [];
    return found.includes(name) ? [name, ...found.filter((other) => other !== name)] : found;
  }

  private async listing(folder: string): Promise<Listing> {
    const { mtimeMs } = await stat(folder);
    const known = this.listings.get(folder);
    if (known?.settled && known.mtimeMs === mtimeMs) return known;
    const listing: Listing = { mtimeMs, settled: Date.now() - mtimeMs > TIME_GRAIN_MS, names: new Map() };
    for (const name of (await readdir(folder)).sort()) {
      const lower = name.toLowerCase();
      const alike = listing.names.get(lower);
      if (alike) alike.push(name);
      else listing.names.set(lower, [name]);
    }
    this.listings.set(folder, listing);
    return listing;
  }
}
