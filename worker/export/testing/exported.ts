/** Exports for tests, each into a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Selection } from '../../query/select.ts';
import { exportTrace, type ExportedTrace, type ExportFormat } from '../exportTrace.ts';

/** Folders of one test file. */
export class ExportFolders {
  private readonly folders: string[] = [];

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'leaklanes-export-'));
    this.folders.push(folder);
    return folder;
  }

  /** To be called when the tests are done. */
  remove(): void {
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}

export interface ExportChoice {
  traceId?: string;
  format?: ExportFormat;
  settings?: string;
  /** few, so that there are several batches */
  batchRows?: number;
}

/** Exports a selection under a name as `leaklanes export` does. */
export function exportTo(
  folder: string,
  selection: Selection,
  { traceId = 'test.etl-0', format = 'parquet', settings = '{}', batchRows }: ExportChoice = {},
): Promise<ExportedTrace> {
  const facts = { traceId, path: '/traces/test.etl', settings, program: 'leaklanes version test' };
  return exportTrace(selection, facts, { format, folder, batchRows, partFolder: join(folder, '.part/test') });
}
