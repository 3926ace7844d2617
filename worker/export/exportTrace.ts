/** One trace as a folder of table files that appears whole or not at all. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TraceError } from '../../shared/errors.ts';
import type { Progress } from '../../shared/records.ts';
import type { CallOptions } from '../../shared/service.ts';
import type { Selection } from '../query/select.ts';
import { BATCH_ROWS, SCHEMA_VERSION, type ExportTable, type TableName } from './columns.ts';
import { eventsTable } from './eventsTable.ts';
import { handlesTable } from './handlesTable.ts';
import { isForeign, writeManifest } from './manifest.ts';
import { objectsTable } from './objectsTable.ts';
import type { WriteOptions, WrittenFile } from './outputFile.ts';
import { processesTable } from './processesTable.ts';
import { stacksTable } from './stacksTable.ts';
import { traceTable, type RowCounts, type TraceFacts } from './traceTable.ts';

export const EXPORT_FORMATS = ['parquet', 'arrow'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportTarget {
  format: ExportFormat;
  /** folder of all traces; each gets one of its own, called by its id */
  folder: string;
  /** where the files stand until they are whole; on the same file system */
  partFolder: string;
  /** rows of a row group, default {@link BATCH_ROWS} */
  batchRows?: number;
}

export interface ExportedTrace {
  folder: string;
  rows: Record<TableName, number>;
  bytes: number;
}

/**
 * Writes the tables of a selection to `folder/<trace id>/<table>.<format>` and a manifest beside them. What was there is replaced. Rejects
 * with a TraceError: `cancelled`, `io` (with the folder as its file) where something cannot be written, or `internal`.
 */
export async function exportTrace(
  selection: Selection,
  facts: TraceFacts,
  target: ExportTarget,
  options: CallOptions = {},
): Promise<ExportedTrace> {
  const folder = join(target.folder, facts.traceId);
  const part = join(target.partFolder, randomUUID());
  try {
    if (await isForeign(folder)) throw unwritable(folder, 'it holds files that are not of an export');
    await mkdir(part, { recursive: true });
    const written = await writeTables(selection, facts, target, part, options);
    const { traceId, settings } = facts;
    await writeManifest(part, { schemaVersion: SCHEMA_VERSION, traceId, settings, rows: written.rows });
    await replace(folder, part, () => join(target.partFolder, randomUUID()));
    return { folder, ...written };
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    if (error instanceof TraceError) throw error;
    const { message, code } = error as NodeJS.ErrnoException;
    // Only errors of the system have a code; another one is about this trace, and says nothing of the output.
    if (code !== undefined) throw unwritable(folder, message);
    throw new TraceError('internal', `${facts.path}: cannot be exported (${message}); report it, please.`, facts.path);
  }
}

function unwritable(folder: string, why: string): TraceError {
  return new TraceError('io', `${folder}: cannot be written (${why}); choose another folder with --out.`, folder);
}

/** Programs that put the same trace in its place at the same time get there after a few tries. */
const MOST_TRIES = 20;

/** A folder cannot be renamed over one that is not empty: the old one steps aside first, and so does what another program put there since. */
async function replace(folder: string, part: string, aside: () => string): Promise<void> {
  const olds: string[] = [];
  for (let tries = 1; ; tries++) {
    const old = aside();
    olds.push(old);
    const isThere = await rename(folder, old).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    try {
      await rename(part, folder);
    } catch (error) {
      // Rather the former export than none; where it cannot go back, there is another program's.
      if (isThere) await rename(old, folder).catch(() => undefined);
      if (tries < MOST_TRIES && TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) continue;
      throw error;
    }
    for (const gone of olds) await rm(gone, { recursive: true, force: true });
    return;
  }
}

/** What systems answer where the name is that of a folder with files in it. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM']);

type WriteTable = (
  path: string,
  table: ExportTable,
  metadata: TraceFacts,
  options: WriteOptions,
) => Promise<WrittenFile>;

/** The libraries are loaded when they are needed: no other command has to wait for them. */
async function writerOf(format: ExportFormat): Promise<WriteTable> {
  return format === 'parquet'
    ? (await import('./parquetFile.ts')).writeParquet
    : (await import('./arrowFile.ts')).writeArrow;
}

async function writeTables(
  selection: Selection,
  facts: TraceFacts,
  { format, batchRows = BATCH_ROWS }: ExportTarget,
  folder: string,
  { signal, onProgress }: CallOptions,
): Promise<Pick<ExportedTrace, 'rows' | 'bytes'>> {
  const write = await writerOf(format);
  const { traceId } = facts;
  let bytes = 0;
  let rowsBefore = 0;
  const between = async (rows: number): Promise<void> => {
    const progress: Progress = { phase: 'export', bytesDone: bytes, bytesTotal: 0, events: rowsBefore + rows };
    onProgress?.(progress);
    // What else the thread has to do: a cancel, or the end of the program.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new TraceError('cancelled', 'The export was cancelled.', folder);
  };
  const one = async (table: ExportTable): Promise<number> => {
    const written = await write(join(folder, `${table.name}.${format}`), table, facts, { batchRows, between });
    bytes += written.bytes;
    rowsBefore += written.rows;
    return written.rows;
  };
  const counts: RowCounts = {
    processes: await one(processesTable(selection, traceId)),
    objects: await one(objectsTable(selection, traceId)),
    handles: await one(handlesTable(selection, traceId)),
    events: await one(eventsTable(selection, traceId)),
    stacks: await one(stacksTable(selection, traceId)),
  };
  const rows = { trace: await one(traceTable(selection, facts, counts)), ...counts };
  return { rows, bytes };
}
