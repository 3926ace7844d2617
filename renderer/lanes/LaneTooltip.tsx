import { useStore } from 'zustand';
import { formatBirth, formatDeath, formatLifetime, formatTime } from '../format.ts';
import type { createHoverStore } from './hoverStore.ts';

interface LaneTooltipProps {
  hover: ReturnType<typeof createHoverStore>;
  /** Left edge and size of the plot inside the lanes, to keep the tooltip inside. */
  left: number;
  width: number;
  height: number;
}

const TOOLTIP_WIDTH = 300;
const TOOLTIP_HEIGHT = 128;

/** What is under the mouse; it says nothing that the keyboard's live region does not say too. */
export function LaneTooltip({ hover, left, width, height }: LaneTooltipProps) {
  const target = useStore(hover, (s) => s.target);
  const row = useStore(hover, (s) => s.row);
  if (target === null || target.title === '') return null;
  const onRight = target.x + 16 + TOOLTIP_WIDTH <= width;
  const below = target.y + 18 + TOOLTIP_HEIGHT <= height;
  const known = row !== null && row.id === target.id ? row : null;
  return (
    <div
      className="lane-tooltip"
      style={{
        left: left + (onRight ? target.x + 14 : Math.max(4, target.x - 14 - TOOLTIP_WIDTH)),
        ...(below ? { top: target.y + 18 } : { bottom: height - target.y + 8 }),
        maxWidth: TOOLTIP_WIDTH,
      }}
      aria-hidden="true"
    >
      <div className="lane-tooltip-title">{target.title}</div>
      {target.lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
      {known !== null && (
        <>
          <div className="lane-tooltip-name">{known.name ?? 'no name'}</div>
          <dl>
            <dt>born</dt>
            <dd>{formatBirth(known.birthNs)}</dd>
            <dt>died</dt>
            <dd>{formatDeath(known.deathNs)}</dd>
            <dt>lifetime</dt>
            <dd>{formatLifetime(known.lifetimeNs, known.deathNs)}</dd>
          </dl>
        </>
      )}
      <div className="lane-tooltip-time">{formatTime(target.ns)}</div>
    </div>
  );
}
