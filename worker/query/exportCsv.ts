/** The filtered view as a CSV file that appears whole or not at all. */
import type { CallOptions, ExportRequest, ExportResult } from '../../shared/service.ts';
import { csvChunks, csvHeader, type CsvChunk } from './csv.ts';
import type { Selection } from './select.ts';
import { writeWhole } from './tables/wholeFile.ts';

export function exportCsv(
  selection: Selection,
  { path, separator }: ExportRequest,
  options?: CallOptions,
): Promise<ExportResult> {
  return writeWhole(path, chunksOf(selection, separator), options);
}

function* chunksOf(selection: Selection, separator: ExportRequest['separator']): Generator<CsvChunk> {
  yield { text: csvHeader(separator), rows: 0 };
  yield* csvChunks(selection, { separator });
}
