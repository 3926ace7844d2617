import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat } from '../../shared/tables.ts';
import { attachmentHeader, exportNameOf } from './fileNames.ts';

/** Exports that wait to be fetched; older ones go, since a page can ask for any number and fetch none. */
const MAX_WAITING = 8;

const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export interface Download {
  id: string;
  path: string;
  name: string;
  format: ExportFormat;
}

export interface Downloads {
  /** A file name to export to; nothing can be fetched before {@link Downloads.offer}. */
  prepare(name: string, format: ExportFormat): Download;
  offer(download: Download): Promise<void>;
  discard(download: Download): Promise<void>;
  /** Sends the file once and removes it. False: there is no such download. */
  send(id: string, response: ServerResponse): Promise<boolean>;
}

export function createDownloads(folder: string): Downloads {
  const waiting = new Map<string, Download>();
  const discard = (download: Download) => rm(download.path, { force: true });
  return {
    prepare(name, format) {
      const id = randomUUID();
      return { id, path: join(folder, `${id}.${format}`), name: exportNameOf(name, format), format };
    },
    async offer(download) {
      waiting.set(download.id, download);
      for (const oldest of [...waiting.values()].slice(0, -MAX_WAITING)) {
        waiting.delete(oldest.id);
        await discard(oldest);
      }
    },
    discard,
    async send(id, response) {
      const download = waiting.get(id);
      if (download === undefined) return false;
      waiting.delete(id);
      try {
        const { size } = await stat(download.path);
        response.writeHead(200, {
          'Content-Type': CONTENT_TYPES[download.format],
          'Content-Length': size,
          'Content-Disposition': attachmentHeader(download.name),
          'Cache-Control': 'no-store',
        });
        await pipeline(createReadStream(download.path), response);
      } finally {
        await discard(download);
      }
      return true;
    },
  };
}
