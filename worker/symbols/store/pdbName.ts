import type { PdbIdentity } from '../model.ts';

/** What file systems take for one name (NTFS counts UTF-16 units, the others bytes; bytes are never fewer). */
const MAX_NAME_BYTES = 255;
/** Windows opens the device for these, whatever stands behind the first dot; the superscript digits count too. */
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])$/i;
/** Marks that turn the direction of writing: a name must not look like another one. */
const TURNING_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export type CheckedName = { name: string } | { problem: string };

/**
 * The name of a PDB as a trace gives it (untrusted: a base name, or a path of the machine that linked the image), fit for a path or an
 * address: only what stands behind the last slash of either kind. Or one sentence why it is not used.
 */
export function safePdbName(given: string): CheckedName {
  const name = given.split(/[/\\]/).at(-1) ?? '';
  const why = problemOf(name);
  return why === null ? { name } : { problem: `${JSON.stringify(shortened(given))} is not looked for: ${why}` };
}

function problemOf(name: string): string | null {
  if (name === '') return 'it has no file name';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `its file name is longer than ${MAX_NAME_BYTES} bytes`;
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'its file name has control characters or broken text';
  if (TURNING_MARKS.test(name)) return 'its file name has marks that turn the direction of writing';
  // "..", and the folder that downloads wait in.
  if (name.startsWith('.')) return 'its file name starts with a dot';
  if (/[. ]$/.test(name)) return 'its file name ends with a dot or a space';
  if (name.includes(':')) return 'its file name has a colon (a drive or a stream)';
  if (/[<>"|?*]/.test(name)) return 'its file name has a character that file names cannot have';
  if (DEVICE_NAME.test(name.split('.')[0].trimEnd())) return 'its file name is that of a device';
  return null;
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

/**
 * The folder of a build in a symbol store: GUID as 32 hex digits in upper case, then the age in hex ("3844DBB920174967BE7AA4A2C20430FA2").
 * @throws RangeError for a GUID that is not of {@link PdbIdentity}'s form: it must not get into a path
 */
export function storeKey(identity: PdbIdentity): string {
  const digits = identity.guid.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new RangeError(`${JSON.stringify(identity.guid)} is no GUID.`);
  return digits.toUpperCase() + (identity.age >>> 0).toString(16);
}

/** The name of the compressed form in a symbol store: "x.pdb" → "x.pd_". */
export function compressedName(name: string): string {
  return `${name.slice(0, -1)}_`;
}
