/** A file that appears whole or not at all. */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { TraceError } from '../../../shared/errors.ts';
import type { CallOptions, ExportResult } from '../../../shared/service.ts';
import type { CsvChunk } from '../csv.ts';

/**
 * Writes the chunks beside `path` and then renames. Between two chunks (empty ones too) it can be cancelled, and other requests are answered.
 * Rejects with a TraceError: `cancelled`, or `io` where the file cannot be written.
 */
export async function writeWhole(
  path: string,
  chunks: Iterable<CsvChunk>,
  { signal, onProgress }: CallOptions = {},
): Promise<ExportResult> {
  const part = `${path}.${process.pid}.part`;
  let file: FileHandle | null = null;
  try {
    file = await open(part, 'w');
    let rows = 0;
    let bytes = 0;
    for (const chunk of chunks) {
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw new TraceError('cancelled', 'The export was cancelled.', path);
      const data = Buffer.from(chunk.text, 'utf8');
      await file.appendFile(data);
      bytes += data.length;
      rows += chunk.rows;
      onProgress?.({ phase: 'export', bytesDone: bytes, bytesTotal: 0, events: rows });
    }
    await file.close();
    file = null;
    await rename(part, path);
    return { rows, bytes };
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(part, { force: true });
    if (error instanceof TraceError) throw error;
    throw new TraceError('io', `${path}: cannot be written (${(error as Error).message}); choose another place.`, path);
  }
}
