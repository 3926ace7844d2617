import { useState, type ReactNode } from 'react';
import { MOST_DIGITS, TIME_KINDS, type TimeKind } from '../state/preferencesStore.ts';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { THEME_CHOICES, type ThemeChoice } from '../theme/themeStore.ts';
import { Dialog } from './Dialog.tsx';
import { KeyEditor } from './KeyEditor.tsx';

const THEME_WORDS: Record<ThemeChoice, string> = {
  light: 'Light',
  dark: 'Dark',
  system: 'As the system',
  contrast: 'High contrast',
};
const TIME_WORDS: Record<TimeKind, string> = {
  seconds: 'Seconds since the start',
  local: 'Time of day where it was recorded',
  utc: 'Time of day in UTC',
};

/** Theme, times and keys; every change holds at once. */
export function SettingsPanel({ onClose }: { onClose: () => void }) {
  const viewer = useViewer();
  const theme = useViewerState('theme', (s) => s.choice);
  const { timeKind, digits } = useViewerState('preferences', (s) => s);
  const time = useTimeFormat();
  const [search, setSearch] = useState('');
  return (
    <Dialog title="Settings" testId="settings" onClose={onClose}>
      <Choices legend="Theme">
        {THEME_CHOICES.map((choice) => (
          <Radio
            key={choice}
            name="theme"
            label={THEME_WORDS[choice]}
            checked={choice === theme}
            onChoose={() => viewer.theme.getState().choose(choice)}
          />
        ))}
      </Choices>
      <Choices legend="Times">
        {TIME_KINDS.map((kind) => (
          <Radio
            key={kind}
            name="time"
            label={TIME_WORDS[kind]}
            checked={kind === timeKind}
            onChoose={() => viewer.preferences.getState().set({ timeKind: kind })}
          />
        ))}
        <label className="settings-digits">
          Digits after the second
          <input
            type="number"
            min={0}
            max={MOST_DIGITS}
            step={1}
            value={digits}
            data-testid="settings-digits"
            onChange={(event) => {
              const wanted = event.currentTarget.valueAsNumber;
              if (Number.isInteger(wanted) && wanted >= 0 && wanted <= MOST_DIGITS)
                viewer.preferences.getState().set({ digits: wanted });
            }}
          />
          <output className="settings-example">{time.full(1_234_567_891)}</output>
        </label>
      </Choices>
      <fieldset className="settings-group">
        <legend>Keys</legend>
        <div className="settings-keys-head">
          <input
            type="search"
            aria-label="Search in the commands"
            placeholder="Search in the commands"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <button type="button" className="button" onClick={() => viewer.keys.getState().reset()}>
            All default keys
          </button>
        </div>
        <KeyEditor search={search} />
      </fieldset>
    </Dialog>
  );
}

function Choices({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="settings-group">
      <legend>{legend}</legend>
      <div className="settings-choices">{children}</div>
    </fieldset>
  );
}

function Radio(props: { name: string; label: string; checked: boolean; onChoose: () => void }) {
  return (
    <label className="settings-choice">
      <input type="radio" name={props.name} checked={props.checked} onChange={props.onChoose} />
      {props.label}
    </label>
  );
}
