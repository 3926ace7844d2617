/**
 * Keys as text: modifiers in the order Ctrl, Alt, Shift, then the key: "Ctrl+Shift+P", "N", "Shift+N", "Alt+ArrowLeft", "?". Letters are
 * upper case. Characters that are not letters are written as they come out of the keyboard, whatever Shift did to make them, so that
 * "?" is the same on every layout. Cmd of a Mac counts as Ctrl.
 */

const MODIFIERS = /^(Control|Alt|AltGraph|Shift|Meta|CapsLock|Dead|Unidentified|Process)$/;

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & {
  getModifierState?: (name: string) => boolean;
};

/** The chord of a key press; null for a modifier alone. */
export function chordOf(event: KeyPress): string | null {
  if (MODIFIERS.test(event.key)) return null;
  // AltGr makes characters (the @ of a German keyboard); Windows says Ctrl+Alt with it.
  const altGr = event.getModifierState?.('AltGraph') === true;
  const control = (event.ctrlKey || event.metaKey) && !altGr;
  const alt = event.altKey && !altGr;
  const key = keyName(event, control || alt);
  // With Ctrl or Alt a character is the key's own, so Shift counts again.
  const character = [...key].length === 1 && !/\p{L}/u.test(key);
  const shift = event.shiftKey && !(character && !control && !alt);
  return [control ? 'Ctrl' : '', alt ? 'Alt' : '', shift ? 'Shift' : '', key].filter((part) => part !== '').join('+');
}

function keyName(event: KeyPress, modified: boolean): string {
  if (event.key === ' ') return 'Space';
  // Alt on a Mac makes other characters: the key's own letter is meant.
  if (modified && /^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key)) return event.code.slice(3);
  return [...event.key].length === 1 ? event.key.toUpperCase() : event.key;
}

/** A chord that has neither Ctrl nor Alt and is a character: typing it into a box must not be a command. */
export function isTypedChord(chord: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(chord) && [...chord.replace(/^Shift\+/, '')].length === 1;
}

const KEY_WORDS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

/** A chord as people write it: "Alt+←", "Esc". */
export function chordText(chord: string): string {
  if (chord === '+' || chord.endsWith('++')) return chord;
  const parts = chord.split('+');
  const key = parts.pop() ?? '';
  return [...parts, KEY_WORDS[key] ?? key].join('+');
}

/** Chords that a browser or the system takes before a page can: they work in the desktop window at most. */
const TAKEN = /^(Ctrl\+(Shift\+)?[NTW]|Ctrl\+Tab|Ctrl\+Shift\+Tab|Alt\+F4|F11|Ctrl\+Q)$/;

export function isTakenByBrowser(chord: string): boolean {
  return TAKEN.test(chord);
}
