import { formatCount } from '../format.ts';

interface SwitchRowProps {
  label: string;
  on: boolean;
  count: number | null;
  leak?: boolean;
  testId: string;
  onChange: (on: boolean) => void;
}

/** A switch with the number of objects it would keep. */
export function SwitchRow({ label, on, count, leak = false, testId, onChange }: SwitchRowProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      className={`switch-row${leak && (count ?? 0) > 0 ? ' is-leak' : ''}`}
      data-testid={testId}
      onClick={() => onChange(!on)}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
      <span className="switch-label" title={label}>
        {label}
      </span>
      <span className="facet-count">{count === null ? '–' : formatCount(count)}</span>
    </button>
  );
}
