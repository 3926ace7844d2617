/** The filtered view as a CSV file that appears whole or not at all. */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { TraceError } from '../../shared/errors.ts';
import type { CallOptions, ExportRequest, ExportResult } from '../../shared/service.ts';
import { csvChunks, csvHeader } from './csv.ts';
import type { Selection } from './select.ts';

export async function exportCsv(
  selection: Selection,
  { path, separator }: ExportRequest,
  { signal, onProgress }: CallOptions = {},
): Promise<ExportResult> {
  const part = `${path}.${process.pid}.part`;
  let file: FileHandle | null = null;
  try {
    file = await open(part, 'w');
    let rows = 0;
    let bytes = await append(file, csvHeader(separator));
    for (const chunk of csvChunks(selection, { separator })) {
      if (signal?.aborted) throw new TraceError('cancelled', 'The export was cancelled.', path);
      bytes += await append(file, chunk.text);
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

async function append(file: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text, 'utf8');
  await file.write(bytes);
  return bytes.length;
}
