import type { ExportFormat } from '../../shared/tables.ts';

/** Control characters, what Windows does not allow in names, and marks that turn the direction of writing. */
const UNSAFE = /[\p{Cc}<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/gu;
const MAX_LENGTH = 120;

/** The last part of a name that a browser gave, for showing: no folders, no control characters, never empty. */
export function displayNameOf(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const shown = base.replace(UNSAFE, '').trim().slice(0, 255);
  return /^\.*$/.test(shown) ? 'trace.etl' : shown;
}

/** A name under which any system can save a file of a format. */
export function exportNameOf(name: string, format: ExportFormat): string {
  const end = `.${format}`;
  const stem = (name.toLowerCase().endsWith(end) ? name.slice(0, -end.length) : name)
    .replace(UNSAFE, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, MAX_LENGTH);
  return `${stem === '' ? 'leaklanes' : stem}${end}`;
}

/** RFC 6266: an ASCII name for old programs, the real one beside it. */
export function attachmentHeader(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
