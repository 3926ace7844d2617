import { TraceError } from '../../shared/errors.ts';

/** What a file is that is not an ETL, by its first bytes; each with what to do about it. */
const OTHER_FORMATS: { name: string; advice: string; matches: (head: Uint8Array) => boolean }[] = [
  { name: 'a gzip archive', advice: 'unpack it first (gzip -d)', matches: startsWith(0x1f, 0x8b) },
  { name: 'a zip archive', advice: 'unpack it first', matches: startsWith(0x50, 0x4b, 0x03, 0x04) },
  { name: 'a 7-Zip archive', advice: 'unpack it first', matches: startsWith(0x37, 0x7a, 0xbc, 0xaf) },
  {
    name: 'a cabinet archive',
    advice: 'unpack it first (expand -F:* FILE.cab .)',
    matches: startsWith(0x4d, 0x53, 0x43, 0x46),
  },
  { name: 'a Zstandard archive', advice: 'unpack it first (zstd -d)', matches: startsWith(0x28, 0xb5, 0x2f, 0xfd) },
  {
    name: "a PerfView .etlx file (PerfView's own conversion)",
    advice: 'open the .etl that it was made from',
    // FastSerialization writes the length of its magic (0x14), then "!FastSerialization.1".
    matches: (head) => ascii(head, 0, 64).includes('FastSerialization'),
  },
  {
    name: 'an event log (.evtx)',
    advice: 'open a trace recorded with wpr or xperf instead',
    matches: (head) => ascii(head, 0, 7) === 'ElfFile',
  },
  {
    name: 'a JSON text',
    advice: 'open the .etl that it was made from',
    matches: (head) => /^\s*[{[]\s*"/.test(ascii(head, 0, 64).replace(/^[^{[\s]+/, '')),
  },
];

function startsWith(...magic: number[]): (head: Uint8Array) => boolean {
  return (head) => magic.every((byte, index) => head[index] === byte);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)));
}

/** The error for a file that is known to be something else by its first bytes, null where it is not. */
export function otherFormat(file: string, head: Uint8Array): TraceError | null {
  const other = OTHER_FORMATS.find((format) => format.matches(head));
  if (!other) return null;
  return new TraceError(
    'notEtl',
    `${file}: this is ${other.name}, not an ETL trace (offset 0); ${other.advice}.`,
    file,
    0,
  );
}

/** The error for a file whose first buffer is not that of an ETL; `offset` is where it differs, `found` what stands there. */
export function notAnEtl(file: string, offset: number, found: string): TraceError {
  return new TraceError(
    'notEtl',
    `${file}: not an ETL trace: ${found} at offset ${offset}; open a file recorded with wpr, xperf or another ETW tool.`,
    file,
    offset,
  );
}
