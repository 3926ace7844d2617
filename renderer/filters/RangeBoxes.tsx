import { useEffect, useId, useRef, useState } from 'react';
import type { Range } from '../../shared/filter.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { parseRange, type RangeUnit } from './range.ts';
import { TYPING_DELAY_MS } from './useTypedText.ts';

interface RangeBoxesProps {
  title: string;
  field: 'lifetime' | 'id' | 'time' | 'mapSize';
  unit: RangeUnit;
  testId: string;
}

const UNIT_SUFFIX: Record<RangeUnit, string> = { seconds: ', s', bytes: ', bytes', '': '' };

interface Texts {
  min: string;
  max: string;
}

/** Two boxes for a range; an empty one is unbounded. */
export function RangeBoxes({ title, field, unit, testId }: RangeBoxesProps) {
  const [texts, type] = useTypedRange(field, unit);
  const { wrongMin, wrongMax, hint } = parseRange(texts.min, texts.max, unit);
  const hintId = useId();
  const hintElement = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // What is below the boxes may be out of sight.
    if (hint !== '') hintElement.current?.scrollIntoView?.({ block: 'nearest' });
  }, [hint]);

  const box = (side: keyof Texts, wrong: boolean) => (
    <input
      type="text"
      inputMode={unit === '' ? 'decimal' : 'text'}
      aria-label={`${title}: at ${side === 'min' ? 'least' : 'most'}`}
      aria-invalid={wrong}
      aria-describedby={wrong ? hintId : undefined}
      placeholder={`${side}${UNIT_SUFFIX[unit]}`}
      value={texts[side]}
      data-testid={`${testId}-${side}`}
      onChange={(event) => type({ ...texts, [side]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <div className="range-boxes" role="group" aria-label={title}>
        {box('min', wrongMin)}
        <span aria-hidden="true">–</span>
        {box('max', wrongMax)}
      </div>
      {hint !== '' && (
        <p ref={hintElement} id={hintId} className="range-hint" role="status" data-testid={`${testId}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}

/** The boxes' texts. What is typed is put into force a moment later; a filter that changes from outside replaces the texts. */
function useTypedRange(field: RangeBoxesProps['field'], unit: RangeUnit): [Texts, (texts: Texts) => void] {
  const viewer = useViewer();
  const inForce = useViewerState('filter', (s) => s.filter[field]);
  const clears = useViewerState('filter', (s) => s.clears);
  const [texts, setTexts] = useState(() => textsOf(inForce));
  /** The range that the texts were last put into force as. */
  const applied = useRef(rangeKey(inForce));
  const seenClears = useRef(clears);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (rangeKey(inForce) === applied.current && clears === seenClears.current) return;
    applied.current = rangeKey(inForce);
    seenClears.current = clears;
    clearTimeout(timer.current);
    setTexts(textsOf(inForce));
  }, [inForce, clears]);
  useEffect(() => () => clearTimeout(timer.current), []);

  return [
    texts,
    (next) => {
      setTexts(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const { range } = parseRange(next.min, next.max, unit);
        if (range === null) return;
        applied.current = rangeKey(range);
        viewer.filter.getState().patch({ [field]: range }, 'typed');
      }, TYPING_DELAY_MS);
    },
  ];
}

function textsOf(range: Range | undefined): Texts {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value));
  return { min: text(range?.min), max: text(range?.max) };
}

function rangeKey(range: Range | undefined): string {
  return `${range?.min ?? ''}..${range?.max ?? ''}`;
}
