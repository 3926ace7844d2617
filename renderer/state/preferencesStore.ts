import { createStore } from 'zustand/vanilla';
import { readSetting, writeSetting } from './settings.ts';

/** How moments are written: seconds since the start of the trace, or a time of day where it was recorded or in UTC. */
export const TIME_KINDS = ['seconds', 'local', 'utc'] as const;
export type TimeKind = (typeof TIME_KINDS)[number];
export const MOST_DIGITS = 9;

export interface PreferencesState {
  timeKind: TimeKind;
  /** digits after the second, 0 to {@link MOST_DIGITS} */
  digits: number;
  set(change: Partial<Pick<PreferencesState, 'timeKind' | 'digits'>>): void;
}

/** What the user prefers whatever the trace; kept between sessions. */
export function createPreferencesStore() {
  const saved = readSetting('preferences') as Partial<PreferencesState> | null;
  const store = createStore<PreferencesState>()((set) => ({
    timeKind: TIME_KINDS.find((kind) => kind === saved?.timeKind) ?? 'seconds',
    digits: isDigits(saved?.digits) ? saved.digits : 6,
    set: (change) => set(change),
  }));
  store.subscribe(({ timeKind, digits }) => writeSetting('preferences', { timeKind, digits }));
  return store;
}

function isDigits(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_DIGITS;
}
