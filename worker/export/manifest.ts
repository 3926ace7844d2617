/** The file that says that an exported trace is whole, and what it was made with. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SCHEMA_VERSION, TABLE_NAMES } from './columns.ts';

export const MANIFEST = 'leaklanes.json';

const manifestSchema = z.object({
  schemaVersion: z.number(),
  traceId: z.string(),
  /** filters, symbols and format as JSON text: with others the tables would be others */
  settings: z.string(),
  rows: z.record(z.enum(TABLE_NAMES), z.number()),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  return writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** null: the folder has none, or none that can be read */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    return null;
  }
}

export function isSameExport(manifest: Manifest | null, traceId: string, settings: string): boolean {
  return (
    manifest !== null &&
    manifest.schemaVersion === SCHEMA_VERSION &&
    manifest.traceId === traceId &&
    manifest.settings === settings
  );
}

/** Whether a folder holds what is not of an export, and so must not be replaced. */
export async function isForeign(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    return names.length > 0 && !names.includes(MANIFEST);
  } catch (error) {
    // A file in its place is foreign, too.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
