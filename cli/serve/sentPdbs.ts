import { TraceError } from '../../shared/errors.ts';
import type { SymbolsResult } from '../../shared/symbols.ts';
import { underItsName, type Upload, type Uploads } from './uploads.ts';

/**
 * The PDBs that a page sent for the trace that is open. They stay until another trace is opened, since they are read again whenever it is
 * named anew.
 */
export interface SentPdbs {
  /** Hands an upload over. One that is not taken goes at once. */
  use(id: string, take: (upload: Upload) => Promise<SymbolsResult>): Promise<SymbolsResult>;
  forget(): Promise<void>;
}

export function createSentPdbs(uploads: Uploads): SentPdbs {
  let sent: Upload[] = [];
  return {
    async use(id, take) {
      const upload = uploads.find(id);
      if (upload === null)
        throw new TraceError('notFound', 'The file that was sent is no longer there: drop it again.');
      try {
        const result = await take(upload);
        sent.push(upload);
        return result;
      } catch (error) {
        await uploads.remove(id);
        throw underItsName(error, upload.path, upload.displayName);
      }
    },
    async forget() {
      const old = sent;
      sent = [];
      for (const { id } of old) await uploads.remove(id);
    },
  };
}
