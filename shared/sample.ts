import { TraceError } from './errors.ts';
import type { TraceSummary } from './records.ts';
import type { CallOptions, TraceService } from './service.ts';

/** Where the trace that comes with the program is, below the program's own folder; its PDBs are in `symbols` beside it. */
export const SAMPLE_FILE = 'samples/handle-leak.etl';

/** Opens the sample for a host that knows its path. Rejects with `notFound` and a sentence of its own where the program came without it. */
export async function openSample(
  service: Pick<TraceService, 'open'>,
  path: string,
  options: CallOptions,
): Promise<TraceSummary> {
  try {
    return await service.open({ path }, options);
  } catch (error) {
    if (!(error instanceof TraceError && error.code === 'notFound')) throw error;
    throw new TraceError(
      'notFound',
      `The sample is missing from this copy of Leaklanes (there is no ${path}): install it again, or open a trace of your own.`,
      path,
    );
  }
}
