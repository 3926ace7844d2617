import type { ReactNode } from 'react';
import { ContrastIcon, MoonIcon, SunIcon, SystemIcon } from '../app/icons.tsx';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import type { ThemeChoice } from './themeStore.ts';

const CHOICES: { choice: ThemeChoice; label: string; icon: ReactNode }[] = [
  { choice: 'light', label: 'Light theme', icon: <SunIcon /> },
  { choice: 'dark', label: 'Dark theme', icon: <MoonIcon /> },
  { choice: 'system', label: 'The system’s theme', icon: <SystemIcon /> },
  { choice: 'contrast', label: 'High-contrast theme', icon: <ContrastIcon /> },
];

/** Light, dark, what the system says, or high contrast. */
export function ThemeSwitch() {
  const viewer = useViewer();
  const chosen = useViewerState('theme', (s) => s.choice);
  return (
    <div className="theme-switch" role="group" aria-label="Theme" data-testid="theme-switch">
      {CHOICES.map(({ choice, label, icon }) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === chosen}
          aria-label={label}
          title={label}
          data-theme-choice={choice}
          onClick={() => viewer.theme.getState().choose(choice)}
        >
          {icon}
        </button>
      ))}
    </div>
  );
}
