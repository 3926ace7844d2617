import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Who may talk to the server. It listens on 127.0.0.1 only, but every web page that the user has open can send requests
 * there: the Host header keeps out pages whose name was made to resolve to 127.0.0.1 (DNS rebinding), the Origin header keeps
 * out all other pages, and the token keeps out other users of the machine.
 */

/** Any port: an SSH tunnel may give the server another one on the browser's side. */
const LOCAL_HOST = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/i;

export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

export function hasLocalHost(request: IncomingMessage): boolean {
  return LOCAL_HOST.test(request.headers.host ?? '');
}

/** True where the request comes from a page of this server. */
export function hasOwnOrigin(request: IncomingMessage): boolean {
  return hasLocalHost(request) && request.headers.origin === `http://${request.headers.host}`;
}

/** The query string's `token`, compared in a time that does not depend on how much of it is right. */
export function hasToken(url: URL, token: string): boolean {
  return timingSafeEqual(digest(url.searchParams.get('token') ?? ''), digest(token));
}

/** timingSafeEqual wants equal lengths. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a page of the viewer may do: load its own files and talk to this server. */
export function securityHeaders(host: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
