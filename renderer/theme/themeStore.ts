import { createStore } from 'zustand/vanilla';
import { readSetting, writeSetting } from '../state/settings.ts';

/** `contrast`: black ground, white lines, for eyes that need it. */
export const THEME_CHOICES = ['light', 'dark', 'system', 'contrast'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type ThemeName = 'light' | 'dark' | 'contrast';

export interface ThemeState {
  /** What the user chose. */
  choice: ThemeChoice;
  /** What the system prefers at the moment. */
  system: ThemeName;
  choose(choice: ThemeChoice): void;
}

export function effectiveTheme(state: Pick<ThemeState, 'choice' | 'system'>): ThemeName {
  return state.choice === 'system' ? state.system : state.choice;
}

/** The theme, applied to <html data-theme> whenever it changes. */
export function createThemeStore() {
  const query = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
  const saved = readSetting('theme');
  const store = createStore<ThemeState>()((set) => ({
    choice: THEME_CHOICES.find((choice) => choice === saved) ?? 'system',
    system: query?.matches ? 'dark' : 'light',
    choose: (choice) => {
      writeSetting('theme', choice);
      set({ choice });
    },
  }));
  query?.addEventListener('change', (event) => store.setState({ system: event.matches ? 'dark' : 'light' }));
  const apply = () => {
    document.documentElement.dataset['theme'] = effectiveTheme(store.getState());
  };
  apply();
  store.subscribe(apply);
  return store;
}
