/** Which traces an export still has to do. */
import { join, resolve } from 'node:path';
import { isSameExport, readManifest } from '../../worker/export/manifest.ts';
import { traceIdOf } from '../../worker/export/traceId.ts';

export interface ChosenTraces {
  files: string[];
  /** how many were exported before, with the same settings */
  finished: number;
  /** files that are byte by byte another of them, under the same name, with that other */
  copies: { file: string; of: string }[];
}

/** `force`: finished ones, too. What cannot be read is kept: it says why when it is opened. */
export async function chooseTraces(
  files: readonly string[],
  { out, settings, force }: { out: string; settings: string; force: boolean },
): Promise<ChosenTraces> {
  const chosen: ChosenTraces = { files: [], finished: 0, copies: [] };
  const firstOf = new Map<string, string>();
  for (const file of files) {
    const traceId = await traceIdOf(file).catch(() => null);
    if (traceId === null) {
      chosen.files.push(file);
      continue;
    }
    const first = firstOf.get(traceId);
    if (first !== undefined) {
      // A file that several arguments mean is no copy of itself.
      if (resolve(file) !== resolve(first)) chosen.copies.push({ file, of: first });
      continue;
    }
    firstOf.set(traceId, file);
    if (!force && isSameExport(await readManifest(join(out, traceId)), traceId, settings)) chosen.finished++;
    else chosen.files.push(file);
  }
  return chosen;
}
