import { useSyncExternalStore } from 'react';
import { useViewerState } from '../state/viewerContext.ts';
import { forcedPalette, lanePalette, type LanePalette } from '../theme/palette.ts';
import { effectiveTheme, type ThemeName } from '../theme/themeStore.ts';

const FORCED = '(forced-colors: active)';
const DARK = '(prefers-color-scheme: dark)';
const forced = new Map<ThemeName, LanePalette>();

/** The canvas' colours: the theme's, or the system's where it forces its own. */
export function useLanePalette(): LanePalette {
  const theme = useViewerState('theme', effectiveTheme);
  const isForced = useMedia(FORCED);
  const isDark = useMedia(DARK);
  if (!isForced) return lanePalette(theme);
  // Bars keep their colours: those that suit the ground that the system has.
  const suited = isDark ? 'contrast' : 'light';
  const known = forced.get(suited) ?? forcedPalette(suited);
  forced.set(suited, known);
  return known;
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      if (typeof matchMedia !== 'function') return () => {};
      const media = matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => typeof matchMedia === 'function' && matchMedia(query).matches,
  );
}
