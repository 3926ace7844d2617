import { readSession, writeSession } from './sessionStorage.ts';

/**
 * The server's token: from the URL the page was opened with, else the one kept from before. The URL is left as it is,
 * so that a reload and a copied address work.
 */
export function readToken(location: Pick<Location, 'search'>): string {
  const fromUrl = new URLSearchParams(location.search).get('token');
  if (fromUrl !== null && fromUrl !== '') {
    writeSession('token', fromUrl);
    return fromUrl;
  }
  return readSession('token') ?? '';
}
