import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';
import { protocol } from 'electron';
import { isOurPage, SCHEME } from './origin.ts';

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** Has to run before the app is ready: afterwards the privileges of a scheme are fixed. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files of the renderer as leaklanes://app/…, and nothing else of the disk. */
export function setupProtocol(rendererDir: string): void {
  protocol.handle(SCHEME, (request) => answer(rendererDir, request));
}

export async function answer(rendererDir: string, request: Pick<Request, 'method' | 'url'>): Promise<Response> {
  if (request.method !== 'GET') return new Response(null, { status: 405 });
  const file = fileOf(rendererDir, request.url);
  if (file === null) return new Response(null, { status: 404 });
  try {
    const type = MEDIA_TYPES[extname(file)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(await readFile(file)), { headers: { ...HEADERS, 'Content-Type': type } });
  } catch {
    return new Response(null, { status: 404 });
  }
}

/** The file that an address names, null where it is not one of ours. */
export function fileOf(rendererDir: string, url: string): string | null {
  if (!isOurPage(url)) return null;
  const path = decode(new URL(url).pathname);
  // Backslashes and drives are Windows' own ways to name another place.
  if (path === null || /[\0\\:]/.test(path)) return null;
  const file = join(rendererDir, path === '/' ? 'index.html' : path);
  const inside = relative(rendererDir, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? null : file;
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
