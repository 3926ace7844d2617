/** The view in the address of the page (`#view=…`), so that a reload and a sent address show the same. */

const NAME = '#view=';
/** Longer addresses are cut by mail programs and chats; then the view is in the storage only. */
const MOST_CHARACTERS = 8000;
const WRITTEN_HERE = { leaklanes: 'written here' };

/** The JSON text of the view in the address; null where there is none. */
export function readHashView(hash = location.hash): string | null {
  if (!hash.startsWith(NAME)) return null;
  try {
    const bytes = Uint8Array.from(atob(fromUrl(hash.slice(NAME.length))), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** null where it is too long for an address. */
export function hashOfView(text: string): string | null {
  const bytes = new TextEncoder().encode(text);
  // In pieces: an argument a byte is too many for one call.
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const hash = NAME + toUrl(btoa(binary));
  return hash.length > MOST_CHARACTERS ? null : hash;
}

export function writeHashView(text: string): void {
  const hash = hashOfView(text);
  // Not by location.hash: every change would be a page of the browser's history.
  history.replaceState(WRITTEN_HERE, '', hash ?? location.pathname + location.search);
}

/** Whether the address is as this window left it, also before a reload; else somebody came here by a link. */
export function isOwnHash(): boolean {
  return (history.state as unknown) !== null;
}

function toUrl(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromUrl(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/');
}
