import { useStore } from 'zustand';
import { Name } from '../app/Name.tsx';
import { useTimeFormat } from '../state/useTimeFormat.ts';
import type { HoverStore } from './hoverStore.ts';

interface LaneTooltipProps {
  hover: HoverStore;
  /** Left edge and size of the plot inside the lanes, to keep the tooltip inside. */
  left: number;
  width: number;
  height: number;
}

const TOOLTIP_WIDTH = 300;
const TOOLTIP_HEIGHT = 128;
const NAME_LENGTH = 300;

/** What is under the mouse; it says nothing that the grid does not say too. */
export function LaneTooltip({ hover, left, width, height }: LaneTooltipProps) {
  const time = useTimeFormat();
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
        left: Math.max(4, onRight ? left + target.x + 14 : left + target.x - 14 - TOOLTIP_WIDTH),
        ...(below ? { top: target.y + 18 } : { bottom: height - target.y + 8 }),
        maxWidth: TOOLTIP_WIDTH,
      }}
      aria-hidden="true"
      data-testid="lane-tooltip"
    >
      <div className="lane-tooltip-title">{target.title}</div>
      {target.lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
      {known !== null && (
        <>
          <div className="lane-tooltip-name">
            {known.name === null ? 'no name' : <Name text={known.name} most={NAME_LENGTH} />}
          </div>
          <dl>
            <dt>born</dt>
            <dd>{time.birth(known.birthNs)}</dd>
            <dt>died</dt>
            <dd>{time.death(known.deathNs)}</dd>
            <dt>lifetime</dt>
            <dd>{time.lifetime(known.lifetimeNs, known.deathNs)}</dd>
          </dl>
        </>
      )}
      <div className="lane-tooltip-time">{time.full(target.ns)}</div>
    </div>
  );
}
