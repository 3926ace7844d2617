import { useRef, type KeyboardEvent, type PointerEvent } from 'react';

interface SeparatorProps {
  /** What the separator resizes, for screen readers: "Filter panel width". */
  label: string;
  /** The direction of the line: a vertical one is dragged left and right. */
  orientation: 'vertical' | 'horizontal';
  value: number;
  min: number;
  max: number;
  /** 1: the value grows to the right or downwards; -1: to the left or upwards. */
  direction: 1 | -1;
  /** How much of the value a pixel is; 1 where the value is in pixels. */
  perPixel?: number;
  onChange: (value: number) => void;
  /** A double-click: gives a side all the room, or back. Enter does it too. */
  onDoubleClick?: () => void;
}

const KEY_STEP_PX = 16;

/** A line between two panes that can be dragged and moved with the arrow keys. */
export function Separator({
  label,
  orientation,
  value,
  min,
  max,
  direction,
  perPixel = 1,
  onChange,
  onDoubleClick,
}: SeparatorProps) {
  const drag = useRef<{ start: number; value: number } | null>(null);
  const position = (event: PointerEvent) => (orientation === 'vertical' ? event.clientX : event.clientY);
  const set = (next: number) => onChange(Math.min(max, Math.max(min, next)));
  const percent = (part: number) => Math.round(perPixel === 1 ? part : part * 100);

  function onKeyDown(event: KeyboardEvent) {
    const step = KEY_STEP_PX * perPixel * direction;
    if (event.key === (orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown')) set(value + step);
    else if (event.key === (orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp')) set(value - step);
    else if (event.key === 'Home') set(min);
    else if (event.key === 'End') set(max);
    else if (event.key === 'Enter' && onDoubleClick !== undefined) onDoubleClick();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      className={`separator separator-${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={percent(value)}
      aria-valuemin={percent(min)}
      aria-valuemax={percent(max)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { start: position(event), value };
      }}
      onPointerMove={(event) => {
        if (drag.current === null) return;
        set(drag.current.value + (position(event) - drag.current.start) * direction * perPixel);
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
      onDoubleClick={onDoubleClick}
    />
  );
}
