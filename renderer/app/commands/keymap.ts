import type { KeysState } from '../../state/keysStore.ts';
import type { Command } from './command.ts';
import { chordText, isTypedChord } from './chords.ts';

type Changed = KeysState['changed'];

/** The keys of a command: the user's, else its own. */
export function keysOf(command: Command, changed: Changed): readonly string[] {
  return changed[command.id] ?? command.keys;
}

/** The first key of a command as people write it, '' where it has none. */
export function keyText(command: Command, changed: Changed): string {
  const [first] = keysOf(command, changed);
  return first === undefined ? '' : chordText(first);
}

/** The command that a chord means; `typing`: in a text box, where characters are text. */
export function commandForChord(
  commands: readonly Command[],
  changed: Changed,
  chord: string,
  typing: boolean,
): Command | undefined {
  if (typing && isTypedChord(chord)) return undefined;
  return commands.find(
    (command) => keysOf(command, changed).includes(chord) && (!typing || command.everywhere === true),
  );
}

/** The other commands that have a chord: giving it to `command` makes it theirs no more. */
export function conflictsOf(
  commands: readonly Command[],
  changed: Changed,
  command: Command,
  chord: string,
): Command[] {
  return commands.filter((other) => other !== command && keysOf(other, changed).includes(chord));
}

/** Gives a chord to a command as its only key, and takes it from all others. */
export function assignKey(commands: readonly Command[], keys: KeysState, command: Command, chord: string): void {
  for (const other of conflictsOf(commands, keys.changed, command, chord)) {
    keys.setKeys(
      other.id,
      keysOf(other, keys.changed).filter((key) => key !== chord),
    );
  }
  keys.setKeys(command.id, [chord]);
}

/** Whether something is typed where an event comes from, so that letters are not commands there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(textarea|select)$/i.test(target.tagName)) return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|range|button|submit|file|color)$/.test(target.type);
}
