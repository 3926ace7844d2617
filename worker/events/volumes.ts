/**
 * Paths as people know them: "\Device\HarddiskVolume3\Windows\x.dll" → "C:\Windows\x.dll", from VolumeMapping events
 * (NT path → DOS path, with or without a backslash at the end). In any case; the longest volume name that fits counts.
 */
export function dosPaths(volumes: ReadonlyMap<string, string>): (path: string) => string {
  const known = [...volumes]
    .filter(([nt]) => nt !== '')
    .map(([nt, dos]): [string, string] => [withBackslash(nt).toLowerCase(), withBackslash(dos)])
    .sort((a, b) => b[0].length - a[0].length);
  return (path) => {
    for (const [nt, dos] of known) {
      if (path.length > nt.length && path.slice(0, nt.length).toLowerCase() === nt) return dos + path.slice(nt.length);
    }
    return path;
  };
}

function withBackslash(path: string): string {
  return path.endsWith('\\') ? path : `${path}\\`;
}
