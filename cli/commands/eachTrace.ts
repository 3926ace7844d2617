import { errorData } from '../../shared/errors.ts';
import type { Trace } from '../../worker/lifetimes/model.ts';
import { openTrace } from '../../worker/openTrace.ts';
import { expandFiles } from '../files.ts';

/** Exit code where a file, or a part of it, could not be read. */
export const EXIT_UNREADABLE = 1;

/**
 * Opens the traces one after the other and hands each to `use`. What cannot be read, in whole or in part, is a line on stderr and makes the
 * exit code 1; the other files still come. Returns how many were opened.
 */
export async function eachTrace(args: readonly string[], use: (trace: Trace) => Promise<void>): Promise<number> {
  let opened = 0;
  const { files, problems } = await expandFiles(args);
  problems.forEach(complain);
  for (const file of files) {
    let trace: Trace;
    try {
      trace = await openTrace(file);
    } catch (error) {
      complain(errorData(error).message);
      continue;
    }
    opened++;
    await use(trace);
    for (const entry of trace.info.health) if (entry.severity === 'error') complain(entry.message);
  }
  return opened;
}

export function complain(message: string): void {
  process.stderr.write(`leaklanes: ${message}\n`);
  process.exitCode = EXIT_UNREADABLE;
}
