import { useRef } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { parseRange } from './range.ts';
import { useTypedText } from './useTypedText.ts';

interface RangeBoxesProps {
  title: string;
  field: 'lifetime' | 'id';
  unit: string;
  testId: string;
}

/** Two boxes for a range; an empty one is unbounded. */
export function RangeBoxes({ title, field, unit, testId }: RangeBoxesProps) {
  const viewer = useViewer();
  const min = useViewerState('filter', (s) => s.filter[field]?.min ?? null);
  const max = useViewerState('filter', (s) => s.filter[field]?.max ?? null);
  const texts = useRef({ min: '', max: '' });
  const shown = (text: string, value: number | null) => {
    // "1.50" stays as typed while it means the value in force.
    const same = text.trim() === '' ? value === null : Number(text.replaceAll(',', '')) === value;
    return same ? text : value === null ? '' : String(value);
  };
  const apply = (side: 'min' | 'max') => (text: string) => {
    texts.current[side] = text;
    const range = parseRange(texts.current.min, texts.current.max);
    if (range !== null) viewer.filter.getState().patch({ [field]: range });
  };
  texts.current = { min: shown(texts.current.min, min), max: shown(texts.current.max, max) };
  const [minText, setMin] = useTypedText(texts.current.min, apply('min'));
  const [maxText, setMax] = useTypedText(texts.current.max, apply('max'));
  const wrong = parseRange(minText, maxText) === null;

  return (
    <div role="group" className="facet" aria-label={title}>
      <div className="facet-head">
        <h2>{title}</h2>
        <span className="facet-total">{unit}</span>
      </div>
      <div className="range-boxes">
        <input
          type="text"
          inputMode="decimal"
          aria-label={`${title}: at least`}
          aria-invalid={wrong}
          placeholder="min"
          value={minText}
          data-testid={`${testId}-min`}
          onChange={(event) => setMin(event.currentTarget.value)}
        />
        <span aria-hidden="true">–</span>
        <input
          type="text"
          inputMode="decimal"
          aria-label={`${title}: at most`}
          aria-invalid={wrong}
          placeholder="max"
          value={maxText}
          data-testid={`${testId}-max`}
          onChange={(event) => setMax(event.currentTarget.value)}
        />
      </div>
      {wrong && <p className="facet-none">Numbers only, like 0.5 or 1,000.</p>}
    </div>
  );
}
