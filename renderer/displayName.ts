/**
 * Names come from traces, and anybody can call an object anything. Shown as they are, control characters and those that turn
 * the direction of text could hide or rearrange what stands beside them.
 */

/** Longer names are cut for the eye; copying and exports have all of them. */
export const SHOWN_NAME_LENGTH = 1000;

/** C0 and C1 controls, and DEL. */
const CONTROLS = /\p{Cc}/gu;
/** Invisible characters: direction marks, overrides and isolates, zero-width ones, line and paragraph separators, BOM. */
const INVISIBLE = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
/** Halves of pairs: with the u flag a whole pair is one character and does not match. */
const LONE_SURROGATES = /\p{Cs}/gu;

/**
 * A name as it can be shown: controls as their pictures (U+2400 …), what is invisible or turns the direction as "⟨U+202E⟩", halves of
 * surrogate pairs as "�", at most `most` characters and then "…".
 */
export function displayName(text: string, most = SHOWN_NAME_LENGTH): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(CONTROLS, picture).replace(INVISIBLE, codePoint).replace(LONE_SURROGATES, '\ufffd');
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : codePoint(control);
}

function codePoint(character: string): string {
  return `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
