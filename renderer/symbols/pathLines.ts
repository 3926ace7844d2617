/** The symbol path (notation of _NT_SYMBOL_PATH) as lines of an editor, one element each. */

/** Elements between semicolons, outside of quotes; empty ones left out. */
export function pathLines(path: string): string[] {
  const lines = [''];
  let quoted = false;
  for (const character of path) {
    if (character === '"') quoted = !quoted;
    if (character === ';' && !quoted) lines.push('');
    else lines[lines.length - 1] += character;
  }
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** The lines as a path; a semicolon in a line separates as well. */
export function joinLines(text: string): string {
  return text.split(/\r?\n/).flatMap(pathLines).join(';');
}

/**
 * What is plainly wrong with an element, in a sentence; null where nothing is. The worker reads the notation itself and says the rest
 * once the path is in force.
 */
export function lineProblem(line: string): string | null {
  const parts = line
    .replaceAll('"', '')
    .split('*')
    .map((part) => part.trim());
  const keyword = parts.length > 1 ? parts[0].toLowerCase() : null;
  if (keyword !== null && !['srv', 'symsrv', 'cache'].includes(keyword))
    return `“${parts[0]}*” is unknown: an element is a folder, srv*…, or cache*….`;
  if (keyword === 'symsrv' && parts[1].toLowerCase() !== 'symsrv.dll') return 'After symsrv* comes symsrv.dll.';
  for (const part of keyword === null ? parts : parts.slice(1)) {
    const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(part)?.[1].toLowerCase();
    if (scheme === undefined) continue;
    if (scheme !== 'http' && scheme !== 'https') return `${scheme}: is no address of a symbol server; use https:`;
    if (keyword === 'cache') return 'cache* takes a folder, not an address.';
    if (!URL.canParse(part)) return `“${part}” is no address.`;
  }
  return null;
}

/** Names of the servers of a path, each once: whom a download asks. */
export function serversOf(path: string): string[] {
  const addresses = pathLines(path).flatMap((line) => line.replaceAll('"', '').split('*'));
  // A bare srv* is Microsoft's.
  const implied = pathLines(path).some((line) => /^srv\*+$/i.test(line)) ? ['https://msdl.microsoft.com'] : [];
  const hosts = [...implied, ...addresses]
    .map((address) => address.trim())
    .filter((address) => /^https?:/i.test(address) && URL.canParse(address))
    .map((address) => new URL(address).host);
  return [...new Set(hosts)];
}
