/** What `leaklanes export` does with one trace: tables in a folder, and a line that says so. */
import { resolve } from 'node:path';
import { formatBytes, formatCount } from '../../shared/format.ts';
import type { Progress } from '../../shared/records.ts';
import { exportTrace, type ExportTarget } from '../../worker/export/exportTrace.ts';
import { traceIdOf } from '../../worker/export/traceId.ts';
import type { Selection } from '../../worker/query/select.ts';
import { interruptible } from '../interruption.ts';

export interface ExportPrint {
  what: 'export';
  target: ExportTarget;
  /** filters, symbols and format as JSON text */
  settings: string;
  /** name and version of this program */
  program: string;
}

/** Rejects with a TraceError where something cannot be written. */
export async function exportFile(
  path: string,
  selection: Selection,
  { target, settings, program }: ExportPrint,
  tell: (doing: string) => void,
): Promise<string> {
  const { file } = selection.trace.info;
  const traceId = await traceIdOf(path);
  const facts = { traceId, path: resolve(path), settings, program };
  const onProgress = ({ events }: Progress): void => tell(`${file}: ${formatCount(events)} rows written`);
  const { rows, bytes } = await interruptible((signal) =>
    exportTrace(selection, facts, target, { signal, onProgress }),
  );
  const { objects, handles, events, stacks } = rows;
  const counts = `${formatCount(objects)} objects, ${formatCount(handles)} handles, ${formatCount(events)} events`;
  return `${traceId}: ${counts}, ${formatCount(stacks)} frames of stacks; ${formatBytes(bytes)}\n`;
}
