/**
 * Which addresses may be asked. A symbol file decides what names a person sees, so it comes over a line that nobody can change on the
 * way: https, or this machine.
 */

/** Null where the address may be asked; else why not. */
export function addressProblem(url: URL, allowHttp: boolean): string | null {
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return `${url.protocol} is no address of a symbol server`;
  if (allowHttp || isLoopback(url)) return null;
  return 'not asked: http: is only used for servers on this machine; use https:, or allow http';
}

/** Null where a server's answer may send us from one address to the other; else why it is not followed. */
export function redirectProblem(from: URL, to: URL, allowHttp: boolean): string | null {
  const where = `sends us on to ${shownAddress(to)}, which is not followed`;
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `${where}: no web address`;
  if (from.protocol === 'https:' && to.protocol === 'http:' && !allowHttp) return `${where}: from https: to http:`;
  if (addressProblem(to, allowHttp) !== null) return `${where}: http: is only used for servers on this machine`;
  // A server elsewhere has no business with the services of this machine.
  if (isLoopback(to) && !isLoopback(from)) return `${where}: it is this machine`;
  return null;
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The address without what may be secret in it: user, password and query. */
export function shownAddress(url: URL): string {
  // Not the origin, which is "null" for what is no web address.
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** A symbol path without what may be secret in its addresses, for what is printed. */
export function withoutSecrets(symbolPath: string): string {
  return symbolPath.replace(
    /(https?:\/\/)([^/?#*;"]*@)?([^?#*;"]*)([?#][^*;"]*)?/gi,
    (_, scheme: string, user: string | undefined, rest: string, query: string | undefined) =>
      scheme + (user === undefined ? '' : '…@') + rest + (query === undefined ? '' : `${query[0]}…`),
  );
}

/** server/part/part…; a query of the server (access tokens) stays behind the path. */
export function addressBelow(server: URL, parts: readonly string[]): URL {
  const url = new URL(server);
  url.hash = '';
  url.pathname = [server.pathname.replace(/\/+$/, ''), ...parts.map(encodeURIComponent)].join('/');
  return url;
}
