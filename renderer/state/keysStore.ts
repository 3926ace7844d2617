import { createStore } from 'zustand/vanilla';
import { readSetting, writeSetting } from './settings.ts';

export interface KeysState {
  /** Keys that the user gave to commands, by command id: chords as of chords.ts; [] no key. Others have their default ones. */
  changed: Readonly<Record<string, readonly string[]>>;
  /** null: the default ones again. */
  setKeys(command: string, keys: readonly string[] | null): void;
  reset(): void;
}

/** The user's own keys, kept between sessions. */
export function createKeysStore() {
  const store = createStore<KeysState>()((set) => ({
    changed: savedKeys(readSetting('keys')),
    setKeys: (command, keys) =>
      set((s) => {
        const others = Object.fromEntries(Object.entries(s.changed).filter(([id]) => id !== command));
        return { changed: keys === null ? others : { ...others, [command]: keys } };
      }),
    reset: () => set({ changed: {} }),
  }));
  store.subscribe((s) => writeSetting('keys', s.changed));
  return store;
}

function savedKeys(saved: unknown): Record<string, string[]> {
  if (saved === null || typeof saved !== 'object') return {};
  const entries = Object.entries(saved as Record<string, unknown>).filter(
    (entry): entry is [string, string[]] =>
      Array.isArray(entry[1]) && entry[1].every((key) => typeof key === 'string' && key.length < 40),
  );
  return Object.fromEntries(entries);
}
