/** How jobs on symbols are cancelled. */
import { TraceError } from '../../shared/errors.ts';

/** Settles at once where the signal fires, also while what is waited for takes longer to see it. */
export async function untilCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, stopped]);
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

function cancelled(): TraceError {
  return new TraceError('cancelled', 'Loading symbols was cancelled; names that were found stay.');
}

export function isCancel(error: unknown): boolean {
  return (
    (error instanceof TraceError && error.code === 'cancelled') ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
