import { useEffect } from 'react';
import type { Viewer } from '../state/viewer.ts';
import { chordOf } from './commands/chords.ts';
import { isEnabled, type CommandUi } from './commands/command.ts';
import { commandForChord, isTyping } from './commands/keymap.ts';
import { COMMANDS } from './commands/registry.ts';

/** The keys of the window: presses that no pane has taken for itself run commands. */
export function useCommandKeys(viewer: Viewer, ui: CommandUi): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]') !== null) return;
      const chord = chordOf(event);
      if (chord === null) return;
      const command = commandForChord(COMMANDS, viewer.keys.getState().changed, chord, isTyping(event.target));
      if (command === undefined) return;
      // Also where it cannot run now: Ctrl+S must never be the browser's own.
      if (chord !== 'Escape') event.preventDefault();
      if (isEnabled(command, viewer)) command.run(viewer, ui);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [viewer, ui]);
}
