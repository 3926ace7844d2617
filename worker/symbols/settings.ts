/** The user's symbol settings: one small file in the folder of the user's settings, for the window, `serve` and the command line. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { NAME_FORMS } from '../../shared/symbols.ts';
import { configFolder } from '../recentFiles.ts';

const VERSION = 1;

const symbolSettingsSchema = z.object({
  /** notation of _NT_SYMBOL_PATH; null: not set */
  symbolPath: z.string().max(32_767).nullable(),
  /** servers may be asked */
  download: z.boolean(),
  names: z.enum(NAME_FORMS),
});
export type SymbolSettings = z.infer<typeof symbolSettingsSchema>;

export const DEFAULT_SYMBOL_SETTINGS: SymbolSettings = { symbolPath: null, download: false, names: 'short' };

const storedSchema = symbolSettingsSchema.extend({ version: z.literal(VERSION) });

export interface SymbolSettingsFile {
  /** the defaults where there is no file, or none that can be read */
  read(): Promise<SymbolSettings>;
  /** Atomic. Rejects where the file cannot be written. */
  write(settings: SymbolSettings): Promise<void>;
}

export function symbolSettingsFile(file: string = join(configFolder(), 'symbols.json')): SymbolSettingsFile {
  return {
    async read() {
      try {
        const { symbolPath, download, names } = storedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
        return { symbolPath, download, names };
      } catch {
        return DEFAULT_SYMBOL_SETTINGS;
      }
    },
    async write(settings) {
      const half = `${file}.${process.pid}.tmp`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await writeFile(half, JSON.stringify({ version: VERSION, ...settings }, null, 2), { mode: 0o600 });
        await rename(half, file);
      } catch (error) {
        await rm(half, { force: true }).catch(() => {});
        throw error;
      }
    },
  };
}
